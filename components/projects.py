"""How projects look: the words of the lists, the track of stages, the filters and the table of the project pages."""

from collections.abc import Iterator, Mapping
from typing import Final

import pandas as pd
import streamlit as st

from programme.permissions import Actor, Role
from programme.project_facts import Choice, project_facts
from programme.project_queries import ProjectCounts, ProjectFilters

SAMPLE: Final = "示例数据"
WIDTHS: Final = {"项目名称": 200, "状态": 100, "评估": 75}
DIRECT: Final = "直接申报"
_OUTCOME_SIGNS: Final = {"excellent": "★", "good": "●", "pass": "○", "fail": "▼"}
_OUTCOME_COLOURS: Final = {"excellent": "blue", "good": "blue", "pass": "gray", "fail": "red"}


def outcome_text(code: str) -> str:
    """★ 优秀, ● 良好, ○ 合格, ▼ 不合格; — before the evaluation."""
    return f"{_OUTCOME_SIGNS[code]} {project_facts().word('outcome', code)}" if code else "—"


def outcome_badge(code: str) -> str:
    """The outcome as a markdown badge; the word for none before the evaluation."""
    return f":{_OUTCOME_COLOURS.get(code, 'gray')}-badge[{outcome_text(code) if code else '未评估'}]"


def state_name(actor: Actor, code: str) -> str:
    """Where a project stands, to an enterprise in its public wording."""
    state = project_facts().state(code)
    return state.public if actor.role is Role.ENTERPRISE else state.name


def track(stage: str) -> str:
    """The life cycle as one line of markdown: ✓ behind, ● where the project stands, ○ ahead; a way out ends it with ✕."""
    here = project_facts().choice("stage", stage)
    if here.ended:
        return f":gray-badge[✓ 企业申报] → :red-badge[✕ {here.name}]"
    return " → ".join(_steps(here))


def _steps(here: Choice) -> Iterator[str]:
    stages = project_facts().track
    reached = stages.index(here)
    for at, stage in enumerate(stages):
        if at < reached:
            yield f":gray-badge[✓ {stage.name}]"
        elif at == reached:
            yield f":blue-badge[**● {stage.name}**]"
        else:
            yield f"○ {stage.name}"


def province_text(code: str, provinces: Mapping[str, str]) -> str:
    return provinces.get(code, code) if code else DIRECT


# --- the list -------------------------------------------------------------------------------------------------------


def table(frame: pd.DataFrame, provinces: Mapping[str, str]) -> pd.DataFrame:
    """A project_list in words, the columns people look for first; the index is that of the list."""
    facts = project_facts()
    words = {name: frame[name].map(lambda code, name=name: facts.word(name, code)) for name in facts.lists}
    return pd.DataFrame(
        {
            "项目名称": frame["name"],
            "状态": words["stage"],
            "评估": frame["outcome"].map(outcome_text),
            "省份": frame["province_code"].map(lambda code: province_text(code, provinces)),
            "承担单位": frame["enterprise"],
            "重点方向": words["direction"],
            "项目类别": words["category"],
            "企业类别": words["enterprise_category"],
            "渠道": words["channel"],
            "面向县数": frame["target_counties"].map(lambda ids: ids.count(",") + 1 if ids else 0),
            "编号": frame["no"],
            "数据": _data(frame),
        }
    )


def register(frame: pd.DataFrame, provinces: Mapping[str, str]) -> pd.DataFrame:
    """A project_list under the headings of the summary sheet, to take away: read again, it changes nothing."""
    facts = project_facts()
    columns = {}
    for column in facts.columns:
        if column.field == "province":
            columns[column.heading] = frame["province_code"].map(lambda code: provinces.get(code, ""))
        elif column.kind == "choice":
            columns[column.heading] = frame[column.field].map(lambda code, name=column.field: facts.word(name, code))
        elif column.kind == "counties":
            columns[column.heading] = frame[column.field].str.replace(",", "、")
        else:
            columns[column.heading] = frame[column.field]
    return pd.DataFrame(columns | {"数据": _data(frame)})


def _data(frame: pd.DataFrame) -> pd.Series:
    return frame["sample"].map({True: SAMPLE, False: ""})


def headline(counts: ProjectCounts) -> None:
    """How many there are, how many of the hundred, and how they were judged."""
    facts = project_facts()
    judged = {code: number for code, number in counts.by["outcome"].items() if code}
    with st.container(horizontal=True):
        st.metric("登记项目", counts.total, width=140)
        st.metric(
            "入选项目",
            f"{counts.selected} / {facts.goal}",
            width=140,
            help=f"进入组织实施及以后各阶段的项目。{facts.goal_citation}",
        )
        st.metric("已评估", sum(judged.values()), width=140)
        st.metric("优秀", judged.get("excellent", 0), width=140)
        st.metric("不合格", judged.get("fail", 0), width=140)


def flow(counts: ProjectCounts) -> str:
    """How many stand at each stage, as one line of markdown in the order of the life cycle; the ways out behind it."""
    numbers, facts = counts.by["stage"], project_facts()
    line = " → ".join(f"{stage.name} **{numbers.get(stage.code, 0)}**" for stage in facts.track)
    out = "，".join(f"{stage.name} **{numbers.get(stage.code, 0)}**" for stage in facts.stages if stage.ended)
    return f"{line}；另有{out}"


def filters(counts: ProjectCounts, provinces: Mapping[str, str]) -> ProjectFilters:
    """Draw the filters; the address carries them, so that a filtered list can be shared."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        text = st.text_input("查找", key="q", bind="query-params", placeholder="编号、项目或单位名称", width=190) or ""
        present = {code: province_text(code, provinces) for code in sorted(counts.by["province_code"])}
        return ProjectFilters(
            stage=_choice("stage", "项目状态", _names("stage")),
            province_code=_choice("area", "省（区、市）", present) if len(present) > 1 else None,
            direction=_choice("direction", "重点方向", _names("direction")),
            category=_choice("category", "项目类别", _names("category")),
            outcome=_choice("outcome", "评估结果", _names("outcome")),
            text=text,
        )


def _names(field: str) -> dict[str, str]:
    return {choice.code: choice.name for choice in project_facts().lists[field]}


def _choice(key: str, label: str, names: Mapping[str, str]) -> str | None:
    """One of the codes, or None for all; the address shows the word."""
    codes = {name: code for code, name in names.items()}
    picked = st.selectbox(label, ["全部", *codes], key=key, bind="query-params", width=145, filter_mode="contains")
    return codes.get(picked or "")
