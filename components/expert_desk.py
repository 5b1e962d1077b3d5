"""The office's list of experts: directions, employer, ties, and what each has in hand."""

from collections.abc import Sequence
from typing import Final

import pandas as pd
import streamlit as st
from sqlmodel import Session

from components import acts, session
from components.labels import plain
from components.scoring_desk import declare, tie_boxes
from programme import experts
from programme.experts import Tie
from programme.panel_rules import Expert
from programme.permissions import Actor, Permission
from programme.project_facts import project_facts
from programme.review_facts import review_facts

MAY: Final = Permission.ORGANISE_REVIEW


def show(found: Sequence[Expert], held: Sequence[Tie]) -> None:
    if not found:
        st.info("还没有评审专家账号，请系统管理员新建（角色“评审专家”）。", icon=":material/person_add:")
        return
    rows = [_row(expert) for expert in found]
    st.table(pd.DataFrame(rows), hide_index=True, border="horizontal", alt="评审专家")
    names = {expert.user_id: f"{expert.name}（{expert.username}）" for expert in found}
    first = next((at for at, expert in enumerate(found) if expert.employer is None), 0)
    chosen = st.selectbox("专家", list(names), index=first, key="expert", format_func=names.__getitem__)
    expert = next(one for one in found if one.user_id == chosen)
    _profile(expert)
    _ties(expert, [tie for tie in held if tie.user_id == chosen])


def _row(expert: Expert) -> dict[str, str]:
    employer = plain(expert.employer.name) if expert.employer else "◆ 未登记，不参加抽取"
    return {
        "专家": f"{plain(expert.name)}  \n:small[:gray[{plain(expert.username)}]]",
        "评审方向": _directions(expert) or "—",
        "工作单位": employer,
        "关联企业": plain("、".join(tie.name for tie in expert.ties)) or "—",
        "分到项目": str(expert.load),
    }


def _directions(expert: Expert) -> str:
    return "、".join(choice.name for choice in project_facts().lists["direction"] if choice.code in expert.fields)


def _profile(expert: Expert) -> None:
    key, names = f"profile-{expert.user_id}", {c.code: c.name for c in project_facts().lists["direction"]}
    chosen = st.multiselect(
        "评审方向", list(names), [code for code in names if code in expert.fields], key=f"{key}-fields",
        format_func=names.__getitem__, placeholder="请选择",
    )  # fmt: skip
    employer, code = (expert.employer.name, expert.employer.code) if expert.employer else ("", "")
    with st.container(horizontal=True):
        st.text_input("工作单位", employer, key=f"{key}-employer", max_chars=review_facts().limits["max_name"])
        st.text_input("单位代码（知道的话）", code, key=f"{key}-code", max_chars=30)
    st.button("保存专家信息", on_click=_keep, args=(expert.user_id, expert.name, tuple(chosen), key))


def _keep(user_id: int, name: str, fields: tuple[str, ...], key: str) -> None:
    employer, code = session.typed(f"{key}-employer"), session.typed(f"{key}-code")

    def verb(opened: Session, actor: Actor) -> str:
        back = experts.keep_profile(opened, actor, user_id, fields, employer, code)
        return f"已保存{name}的方向和工作单位。{back.sentence}"

    acts.act(MAY, None, verb)


def _ties(expert: Expert, held: Sequence[Tie]) -> None:
    with st.expander(f"关联企业：{len(held)}家", icon=":material/link:"):
        for tie in held:
            key = f"untie-{tie.user_id}-{tie.number}"
            st.markdown(f"**{plain(tie.enterprise)}** {tie.enterprise_code}  \n{plain(tie.note)}")
            with st.container(horizontal=True, vertical_alignment="bottom"):
                st.text_input("解除的原因", key=key, max_chars=review_facts().limits["max_note"])
                st.button("解除关联", key=f"{key}-do", on_click=_untie, args=(tie, key))
        key = f"office-tie-{expert.user_id}-{acts.round_number()}"
        tie_boxes(key)
        st.button("登记关联企业", key=f"{key}-do", on_click=declare, args=(MAY, expert.user_id, key))


def _untie(tie: Tie, key: str) -> None:
    reason = session.typed(key)

    def verb(opened: Session, actor: Actor) -> str:
        experts.end_tie(opened, actor, tie.user_id, tie.number, reason)
        return f"已解除与“{tie.enterprise}”的关联。"

    acts.act(MAY, None, verb)
