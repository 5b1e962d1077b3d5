"""The launch record of a project, as it is read and as the enterprise fills it in."""

from typing import Any, Final

import pandas as pd
import streamlit as st

import db
from components import acts
from components.labels import date_text, plain
from programme import launch_writing
from programme.carrying import why_not_writing
from programme.carrying_facts import carrying_facts
from programme.carrying_queries import Carried
from programme.launches import EXPO, Address, KeptLaunch, LaunchRecord, lacks, launch_of
from programme.permissions import Actor, Permission
from programme.settings import clock

KIND, TITLE, URL = "类别", "名称", "网址"
NOT_SAID: Final = "—"


def show(actor: Actor, one: Carried) -> None:
    with db.reading() as opened:
        kept = launch_of(opened, one.project.id or 0)
    if why_not_writing(actor, one.project) is None:
        _form(one, kept)
        return
    if not kept.revision:
        st.info("承担企业还没有填写推出记录。", icon=":material/edit_note:")
        return
    _read(kept)


def _read(kept: KeptLaunch) -> None:
    st.table(pd.DataFrame(_lines(kept.record)), hide_index=True, hide_header=True, border="horizontal", alt="推出记录")
    for address in kept.record.addresses:
        name = f"{carrying_facts().kinds[address.kind]} {address.title}".strip()
        st.link_button(f"打开{name}", address.url, icon=":material/open_in_new:")
    _kept(kept)


def _lines(record: LaunchRecord) -> list[dict[str, str]]:
    facts = carrying_facts()
    amount = [f"{record.training_hours}学时"] if record.training_hours else []
    amount += [f"{record.training_sessions}场"] if record.training_sessions else []
    training = [date_text(record.training_on)] if record.training_on else []
    training += [facts.forms[record.training_form]] if record.training_form else []
    expo = EXPO.get(record.expo, "") + (f"，{record.expo_place}" if record.expo_place else "")
    addresses = "；".join(f"{facts.kinds[one.kind]}{one.title} {one.url}" for one in record.addresses)
    return [
        {"栏目": name, "内容": plain(text) or NOT_SAID}
        for name, text in (
            ("培训", "，".join(training + amount)),
            ("推出日期", date_text(record.launch_on) if record.launch_on else ""),
            ("网址", addresses),
            (facts.expo, expo),
        )
    ]


def _kept(kept: KeptLaunch) -> None:
    if kept.revision:
        why = f"，原因：{plain(kept.reason)}" if kept.reason else ""
        st.caption(f"第{kept.revision}版，{plain(kept.user_name)}于{clock(kept.at)}保存{why}。")


# --- the form ---------------------------------------------------------------------------------------------------------


def _form(one: Carried, kept: KeptLaunch) -> None:
    missing = lacks(kept.record)
    if missing:
        st.caption(f"还缺：{'、'.join(missing)}。可以先保存，填齐后才能启动实施。")
    key = f"launch-{one.project.no}-{kept.revision}"
    with st.form(key, border=True):
        record = _inputs(kept.record, key)
        launched = one.project.state != "confirmed"
        why = (
            st.text_input("修改的原因（必填）", max_chars=launch_writing.LONGEST, key=f"{key}-why") if launched else ""
        )
        pressed = st.form_submit_button("保存推出记录", type="primary", icon=":material/save:")
    _kept(kept)
    if pressed:
        acts.act(
            Permission.SEE_PROJECT,
            "推出记录已保存。",
            lambda opened, actor: launch_writing.keep_launch(
                opened, actor, one.project.no, record, why, seen=kept.revision
            ),
        )
        st.rerun()


def _inputs(record: LaunchRecord, key: str) -> LaunchRecord:
    facts = carrying_facts()
    st.markdown("**培训**", help=facts.training_citation)
    with st.container(horizontal=True):
        trained = st.date_input("培训日期", record.training_on, format="YYYY-MM-DD", key=f"{key}-on", width=170)
        forms = ["", *facts.forms]
        form = st.selectbox(
            "培训形式", forms, forms.index(record.training_form), key=f"{key}-form", width=170,
            format_func=lambda code: facts.forms.get(code, "请选择"),
        )  # fmt: skip
        hours = st.number_input(
            "学时", min_value=0, max_value=facts.limits["max_hours"], value=record.training_hours, step=1,
            key=f"{key}-hours", width=150,
        )  # fmt: skip
        sessions = st.number_input(
            "场次", min_value=0, max_value=facts.limits["max_sessions"], value=record.training_sessions, step=1,
            key=f"{key}-sessions", width=150,
        )  # fmt: skip
    st.caption("学时和场次至少填一项。")
    st.markdown("**推出**", help=facts.online_citation)
    launched = st.date_input("推出日期", record.launch_on, format="YYYY-MM-DD", key=f"{key}-launch", width=170)
    addresses = _addresses(record, key)
    st.markdown(f"**{facts.expo}**", help=facts.expo_citation)
    answers = ["", *EXPO]
    expo = st.radio(
        "是否参展", answers, answers.index(record.expo), horizontal=True, key=f"{key}-expo",
        format_func=lambda code: EXPO.get(code, "还没有定"),
    )  # fmt: skip
    place = st.text_input(
        "展位或页面（参展的填）", record.expo_place, max_chars=facts.limits["max_place"], key=f"{key}-place"
    )
    return LaunchRecord(
        trained or None,
        str(form or ""),
        hours or None,
        sessions or None,
        launched or None,
        addresses,
        str(expo or ""),
        place,
    )


def _addresses(record: LaunchRecord, key: str) -> tuple[Address, ...]:
    """The online addresses as a grid; a row is added below and deleted by its mark."""
    facts = carrying_facts()
    frame = pd.DataFrame(
        [(facts.kinds[one.kind], one.title, one.url) for one in record.addresses],
        columns=[KIND, TITLE, URL],
        dtype="str",
    )
    edited = st.data_editor(
        frame, key=f"{key}-addresses", hide_index=True, num_rows="dynamic", placeholder="请填写", alt="专区、频道和服务的网址",
        column_config={
            KIND: st.column_config.SelectboxColumn(KIND, options=list(facts.kinds.values()), width="small"),
            TITLE: st.column_config.TextColumn(TITLE, max_chars=facts.limits["max_title"]),
            URL: st.column_config.TextColumn(URL, max_chars=facts.limits["max_address"], width="large"),
        },
    )  # fmt: skip
    codes = {name: code for code, name in facts.kinds.items()}
    rows: list[dict[str, Any]] = edited.to_dict("records")
    return tuple(
        Address(codes.get(text_of(row[KIND]), ""), text_of(row[TITLE]), text_of(row[URL]))
        for row in rows
        if text_of(row[TITLE]) or text_of(row[URL])
    )


def text_of(cell: object) -> str:
    """A cell of a grid as text; an empty one is "" however pandas holds it."""
    return "" if cell is None or cell is pd.NaT or (isinstance(cell, float) and pd.isna(cell)) else str(cell)
