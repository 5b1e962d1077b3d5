"""How projects look: the words of the lists, the track of stages, what a list amounts to."""

from collections.abc import Iterator, Mapping
from typing import Final

import pandas as pd
import streamlit as st

from programme.permissions import Actor
from programme.project_facts import Choice, project_facts
from programme.project_queries import ProjectCounts
from programme.project_track import state_text

SAMPLE: Final = "示例数据"
DIRECT: Final = "直接申报"
_OUTCOME_SIGNS: Final = {"excellent": "★", "good": "●", "pass": "○", "fail": "▼"}
_OUTCOME_COLOURS: Final = {"excellent": "blue", "good": "blue", "pass": "gray", "fail": "red"}


def outcome_text(code: str) -> str:
    """★ 优秀, ● 良好, ○ 合格, ▼ 不合格; — before the evaluation."""
    return f"{_OUTCOME_SIGNS[code]} {project_facts().word('outcome', code)}" if code else "—"


def outcome_badge(code: str) -> str:
    """The outcome as a markdown badge; the word for none before the evaluation."""
    return f":{_OUTCOME_COLOURS.get(code, 'gray')}-badge[{outcome_text(code) if code else '未评估'}]"


def state_badge(actor: Actor, code: str) -> str:
    """Where it stands within its stage, as a markdown badge."""
    return f":blue-badge[{state_text(actor, code)}]"


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


def days_text(days: int) -> str:
    """还剩12天; a day that has passed has a shape as well."""
    if days < 0:
        return f"▼ 逾期{-days}天"
    return f"还剩{days}天" if days else "◆ 今天到期"


def province_text(code: str, provinces: Mapping[str, str]) -> str:
    return provinces.get(code, code) if code else DIRECT


# --- the list -------------------------------------------------------------------------------------------------------


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
    return pd.DataFrame(columns | {"数据": data_text(frame)})


def data_text(frame: pd.DataFrame) -> pd.Series:
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
