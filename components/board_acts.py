"""What is done from the board: reminding counties at once, and granting a later due day. The effect is said before it happens."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Final

import streamlit as st
from sqlmodel import Session

import db
from components import receipts, session
from components.board import cell
from components.labels import date_text, plain
from programme import dispatch, reminder_log, reminders, reviews, settings
from programme.catalogue import catalogue
from programme.errors import ProgrammeError
from programme.obligations import STATUS_NAMES, Obligation, Status, status
from programme.permissions import Actor, Permission, refusal
from programme.reviews import LONGEST

RECEIPT: Final = "board-receipt"
TO_REMIND: Final = (Status.DUE, Status.OVERDUE, Status.SENT_BACK)
NAMED: Final = 12
LATER: Final = 3  # working days offered at first


def _act(permission: Permission, verb: Callable[[Session, Actor], str]) -> str:
    """Runs before the page, in one transaction; what was done, "" when it was refused."""
    actor = session.guard(permission)
    try:
        with db.transaction() as opened:
            sentence, done = verb(opened, actor), True
    except ProgrammeError as refused:
        sentence, done = str(refused), False
    receipts.keep(RECEIPT, sentence, done=done)
    return sentence if done else ""


def _name(one: Obligation) -> str:
    return f"{one.county} {one.month.chinese}（{cell(one)}）"


# --- reminding --------------------------------------------------------------------------------------------------------


def remind(actor: Actor, owed: Sequence[Obligation]) -> None:
    """Choose returns that are due or overdue, read what will happen, remind."""
    if refusal(actor, Permission.REMIND):
        return
    open_ones = {
        f"{one.code}-{one.month}": one
        for one in sorted(owed, key=lambda one: (one.due, one.code))
        if one.status in TO_REMIND and refusal(actor, Permission.REMIND, one.subject) is None
    }
    with st.expander("立即催报", icon=":material/notifications:"):
        if not open_ones:
            st.write("没有待报、逾期或退回待改的月报，不需要催报。")
            return
        chosen = st.multiselect(
            "催哪些月报", list(open_ones), format_func=lambda key: _name(open_ones[key]), key="remind-which",
            placeholder="请选择县和报告期",
        )  # fmt: skip
        picked = [open_ones[key] for key in chosen]
        if not picked:
            st.caption("规则催报由系统按期自动发出；这里用于临时加催。先选择月报，再确认。")
            return
        _effect_of_reminding(actor, picked)
        st.button("催报", type="primary", key="remind", on_click=_remind, args=(picked,))


def _effect_of_reminding(actor: Actor, picked: Sequence[Obligation]) -> None:
    with db.reading() as opened:
        told = reminder_log.told_today(opened, actor, picked)
    counties = list(dict.fromkeys(one.county for one in picked if (one.county_id, one.month.number) not in told))
    again = sum((one.county_id, one.month.number) in told for one in picked)
    repeated = f"其中{again}份今天已经催过，不会重复。" if again else ""
    more = f"等{len(counties)}个县" if len(counties) > NAMED else ""
    names = "、".join(plain(county) for county in counties[:NAMED]) + more
    to = f"将通知{names}的县工作小组，每个账号一条" if counties else "不会发出通知"
    st.write(f"{to}：共{len(picked)}份月报。{repeated}通知显示在对方的“催报”页，并按已设的渠道发送。")


def _remind(picked: Sequence[Obligation]) -> None:
    sentence = _act(Permission.REMIND, lambda opened, actor: reminders.remind_now(opened, actor, picked).sentence)
    if not sentence:
        return
    failed = dict.fromkeys(f"{one.channel}未送达（{one.error}）" for one in dispatch.soon(db.transaction) if one.error)
    if failed:
        receipts.keep(RECEIPT, f"{sentence}{'；'.join(failed)}，系统将自动再试。", done=True)


# --- a later due day --------------------------------------------------------------------------------------------------


def extend(actor: Actor, owed: Sequence[Obligation]) -> None:
    """Choose a return that is not in, a later day and a reason; read what changes; grant it."""
    if refusal(actor, Permission.EXTEND_DUE):
        return
    missing = {f"{one.code}-{one.month}": one for one in sorted(owed, key=_urgent_first) if not one.revision}
    with st.expander("延长报送期限", icon=":material/event_upcoming:"):
        if not missing:
            st.write("各县月报都已报送，没有可以延期的。")
            return
        key = st.selectbox(
            "哪个县、哪个月", list(missing), index=None, format_func=lambda key: _name(missing[key]),
            placeholder="输入县名查找", filter_mode="contains", key="extend-which",
        )  # fmt: skip
        if key is None:
            st.caption("只能延长还没有报送的月报；迟报天数和催报按新的截止日计算。")
            return
        _ask_and_extend(missing[key])


def _urgent_first(one: Obligation) -> tuple[bool, int, str]:
    """What is due or overdue before what is not due yet, the newest month first."""
    return one.status is Status.NOT_DUE, -one.month.number, one.code


def _ask_and_extend(one: Obligation) -> None:
    first = one.due + timedelta(days=1)
    offered = catalogue().calendar.working_days_from(max(one.due, settings.today()), LATER)
    until = st.date_input("延期至", offered, min_value=first, format="YYYY-MM-DD", key=f"until-{one.code}-{one.month}")
    st.text_input("延期原因", max_chars=LONGEST, placeholder="例如：汛期道路中断", key=_why(one))
    if not isinstance(until, date):
        return
    st.write(effect(one, until))
    st.button("延期", type="primary", key="extend", on_click=_extend, args=(one, until))


def effect(one: Obligation, until: date) -> str:
    """What a later due day changes, in words."""
    today = settings.today()
    after = status(one.month, until, today, submitted=False)
    now = f"逾期{one.late_days}天" if one.late_days else STATUS_NAMES[one.status]
    then = f"逾期{(today - until).days}天" if today > until else STATUS_NAMES[after]
    rest = "" if catalogue().calendar.is_working_day(until) else "所选日期是休息日。"
    return (
        f"{plain(one.title)}的截止日由{date_text(one.due)}改为{date_text(until)}；现为{now}，延期后为{then}。"
        f"只影响这个县的这个月。{rest}"
    )


def _why(one: Obligation) -> str:
    return f"extend-why-{one.code}-{one.month}"


def _extend(one: Obligation, until: date) -> None:
    def verb(opened: Session, actor: Actor) -> str:
        reviews.extend(
            opened, actor, reviews.one_of(opened, actor, one.code, one.month), until, session.typed(_why(one))
        )
        return f"已将{one.title}的截止日延至{date_text(until)}。"

    _act(Permission.EXTEND_DUE, verb)
