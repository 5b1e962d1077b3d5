"""企业登记: those who confirm registrations, and the enterprise's own look at its registration."""

from collections.abc import Sequence
from functools import partial
from typing import Final

import pandas as pd
import streamlit as st

import db
from components import acts, session
from components.labels import plain
from components.moments import moment_text
from programme import enterprises, project_queries
from programme.enterprises import CONFIRMED, FIELD_NAMES, LONGEST_REASON, REFUSED, WAITING, EnterpriseView, Registration
from programme.permissions import Permission
from programme.project_facts import project_facts

SIGNS: Final = {WAITING: "◆", CONFIRMED: "●", REFUSED: "▼"}
CONFIRM: Final = Permission.CONFIRM_ENTERPRISE


def state_text(one: EnterpriseView) -> str:
    return f"{SIGNS[one.status]} {one.status_name}"


# --- those who decide -------------------------------------------------------------------------------------------------


def show(found: Sequence[EnterpriseView]) -> None:
    """The whole page below its title: how many wait, the list, and one of them to decide on."""
    waiting = [one for one in found if one.status == WAITING]
    st.subheader(f"{len(waiting)}家企业等待确认" if waiting else "没有等待确认的企业", anchor=False)
    if not found:
        st.info("还没有企业注册。企业在登录页点“申报企业注册”自行登记。", icon=":material/domain_disabled:")
        return
    table = pd.DataFrame([_row(one) for one in found])
    st.table(table, hide_index=True, border="horizontal", alt="企业登记")
    by_id = {one.id: one for one in found}
    chosen = st.selectbox(
        "查看哪一家", list(by_id), key=f"enterprise-{acts.round_number()}",
        format_func=lambda number: f"{by_id[number].registration.name} · {state_text(by_id[number])}",
    )  # fmt: skip
    _one(by_id[chosen])


def _row(one: EnterpriseView) -> dict[str, str]:
    told = one.registration
    at = (
        f"{plain(one.decided_by)} {moment_text(one.decided_at)}"
        if one.decided_at
        else f"{moment_text(one.registered_at)}登记"
    )
    sample = " :orange-badge[示例数据]" if one.sample else ""
    return {
        "状态": f"{state_text(one)}  \n:small[:gray[{at}]]",
        "单位": f"{plain(told.name)}{sample}  \n:small[:gray[{one.province}]]",
        "代码": told.code,
    }


def _one(one: EnterpriseView) -> None:
    with st.container(border=True):
        st.markdown(f"**{plain(one.registration.name)}** · {state_text(one)}")
        facts(one)
        if one.note:
            st.markdown(f"不予确认的原因：{plain(one.note)}")
        if one.status != WAITING:
            return
        st.caption("代码的校验位已核对。请对照营业执照或组织机构代码证，核对单位名称、代码和所在地。")
        key = f"refuse-{one.id}-{acts.round_number()}"
        st.button(
            "确认登记", type="primary", icon=":material/check:", key=f"confirm-{key}", on_click=_confirm, args=(one,)
        )
        with st.expander("不予确认", icon=":material/block:"):
            st.text_input("原因（企业看得到）", max_chars=LONGEST_REASON, key=key)
            st.button("不予确认", key=f"button-{key}", on_click=_refuse, args=(one, key))


def facts(one: EnterpriseView) -> None:
    """What the enterprise said of itself."""
    told = one.registration
    rows = [(FIELD_NAMES[name], getattr(told, name)) for name in FIELD_NAMES if name != "province_code"]
    rows.insert(2, (FIELD_NAMES["province_code"], one.province))
    table = pd.DataFrame([(name, plain(text)) for name, text in rows], columns=["栏目", "内容"])
    st.table(table.set_index("栏目"), border="horizontal", hide_header=True, alt="企业登记信息")


def _confirm(seen: EnterpriseView) -> None:
    sentence = f"已确认：{seen.registration.name}。该企业现在可以提交申报书。"
    acts.act(CONFIRM, sentence, lambda opened, actor: enterprises.confirm(opened, actor, seen))


def _refuse(seen: EnterpriseView, key: str) -> None:
    reason = session.typed(key)
    sentence = f"不予确认：{seen.registration.name}。企业看得到原因，修改后可以重新提交登记。"
    acts.act(CONFIRM, sentence, lambda opened, actor: enterprises.refuse(opened, actor, seen, reason))


# --- the enterprise itself --------------------------------------------------------------------------------------------


def own_state(one: EnterpriseView) -> None:
    """One line on where the registration stands, and what to do."""
    if one.status == REFUSED:
        st.error(
            f"企业登记没有通过（{plain(one.decided_by)}，{moment_text(one.decided_at)}）：{plain(one.note)}"
            " 请在“登记信息”中修改后重新提交。",
            icon=":material/block:",
        )
    elif one.status == WAITING:
        st.info("企业登记等待网信办确认。申报书可以先填写，确认以后才能提交。", icon=":material/hourglass_top:")
    else:
        st.caption(f"{state_text(one)}：{plain(one.registration.name)}，{moment_text(one.decided_at)}")


def own(one: EnterpriseView) -> None:
    """The registration, to be corrected; what was confirmed is confirmed again when it changes."""
    told, key = one.registration, f"own-{one.id}-{acts.round_number()}"
    with db.reading() as store:
        provinces = project_queries.province_names(store)
    st.caption("改单位名称、代码或所在地的，须重新确认；改联系人、手机和邮箱的，不须确认。")
    places, most = list(provinces), project_facts().max_text
    st.text_input(FIELD_NAMES["name"], told.name, max_chars=most, key=f"{key}-name")
    st.text_input(FIELD_NAMES["code"], told.code, max_chars=40, key=f"{key}-code")
    st.selectbox(
        FIELD_NAMES["province_code"], places, index=places.index(told.province_code), key=f"{key}-province_code",
        format_func=provinces.__getitem__,
    )  # fmt: skip
    for name in ("contact", "phone", "email"):
        st.text_input(FIELD_NAMES[name], getattr(told, name), max_chars=100, key=f"{key}-{name}")
    label = "重新提交登记" if one.status == REFUSED else "保存登记信息"
    st.button(label, type="primary", icon=":material/save:", on_click=partial(_amend, one, key))


def _amend(seen: EnterpriseView, key: str) -> None:
    typed = Registration(**{name: session.typed(f"{key}-{name}") for name in FIELD_NAMES})
    acts.act(Permission.APPLY, "登记信息已保存。", lambda opened, actor: enterprises.amend(opened, actor, typed, seen))
