"""Early warnings on the first page: how many wait, the first few with their reasons, and the way to all of them."""

from collections.abc import Sequence
from typing import Final

import streamlit as st

from components import pages, store
from components.labels import plain
from programme.catalogue import catalogue
from programme.early_warnings import STATE_SHAPES, EarlyWarning, State, in_scope, waiting
from programme.permissions import Actor, Permission, refusal
from programme.warning_facts import warning_facts

PAGE: Final = "pages/returns/warnings.py"


def found(actor: Actor, version: int) -> list[EarlyWarning]:
    """The warnings that wait or are being handled; none for those who see no warnings."""
    if refusal(actor, Permission.SEE_WARNING):
        return []
    every = in_scope(actor, store.warnings(version, catalogue().current_year))
    return [one for one in every if one.is_present and one.state in (State.OPEN, State.HANDLED)]


def block(present: Sequence[EarlyWarning]) -> None:
    """Nothing when there is none of them."""
    if not present:
        return
    opened = waiting(present)
    handled = len(present) - len(opened)
    with st.container(gap="small"):
        counted = f"{len(opened)}件待处理" + (f"，{handled}件处理中" if handled else "")
        st.page_link(pages.linked(PAGE), label=f"**预警：{counted}**", icon=":material/notification_important:")
        if opened:
            st.caption(_first(opened))


def _first(opened: Sequence[EarlyWarning]) -> str:
    shown = opened[: warning_facts().limits["shown_first"]]
    lines = [
        f"{STATE_SHAPES[one.state]} **{plain(one.member.name)}** {one.rule.severity}：{plain(one.episode.sentence)}"
        for one in shown
    ]
    more = f"另有{len(opened) - len(shown)}件；" if len(opened) > len(shown) else ""
    return "  \n".join([*lines, f"{more}预警按工作口径（已报送、未经发布）判断。"])
