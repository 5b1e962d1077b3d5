"""评价打分: the weighted criteria of the notice, the sheets of the assessors as they stand, and the box for one more."""

from collections.abc import Sequence
from typing import Final

import pandas as pd
import streamlit as st

from components import acts, session
from components.labels import plain
from programme.permissions import Permission
from programme.project_selection import ASSESSING, assess
from programme.selection_facts import selection_facts
from programme.selection_queries import Application
from programme.selection_scores import Sheet, points_text, weighted

NONE, ASIDE = "无", "有，回避"
NEW: Final = 0


def show_scores(one: Application) -> None:
    """The sheets of an application; while it is assessed, the box to enter one."""
    facts = selection_facts()
    st.subheader(f"评价打分：{points_text(one.mean)}" + ("分" if one.sheets else ""), anchor=False)
    st.caption(
        f"满分100分，取无利益冲突评价人加权得分的平均数；评价人不少于{facts.assessors}名，只登记单位和职务。",
        help=facts.citation,
    )
    if one.sheets:
        frame = pd.DataFrame([_row(sheet) for sheet in one.sheets])
        st.table(frame, hide_index=True, border="horizontal", alt="评价人打分")
    if one.state != ASSESSING:
        return
    with st.expander("录入打分", icon=":material/edit:", expanded=not one.sheets):
        _entry(one)


def _row(sheet: Sheet) -> dict[str, str]:
    """The points stand in one cell, so that the table fits a telephone."""
    criteria = selection_facts().criteria
    given = " · ".join(
        f"{criterion.short} **{sheet.points[criterion.code]}**" for criterion in criteria if sheet.points
    )
    return {
        "评价人": f"{plain(sheet.unit)}  \n:small[:gray[{plain(sheet.post)}]]",
        "各项得分": given or f"○ 回避：{plain(sheet.ground)}",
        "加权得分": "不计" if sheet.conflict else points_text(weighted(sheet.points)),
    }


def _entry(one: Application) -> None:
    """Boxes for a new sheet, or for the correction of one; their keys change with what stands, so that they are empty again."""
    by_number = {sheet.number: sheet for sheet in one.sheets}
    mark = f"{one.no}-{one.moves}-{max(by_number, default=0)}"
    number = NEW
    if by_number:
        number = st.selectbox(
            "评价人", [NEW, *by_number], key=f"whose-{mark}",
            format_func=lambda number: f"更正：{by_number[number].assessor}" if number else "新增一名评价人",
        )  # fmt: skip
    old = by_number.get(number, Sheet("", ""))
    key = f"score-{mark}-{number}"
    limits = selection_facts().limits
    who = st.columns(3)
    who[0].text_input("评价人单位", old.unit, max_chars=limits["max_line"], key=f"{key}-unit")
    who[1].text_input("评价人职务", old.post, max_chars=limits["max_line"], key=f"{key}-post")
    declared = who[2].radio(
        "利益冲突申报", [NONE, ASIDE], index=int(old.conflict), horizontal=True, key=f"{key}-conflict",
        help="评价人与申报企业有任职、投资、亲属等利害关系的应当回避，不录入其打分。",
    )  # fmt: skip
    if declared == ASIDE:
        st.text_input("回避原因", old.ground, max_chars=limits["max_ground"], key=f"{key}-ground")
    else:
        _points(old, key)
    st.button(
        "保存更正" if number else "保存打分", key=f"{key}-save", type="primary", icon=":material/save:",
        on_click=_save, args=(one, key, number, declared == ASIDE),
    )  # fmt: skip


def _points(old: Sheet, key: str) -> None:
    criteria = selection_facts().criteria
    for column, criterion in zip(st.columns(len(criteria), vertical_alignment="bottom"), criteria, strict=True):
        column.number_input(
            f"{criterion.name}（{criterion.weight}%）", 0, criterion.max, old.points.get(criterion.code), 1,
            key=f"{key}-{criterion.code}", placeholder=f"0—{criterion.max}",
            help=f"{selection_facts().document}，{criterion.clause}：“{criterion.sentence}”",
        )  # fmt: skip


def _save(one: Application, key: str, number: int, conflict: bool) -> None:
    unit, post, ground = (session.typed(f"{key}-{name}") for name in ("unit", "post", "ground"))
    sheet = Sheet(unit, post, conflict, ground, {} if conflict else _typed_points(key))
    acts.act(
        Permission.SEE_PROJECT,
        f"已{'更正' if number else '保存'}{unit} {post}的打分：{one.no}。",
        lambda opened, actor: assess(opened, actor, one.no, sheet, replaces=number),
    )


def _typed_points(key: str) -> dict[str, int]:
    """Those that were given; an empty box gives none."""
    codes: Sequence[str] = [criterion.code for criterion in selection_facts().criteria]
    typed = {code: session.typed(f"{key}-{code}") for code in codes}
    return {code: int(text) for code, text in typed.items() if text.isdecimal()}
