"""What corrections of earlier months have put in the wrong: told to whoever hands in, with the way to confirm it."""

import streamlit as st

import db
from components import receipts, session
from components.labels import plain
from programme import aftermath
from programme.aftermath import Contradiction
from programme.catalogue import Year
from programme.errors import ProgrammeError
from programme.permissions import Actor, Permission
from programme.returns import Member

RECEIPT = "aftermath-receipt"


def show(actor: Actor, year: Year, county: Member) -> None:
    """Those of the county in full, of others by name."""
    receipts.show(RECEIPT)
    with db.reading() as opened:
        found = aftermath.contradictions(opened, actor, year)
    others = sorted({one.county for one in found if one.county_id != county.county_id})
    if others:
        st.caption(f"另有{len(others)}个县因更正需要核对：{'、'.join(plain(name) for name in others)}。")
    mine = [one for one in found if one.county_id == county.county_id]
    if not mine:
        return
    with st.expander(f"以前月份更正后，有{len(mine)}处需要核对", icon=":material/rule:", expanded=True):
        for one in mine:
            st.markdown(f":orange[◆] {plain(one.message)}")
            st.text_input("如无误，请写明理由", key=_why(one), max_chars=aftermath.LONGEST)
            st.button("确认无误", key=f"confirm-{_why(one)}", on_click=_confirm, args=(one,))


def _why(one: Contradiction) -> str:
    return f"aftermath-{one.code}-{one.month}-{one.kpi.code}"


def _confirm(one: Contradiction) -> None:
    actor = session.guard(Permission.SUBMIT_RETURN)
    try:
        with db.transaction() as opened:
            aftermath.confirm(opened, actor, one, session.typed(_why(one)))
    except ProgrammeError as refusal:
        receipts.keep(RECEIPT, str(refusal), done=False)
        return
    receipts.keep(RECEIPT, f"已确认：{one.county}{one.month.chinese}“{one.kpi.name}”。", done=True)
