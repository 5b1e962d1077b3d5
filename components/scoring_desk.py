"""The desk of an expert: the projects given to them, one to judge, and their own ties."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

import pandas as pd
import streamlit as st
from sqlmodel import Session

from components import acts, pages, session
from components.labels import plain
from components.moments import moment_text
from programme import experts, panels, scoring
from programme.experts import Tie
from programme.panel_rules import Expert
from programme.permissions import Actor, Permission
from programme.project_facts import project_facts
from programme.review_facts import WHOLE, review_facts
from programme.review_scores import points_text, total
from programme.scoring import Task

MAY: Final = Permission.SCORE_PROJECT
PROJECT_PAGE: Final = "pages/projects/project.py"


def show(own: Expert, tasks: Sequence[Task], held: Sequence[Tie]) -> None:
    """The whole page below its title."""
    waiting = [task for task in tasks if task.is_open]
    st.subheader(f"{len(waiting)}个项目等待您评分" if waiting else "没有等待您评分的项目", anchor=False)
    st.caption(
        "请独立评分。提交之前只有您能看到所填内容；提交后不能修改。专家之间互不可见评分。有利害关系的项目请回避。"
    )
    if tasks:
        table = pd.DataFrame([_row(task) for task in tasks])
        st.table(table, hide_index=True, border="horizontal", alt="分配给我的项目")
        names = {task.no: f"{task.no} {task.name}" for task in tasks}
        no = st.selectbox("项目", list(names), key="scored", format_func=names.__getitem__, bind="query-params")
        _one(next((task for task in tasks if task.no == no), tasks[0]))
    _ties(own, held)


def _row(task: Task) -> dict[str, str]:
    state = "● 已提交" if task.at else "◆ 待评分" if task.is_open else "○ 评审已结束"
    points = points_text(_points(task.total))
    return {
        "项目": f"{plain(task.name)}  \n:small[:gray[{plain(task.no)} · {plain(task.enterprise)}]]",
        "方向": project_facts().word("direction", task.direction) or "—",
        "状态": state + (f"  \n:small[:gray[{moment_text(task.at)}]]" if task.at else ""),
        "我的总分": points,
    }


def _points(hundredths: int | None) -> Fraction | None:
    return None if hundredths is None else Fraction(hundredths, WHOLE)


# --- one project ------------------------------------------------------------------------------------------------------


def _one(task: Task) -> None:
    st.header(plain(task.name), anchor=False)
    st.caption(f"{plain(task.no)} · {plain(task.enterprise)}")
    st.page_link(
        pages.linked(PROJECT_PAGE), label="查看申报材料", icon=":material/description:", query_params={"no": task.no}
    )
    if not task.is_open:
        _handed_in(task)
        return
    for criterion, column in zip(review_facts().criteria, st.columns(len(review_facts().criteria)), strict=True):
        column.number_input(
            f"{criterion.name}（0–{review_facts().limits['highest']}分，占{criterion.weight}%）", 0,
            review_facts().limits["highest"], task.points[criterion.code], 1, key=_key(task, criterion.code),
            help=criterion.hint, on_change=_keep, args=(task.no,), placeholder="请打分",
        )  # fmt: skip
    limits = review_facts().limits
    st.text_area(
        f"评审意见（{limits['least_comment']}至{limits['max_comment']}字）", task.comment, key=_key(task, "comment"),
        max_chars=limits["max_comment"], on_change=_keep, args=(task.no,), height=140,
    )  # fmt: skip
    given = {code: value for code, value in task.points.items() if value is not None}
    if len(given) == len(task.points):
        st.caption(f"加权总分：{points_text(_points(total(given)))}分。所填内容已自动保存。")
    st.button("提交评分", type="primary", icon=":material/check:", on_click=_hand_in, args=(task.no, task.name))
    with st.expander("我须回避这个项目", icon=":material/block:"):
        st.caption("与申报企业有工作、投资、亲属或其他利害关系的应当回避。项目交回后由国家网信办另行抽取专家。")
        st.text_input("回避的原因", key=_key(task, "recuse"), max_chars=limits["max_note"])
        st.button("回避，交回项目", on_click=_recuse, args=(task.no, task.name))


def _handed_in(task: Task) -> None:
    if task.at is None:
        st.info("这个项目的评审已经结束。", icon=":material/info:")
        return
    points = "，".join(f"{one.name} **{task.points[one.code]}**" for one in review_facts().criteria)
    st.markdown(f"{points}，总分 **{points_text(_points(task.total))}**。已于{moment_text(task.at)}提交。")
    st.markdown(f"**评审意见**：{plain(task.comment)}")


def _key(task: Task | str, name: str) -> str:
    return f"score-{name}-{task if isinstance(task, str) else task.no}"


def _typed(no: str) -> tuple[dict[str, int | None], str]:
    points = {one.code: session.typed_number(_key(no, one.code)) for one in review_facts().criteria}
    return points, session.typed(_key(no, "comment"))


def _keep(no: str) -> None:
    points, comment = _typed(no)

    def verb(opened: Session, actor: Actor) -> str:
        scoring.keep_draft(opened, actor, no, points, comment)
        return ""

    acts.act(MAY, None, verb)


def _hand_in(no: str, name: str) -> None:
    points, comment = _typed(no)

    def verb(opened: Session, actor: Actor) -> str:
        given = scoring.hand_in(opened, actor, no, points, comment)
        return f"已提交“{name}”的评分，总分{points_text(_points(given))}。"

    acts.act(MAY, None, verb)


def _recuse(no: str, name: str) -> None:
    reason = session.typed(_key(no, "recuse"))

    def verb(opened: Session, actor: Actor) -> str:
        panels.recuse(opened, actor, no, reason)
        return f"已回避“{name}”，项目已交回国家网信办。"

    acts.act(MAY, None, verb)


# --- own ties ---------------------------------------------------------------------------------------------------------


def _ties(own: Expert, held: Sequence[Tie]) -> None:
    st.header("我的单位和关联企业", anchor=False)
    fields = "、".join(c.name for c in project_facts().lists["direction"] if c.code in own.fields)
    st.caption(
        f"工作单位：{plain(own.employer.name)}；评审方向：{fields}。有变化请告知国家网信办。"
        if own.employer
        else "国家网信办还没有登记您的工作单位和评审方向，登记后才会分配项目。"
    )
    if held:
        rows = [
            {"企业": plain(tie.enterprise), "代码": tie.enterprise_code or "—", "说明": plain(tie.note) or "—"}
            for tie in held
        ]
        st.table(pd.DataFrame(rows), hide_index=True, border="horizontal", alt="关联企业")
    with st.expander("登记关联企业", icon=":material/add:"):
        key = f"tie-{own.user_id}-{acts.round_number()}"
        tie_boxes(key)
        st.button("登记", key=f"{key}-do", on_click=declare, args=(MAY, own.user_id, key))


def tie_boxes(key: str) -> None:
    limits = review_facts().limits
    st.caption("登记后不再分配该企业的项目；已分配而未评审完成的当即收回。")
    st.text_input("企业名称", key=f"{key}-name", max_chars=limits["max_name"])
    st.text_input("统一社会信用代码或组织机构代码（知道的话）", key=f"{key}-code", max_chars=30)
    st.text_input("说明（如任职、持股、亲属）", key=f"{key}-note", max_chars=limits["max_note"])


def declare(permission: Permission, user_id: int, key: str) -> None:
    name, code, note = (session.typed(f"{key}-{part}") for part in ("name", "code", "note"))

    def verb(opened: Session, actor: Actor) -> str:
        back = experts.declare_tie(opened, actor, user_id, name, code, note)
        return f"已登记关联企业“{name.strip()}”。{back.sentence}"

    acts.act(permission, None, verb)
