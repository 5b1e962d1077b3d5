"""The list of projects as a table of chosen columns, to look at and to take away."""

from collections.abc import Mapping
from datetime import date
from typing import Final

import pandas as pd
import streamlit as st

from components import downloads, filters
from components.labels import NO_BASE_TEXT
from components.projects import data_text, days_text, outcome_text, province_text, register
from programme import settings
from programme.permissions import Actor
from programme.project_facts import project_facts
from programme.project_queries import county_ids
from programme.project_track import state_text

COLUMNS: Final = (
    "项目名称", "阶段", "状态", "办理期限", "期限情况", "评估", "省份", "承担单位", "重点方向", "项目类别", "企业类别", "渠道",
    "单位负责人", "项目负责人", "面向贫困县", "面向县数", "备注", "编号", "数据",
)  # fmt: skip
USUAL: Final = ("项目名称", "状态", "期限情况", "评估", "省份", "承担单位", "重点方向", "编号")
WIDTHS: Final = {"项目名称": 200, "状态": 110, "期限情况": 110, "评估": 75}
TALL: Final = 15


def table(actor: Actor, frame: pd.DataFrame, provinces: Mapping[str, str], places: pd.DataFrame) -> pd.DataFrame:
    """A project_list in words, all COLUMNS; the index is that of the list."""
    facts, today = project_facts(), settings.today()
    words = {name: frame[name].map(lambda code, name=name: facts.word(name, code)) for name in facts.lists}
    named = {county: f"{place['province']}{place['name']}" for county, place in places.to_dict("index").items()}
    targets = frame["target_counties"].map(county_ids)
    return pd.DataFrame(
        {
            "项目名称": frame["name"],
            "阶段": words["stage"],
            "状态": frame["state"].map(lambda code: state_text(actor, code)),
            "办理期限": frame["deadline"],
            "期限情况": frame["deadline"].map(lambda day: _days(day, today)),
            "评估": frame["outcome"].map(outcome_text),
            "省份": frame["province_code"].map(lambda code: province_text(code, provinces)),
            "承担单位": frame["enterprise"],
            "重点方向": words["direction"],
            "项目类别": words["category"],
            "企业类别": words["enterprise_category"],
            "渠道": words["channel"],
            "单位负责人": frame["head_of_unit"],
            "项目负责人": frame["project_leader"],
            "面向贫困县": targets.map(lambda ids: "、".join(named[county] for county in ids if county in named)),
            "面向县数": targets.map(len),
            "备注": frame["remark"],
            "编号": frame["no"],
            "数据": data_text(frame),
        }
    )


def _days(day: date | None, today: date) -> str:
    return days_text((day - today).days) if day else NO_BASE_TEXT


def chosen(found: pd.DataFrame) -> list[str]:
    """The columns asked for; samples are labelled unless somebody takes the label away."""
    return filters.columns(COLUMNS, (*USUAL, "数据") if found["sample"].any() else USUAL)


def show(shown: pd.DataFrame) -> int | None:
    """The table; the row that was pointed at, or None."""
    texts = {name: st.column_config.TextColumn(width=width) for name, width in WIDTHS.items()}
    cells = st.dataframe(
        shown, hide_index=True, on_select="rerun", selection_mode="single-cell", alt="项目列表",
        placeholder=NO_BASE_TEXT,
        height="content" if len(shown) < TALL else 560,
        column_config=texts | {"办理期限": st.column_config.DateColumn(width=110, format="YYYY-MM-DD")},
    ).selection["cells"]  # fmt: skip
    return int(cells[0][0]) if cells and cells[0][0] < len(shown) else None


def take_away(shown: pd.DataFrame, found: pd.DataFrame, provinces: Mapping[str, str]) -> None:
    """What is shown, filtered and in the chosen columns; and the same projects under the headings of Annex 2."""
    with st.popover("下载", icon=":material/download:"):
        st.caption("当前列表：所选条件和栏目")
        _files("双百项目列表", shown, "projects-shown")
        st.caption("信息汇总表（附件2的栏目，可再导入）")
        _files("双百项目信息汇总表", register(found, provinces), "projects")


def _files(title: str, frame: pd.DataFrame, key: str) -> None:
    facts, today = project_facts(), settings.today()
    notes = [f"注：{facts.name}（{facts.document}），{today:%Y年%-m月%-d日}导出，共{len(frame)}个项目。"]
    downloads.table(f"{title}_{today:%Y%m%d}", notes, frame, key)
