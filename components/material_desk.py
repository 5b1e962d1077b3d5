"""What the office does with material on the desk: accept it, send it back part by part, put it on show, take it off."""

from collections.abc import Sequence

import streamlit as st

from components import acts, session
from components.labels import plain
from programme import material_reviews
from programme.material_facts import Place, material_facts
from programme.material_reviews import waits_for, why_not, why_not_put
from programme.materials import Piece
from programme.obligations import Status, Step
from programme.permissions import Actor, Permission, refusal


def decide(actor: Actor, one: Piece, page: Permission) -> None:
    """The steps that are the actor's now; nothing for those who review nothing. `page` is the permission of the page."""
    if refusal(actor, Permission.SHOW_STORY, one.subject):
        return
    if waits_for(actor, one):
        put = material_facts().places[one.kind.home].put
        st.button(
            f"审定并{put}", type="primary", icon=":material/check:", key=f"accept-{one.id}-{one.revision}",
            on_click=_accept, args=(one, page, f"已审定并{put}：{one.title}第{one.revision}版。"),
        )  # fmt: skip
        with st.expander("退回，要求修改", icon=":material/undo:"):
            parts = _parts(one)
            st.button("退回", key=f"back-{one.id}-{one.revision}", on_click=_send_back, args=(one, page, parts))
    elif one.status is Status.SUBMITTED:
        st.caption(plain(why_not(actor, one, Step.ACCEPTED) or ""))
    places(actor, one, page)


def places(actor: Actor, one: Piece, page: Permission) -> None:
    """A button for each place it can be put at, and a way off each it is at."""
    known = [material_facts().places[code] for code in one.kind.places]
    with st.container(horizontal=True):
        for place in known:
            if why_not_put(actor, one, place) is None:
                st.button(
                    place.put, icon=":material/visibility:", key=f"put-{place.code}-{one.id}-{one.showings}",
                    on_click=_put, args=(one, page, place),
                )  # fmt: skip
    for place in known:
        if place.code in one.shown and refusal(actor, Permission.SHOW_STORY, one.subject) is None:
            _way_off(one, page, place)


def _way_off(one: Piece, page: Permission, place: Place) -> None:
    key = f"off-{place.code}-{one.id}-{one.showings}"
    with st.expander(place.take, icon=":material/visibility_off:"):
        most = material_facts().limits["max_reason"]
        st.text_input(f"{place.take}的原因（必填）", max_chars=most, key=f"{key}-why")
        st.button(place.take, key=key, on_click=_take_off, args=(one, page, place, f"{key}-why"))


def _parts(one: Piece) -> list[str]:
    """The parts chosen, each with a box for its reason."""
    names = material_facts().parts
    chosen = st.multiselect(
        "要求修改哪些部分", one.kind.parts, key=f"parts-{one.id}-{one.revision}", placeholder="请选择",
        format_func=lambda part: names[part].name,
    )  # fmt: skip
    for part in chosen:
        most = material_facts().limits["max_reason"]
        st.text_input(f"{names[part].name}：要改的原因", max_chars=most, key=_why(one, part))
    return list(chosen)


def _why(one: Piece, part: str) -> str:
    """The key of the box for the reason."""
    return f"material-why-{one.id}-{one.revision}-{part}"


# --- clicks -----------------------------------------------------------------------------------------------------------


def _accept(seen: Piece, page: Permission, sentence: str) -> None:
    acts.act(page, sentence, lambda opened, actor: material_reviews.accept(opened, actor, seen))


def _send_back(seen: Piece, page: Permission, parts: Sequence[str]) -> None:
    reasons = {part: session.typed(_why(seen, part)) for part in parts}
    sentence = f"已退回：{seen.title}第{seen.revision}版，要求修改{len(reasons)}部分。"
    acts.act(page, sentence, lambda opened, actor: material_reviews.send_back(opened, actor, seen, reasons))


def _put(seen: Piece, page: Permission, place: Place) -> None:
    sentence = f"已{place.put}：{seen.title}。"
    acts.act(page, sentence, lambda opened, actor: material_reviews.put(opened, actor, seen, place.code))


def _take_off(seen: Piece, page: Permission, place: Place, widget: str) -> None:
    why, sentence = session.typed(widget), f"已{place.take}：{seen.title}。"
    acts.act(page, sentence, lambda opened, actor: material_reviews.take_off(opened, actor, seen, place.code, why))
