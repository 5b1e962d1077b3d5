"""The filters of the project list: the few that are asked for daily in a row, the others behind a button."""

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd
import streamlit as st

from components.projects import province_text
from programme.permissions import Actor
from programme.project_facts import project_facts
from programme.project_queries import ProjectCounts
from programme.project_search import ProjectFilters
from programme.project_track import reads_public_wording

ALL: Final = "全部"
WIDTHS: Final = {"helps": 300}


def show(actor: Actor, counts: ProjectCounts, provinces: Mapping[str, str], places: pd.DataFrame) -> ProjectFilters:
    """The address carries them, so that a filtered list can be shared. `places`: project_queries.target_counties."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        text = st.text_input("查找", key="q", bind="query-params", placeholder="编号、名称、单位、负责人", width=190)
        stage = _choice("stage", "项目阶段", _names("stage"))
        present = {code: province_text(code, provinces) for code in sorted(counts.by["province_code"])}
        area = _choice("area", "省（区、市）", present) if len(present) > 1 else None
        late = st.toggle("只看逾期", key="late", bind="query-params")
        with st.popover("更多条件", icon=":material/filter_list:"):
            rest = _behind_the_button(actor, counts, places)
    return ProjectFilters(stage=stage, province_code=area, overdue=late, text=text or "", **rest)


def _behind_the_button(actor: Actor, counts: ProjectCounts, places: pd.DataFrame) -> dict[str, Any]:
    states = {state.code: state.name for state in project_facts().states if state.code in counts.by["state"]}
    counties = {
        str(county): f"{place['province']}{place['name']}（{place['code']}）"
        for county, place in places.to_dict("index").items()
    }
    county = _choice("helps", "面向贫困县", counties)
    return {
        "state": None if reads_public_wording(actor) else _choice("state", "状态", states),
        "direction": _choice("direction", "重点方向", _names("direction")),
        "category": _choice("category", "项目类别", _names("category")),
        "outcome": _choice("outcome", "评估结果", _names("outcome")),
        "county": int(county) if county else None,
    }


def _names(field: str) -> dict[str, str]:
    return {choice.code: choice.name for choice in project_facts().lists[field]}


def _choice(key: str, label: str, names: Mapping[str, str]) -> str | None:
    """One of the codes, or None for all; the address shows the word."""
    codes = {name: code for code, name in names.items()}
    picked = st.selectbox(
        label, [ALL, *codes], key=key, bind="query-params", width=WIDTHS.get(key, 145), filter_mode="contains"
    )
    return codes.get(picked or "")
