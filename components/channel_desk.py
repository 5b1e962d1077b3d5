"""What administrators do with ways of notice. An address is typed in and never shown again."""

from collections.abc import Callable, Sequence
from typing import Final

import pandas as pd
import streamlit as st
from sqlmodel import Session

import db
from components import messages, receipts, session
from components.labels import plain
from programme import channels, dispatch, ladder
from programme.channel_addresses import MAIL
from programme.channels import SERVED, Way
from programme.dispatch import TEST_SUBJECT
from programme.errors import ProgrammeError
from programme.permissions import ROLE_NAMES, Actor, Permission, Role
from programme.reminders import FAILED, NO_ADDRESS, SENT, WAITING

RECEIPT: Final = "channel-receipt"
COUNTED: Final = {SENT: "已送达", WAITING: "待发送", FAILED: "未送达", NO_ADDRESS: "未填地址"}


def _act(sentence: str, verb: Callable[[Session, Actor], object]) -> None:
    """Runs before the page: one transaction, and a sentence about it."""
    actor = session.guard(Permission.MANAGE_CHANNELS)
    done = True
    try:
        with db.transaction() as opened:
            verb(opened, actor)
    except ProgrammeError as refused:
        sentence, done = str(refused), False
    receipts.keep(RECEIPT, sentence, done=done)


def retries() -> str:
    gaps = "、".join(f"{minutes}分钟" for minutes in ladder.facts().delivery["gaps_minutes"])
    return f"未送达的，依次过{gaps}自动再试，仍不成功的在这里列出。"


def table(ways: Sequence[Way]) -> None:
    rows = [
        {
            "状态": _state(way),
            "渠道": plain(way.name),
            "方式": way.kind.name,
            "地址": plain(way.shown),
            "服务对象": _roles(way.roles),
            "通知": "，".join(f"{word}{way.counts[state]}" for state, word in COUNTED.items() if way.counts.get(state))
            or "还没有",
        }
        for way in ways
    ]
    st.table(pd.DataFrame(rows), hide_index=True, border="horizontal", alt="通知渠道")


def _state(way: Way) -> str:
    if not way.active:
        return "○ 已停用"
    if way.last_error:
        return f"▲ 有未送达：{plain(way.last_error)}"
    if way.reach and way.reach.addressed * 2 < way.reach.accounts:
        return (
            f"◆ {way.reach.accounts}个账号中只有{way.reach.addressed}个填写了邮箱，其余收不到："
            "请通知各账号在“通知地址”页填写邮箱"
        )
    return "● 正常"


def _roles(roles: Sequence[Role]) -> str:
    return "、".join(ROLE_NAMES[role] for role in roles)


@st.dialog("新建通知渠道", on_dismiss="rerun")
def create() -> None:
    actor = session.guard(Permission.MANAGE_CHANNELS)
    kinds = ladder.facts().kinds
    code = st.selectbox("方式", list(kinds), format_func=lambda code: kinds[code].name) or MAIL
    with st.form("channel", border=False):
        name = st.text_input("渠道名称", max_chars=60, placeholder="例如：单位邮箱") or ""
        url = st.text_input("地址", type="password", autocomplete="off") or ""
        st.caption(f"形如 {plain(kinds[code].example)}。保存后不再显示。")
        personal = "逐个账号发送，各账号在“通知地址”页填写邮箱。"
        st.caption(personal if kinds[code].personal else "发到群里，一次一条，列出被催报的账号和份数。")
        roles = st.multiselect(
            "服务对象", SERVED, default=list(SERVED), format_func=ROLE_NAMES.__getitem__, placeholder="请选择"
        )
        pressed = st.form_submit_button("保存", type="primary")
    if not pressed:
        return
    with messages.refusals_shown():
        with db.transaction() as opened:
            channels.add_channel(opened, actor, kind=code, name=name, url=url, roles=roles)
        receipts.keep(RECEIPT, f"已新建渠道“{name.strip()}”。请发送测试，确认可用。", done=True)
        st.rerun()


def actions(actor: Actor, way: Way) -> None:
    """Try it, change whom it serves or where it leads, switch it off."""
    with st.container(border=True):
        st.markdown(f"**{plain(way.name)}** · {way.kind.name} · {plain(way.shown)}")
        _test(actor, way)
        _change(way)
        with st.container(horizontal=True):
            word = "停用" if way.active else "启用"
            st.button(
                word, key=f"active-{way.id}", on_click=_act,
                args=(f"已{word}渠道“{way.name}”。", lambda s, a: channels.set_active(s, a, way.id, not way.active)),
            )  # fmt: skip
            if failed := way.counts.get(FAILED):
                st.button(
                    f"再发{failed}条未送达的", key=f"again-{way.id}", on_click=_act,
                    args=(f"{failed}条通知已重新排队，下一次定时发送时送出。", lambda s, a: channels.send_again(s, a, way.id)),
                )  # fmt: skip


def _test(actor: Actor, way: Way) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if way.kind.personal:
            with db.reading() as opened:
                own = channels.address_of(opened, actor)
            st.text_input("测试发到哪个邮箱", own, key=f"test-to-{way.id}", width=300, placeholder="name@example.cn")
        st.button("发送测试", type="primary", icon=":material/send:", key=f"test-{way.id}", on_click=_try, args=(way,))


def _try(way: Way) -> None:
    """Sends while the visitor waits, a few seconds at most, and says how it went."""
    asking = session.later(Permission.MANAGE_CHANNELS)
    address = session.typed(f"test-to-{way.id}").strip() if way.kind.personal else ""
    try:
        if way.kind.personal and not channels.MAIL_ADDRESS.fullmatch(address):
            raise ProgrammeError("请填写测试发到哪个邮箱，例如 name@example.cn。")
        error = dispatch.try_channel(db.transaction, asking, way.id, address)
    except ProgrammeError as refused:
        receipts.keep(RECEIPT, str(refused), done=False)
        return
    to = f"，请到 {address} 查收“{TEST_SUBJECT}”" if address else "，请到群里查看"
    sentence = f"测试没有送达：{error}。" if error else f"测试已由“{way.name}”发出{to}。"
    receipts.keep(RECEIPT, sentence, done=not error)


def _change(way: Way) -> None:
    with st.expander("变更服务对象或地址", icon=":material/edit:"):
        roles = st.multiselect(
            "服务对象", SERVED, default=list(way.roles), format_func=ROLE_NAMES.__getitem__, placeholder="请选择",
            key=f"roles-{way.id}",
        )  # fmt: skip
        said = f"渠道“{way.name}”的服务对象已改为：{_roles(roles)}。"
        st.button(
            "保存服务对象", key=f"save-roles-{way.id}", on_click=_act,
            args=(said, lambda s, a: channels.set_roles(s, a, way.id, roles)),
        )  # fmt: skip
        with st.form(f"url-{way.id}", border=False):
            st.text_input("新地址", type="password", autocomplete="off", key=_new_url(way))
            st.caption(f"形如 {plain(way.kind.example)}。保存后不再显示，原地址作废。")
            st.form_submit_button("保存新地址", on_click=_replace_url, args=(way,))


def _new_url(way: Way) -> str:
    return f"new-url-{way.id}"


def _replace_url(way: Way) -> None:
    url = session.typed(_new_url(way))
    _act(f"渠道“{way.name}”的地址已更换，请发送测试。", lambda s, a: channels.set_url(s, a, way.id, url))
