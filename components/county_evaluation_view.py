"""An evaluation as it is read: the standard, the groups, the counties, and one county's make-up down to the figure."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from components.labels import plain
from components.labels_evaluation import (
    grade_text,
    grades_text,
    open_items,
    open_weight,
    points_text,
    score_text,
    strong_and_weak,
)
from programme.catalogue import TIER_NAMES, Tier
from programme.county_evaluation_scores import CountyScore, ItemScore, Scored, one_decimal, total_of
from programme.county_evaluation_standard import CountyStandard, Dimension, Method
from programme.county_evaluations import Evaluated
from programme.wording import date_text

NEXT_LINE = "  \n"
SHOWN = 12


def headline(found: Evaluated) -> None:
    """How all counties stand together."""
    total = total_of(found.nation.marks, found.standard.weights)
    st.subheader(f"{found.nation.counties}个县：{grades_text(found.grades, found.standard)}", anchor=False)
    strong, weak = strong_and_weak(found.nation, found.standard)
    st.caption(
        f"平均{one_decimal(total.score)}分，强项{strong}，弱项{weak}。得分为已评权重中得到的比例，"
        f"平均已评权重{one_decimal(total.judged)}，其余无数据。"
    )


def groups(found: Evaluated) -> None:
    """Every group in sight, the best first."""
    if not found.groups:
        return
    ordered = sorted(found.groups, key=lambda one: total_of(one.marks, found.standard.weights).score or 0, reverse=True)
    rows = [
        {"组": f"{plain(one.name)}{NEXT_LINE}:small[:gray[{one.counties}个县平均]]"} | _row(one, found)
        for one in ordered
    ]
    st.table(pd.DataFrame(rows), hide_index=True, border="horizontal", alt="各核心示范县组的得分和等次")


def counties(found: Evaluated, scores: Sequence[CountyScore]) -> None:
    """These counties, the best first."""
    standard = found.standard
    ordered = sorted(scores, key=lambda one: total_of(one.marks, standard.weights).score or 0, reverse=True)
    rows = [
        {"县": f"{plain(one.name)}{NEXT_LINE}:small[:gray[{one.member.province} · {TIER_NAMES[one.member.tier]}]]"}
        | _row(one, found)
        for one in ordered
    ]
    st.table(
        pd.DataFrame(rows), hide_index=True, border="horizontal", alt="各县的得分和等次",
        height=420 if len(rows) > SHOWN else "content",
    )  # fmt: skip


def _row(one: Scored, found: Evaluated) -> dict[str, str]:
    total = total_of(one.marks, found.standard.weights)
    strong, weak = strong_and_weak(one, found.standard)
    judged = f":small[:gray[已评权重{one_decimal(total.judged)}]]"
    return {
        "得分和等次": f"**{score_text(total.score, found.standard)}** {grade_text(found.standard, one.grade(found.standard))}"
        f"{NEXT_LINE}{judged}",
        "强项 / 弱项": f"{strong}{NEXT_LINE}{weak}",
    }


# --- one county -----------------------------------------------------------------------------------------------------


def make_up(found: Evaluated, one: CountyScore) -> None:
    """Score and grade, why, and every item with the figure behind it."""
    standard = found.standard
    total = total_of(one.marks, standard.weights)
    st.header(f"{plain(one.name)} · {score_text(total.score, standard)}", anchor=False)
    nation = total_of(found.nation.marks, standard.weights)
    strong, weak = strong_and_weak(one, standard)
    st.markdown(
        f"**{grade_text(standard, one.grade(standard))}** · {TIER_NAMES[one.member.tier]} · "
        f"强项{strong}，弱项{weak}；{found.nation.counties}个县平均{one_decimal(nation.score)}分。"
    )
    st.caption(" ".join(_remarks(one, standard)))
    rows = [row for code in one.marks for row in _rows(one, standard.dimension(code), found)]
    st.table(pd.DataFrame(rows), hide_index=True, border="horizontal", alt=f"{one.name}的得分构成")


def _remarks(one: CountyScore, standard: CountyStandard) -> list[str]:
    total = total_of(one.marks, standard.weights)
    told = [f"得{one_decimal(total.earned)}分，已评权重{one_decimal(total.judged)}：二者之比即得分。"]
    if lacking := open_items(one):
        told.append(
            f"无数据的权重{one_decimal(open_weight(one, standard))}（{'、'.join(lacking)}），不记0分，也不分给别的项。"
        )
    best = standard.grades[0].name
    if one.unreported and standard.best_needs_reported:
        told.append(f"有应报未报的指标，不评为{best}。")
    if total.judged < standard.least_judged:
        told.append(f"已评权重不足{standard.least_judged}，{standard.ungraded.name}。")
    return told


def _rows(one: CountyScore, dimension: Dimension, found: Evaluated) -> list[dict[str, str]]:
    mark, nation = one.marks[dimension.code], found.nation.marks[dimension.code]
    head = {
        "评估内容": f"**{dimension.name}**",
        "得分": f"**{score_text(mark.score, found.standard)}**",
        "依据": f"**{points_text(mark, dimension.weight)}** :small[:gray[各县平均{score_text(nation.score, found.standard)}]]",
    }
    return [head, *(_item(each, found.standard) for each in one.items if each.item.dimension == dimension.code)]


def _item(one: ItemScore, standard: CountyStandard) -> dict[str, str]:
    return {
        "评估内容": f"{one.item.name}{NEXT_LINE}:small[:gray[{standard.methods[one.item.method]} · 占{one.part}%]]",
        "得分": score_text(one.score, standard),
        "依据": plain(one.told),
    }


# --- the standard ---------------------------------------------------------------------------------------------------


def standard_table(standard: CountyStandard) -> None:
    """What counts, with how much weight, for which tier, by which method; where each grade begins."""
    st.subheader(f"{standard.name}（{standard.version}）", anchor=False)
    st.caption(standard.citation)
    rows = [
        {
            "评估内容": f"**{one.name}**{NEXT_LINE}:small[:gray[{one.hint}]]",
            "权重": f"{one.weight}",
            "评分项（占该项的百分比：核心示范县 / 辐射带动县）": NEXT_LINE.join(_parts(one, standard)),
            "依据": f"{one.clause}{NEXT_LINE}:small[:gray[{one.sentence}]]",
        }
        for one in standard.dimensions
    ]
    st.table(pd.DataFrame(rows), hide_index=True, border="horizontal", alt="评估标准")
    grades = "，".join(f"{one.name}{one.least}分起" for one in standard.grades)
    st.markdown(f"**等次**：{grades}；按未舍入的得分确定。{_methods(standard)}")
    st.markdown(
        f"**无数据**：未报的数、没有考察过的内容既不记0分，也不把权重悄悄分给别的项。权重空着并写明，得分为已评权重中得到的比例；"
        f"已评权重不足{standard.least_judged}的{standard.ungraded.name}；有应报未报指标的县不评为{standard.grades[0].name}。"
    )
    st.markdown(
        "**数与得分**：指标累计数除以县均份额与序时进度的乘积，最多100分。县均份额为目标除以该组县数，只作评估的尺子，不是下达给县的任务；"
        "组得分为组内各县的平均，超额的县不替落后的县。"
    )


def _parts(one: Dimension, standard: CountyStandard) -> list[str]:
    return [
        f"{item.name}（{standard.methods[item.method]}）{' / '.join(_part(item.parts.get(tier)) for tier in Tier)}"
        for item in one.items
    ]


def _part(part: int | None) -> str:
    return "不适用" if part is None else f"{part}%"


def _methods(standard: CountyStandard) -> str:
    """How much of the weight each method makes, per tier."""
    told = []
    for tier in Tier:
        shares = {
            method: sum(one.weight * one.part_of(tier, method) for one in standard.dimensions) / 100
            for method in Method
        }
        told.append(
            f"{TIER_NAMES[tier]}"
            + "、".join(f"{standard.methods[method]}{share:g}" for method, share in shares.items())
        )
    return f"三种方式的权重：{'；'.join(told)}。标准日期{date_text(standard.day)}。"
