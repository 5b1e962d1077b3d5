"""An evaluation as it is read: the standard, and a report with its scores, texts and files."""

from collections.abc import Callable
from functools import partial

import pandas as pd
import streamlit as st

import db
from components import session
from components.labels import date_text, plain
from components.projects import outcome_badge
from programme import evaluations, project_life
from programme.evaluation_standard import TEXTS, Standard
from programme.evaluations import Result
from programme.evidence import File
from programme.models import Project
from programme.permissions import Actor, Permission
from programme.project_facts import project_facts
from programme.settings import clock

NEXT_LINE = "  \n"
Content = Callable[..., tuple[str, bytes]]


def score_text(total_e2: int) -> str:
    return f"{total_e2 // 100}.{total_e2 % 100:02d}分"


def standard_table(rules: Standard) -> None:
    """What counts, with how much weight, and where each grade begins."""
    rows = [
        {"评估内容": f"**{one.name}**{NEXT_LINE}:small[:gray[{one.hint}]]", "权重": f"{one.weight}%",
         "依据": f"{one.clause}“{one.sentence}”"}
        for one in rules.dimensions
    ]  # fmt: skip
    st.table(pd.DataFrame(rows), hide_index=True, border="horizontal", alt="评估标准")
    words = [f"{project_facts().word('outcome', code)}{least}分起" for code, least in rules.grades]
    st.caption(
        f"每项{rules.lowest}至{rules.highest}分，按权重合成百分制：{'，'.join(words)}。"
        f"标准版本{rules.version}（{date_text(rules.day)}）。{rules.citation}"
    )


def result(project: Project, one: Result) -> None:
    """A report that was handed in."""
    st.markdown(f"{outcome_badge(one.grade)} **{score_text(one.total_e2)}** · 第{one.round}轮评估")
    rules = one.standard
    rows = [
        {"评估内容": each.name, "权重": f"{each.weight}%", "评分": f"{one.report.scores[each.code]}分"}
        for each in rules.dimensions
    ]
    st.table(pd.DataFrame(rows), hide_index=True, border="horizontal", alt="各项评分")
    for code in TEXTS:
        text = getattr(one.report, code)
        st.markdown(f"**{rules.dimension(code).name}**：{NEXT_LINE.join(plain(line) for line in text.splitlines())}")
    files(project, one.report.evidence, evaluations.evidence_content, f"evaluation-{one.round}")
    st.caption(f"{plain(one.user_name)}于{clock(one.at)}提交，评估标准版本{rules.version}。")


def files(project: Project, listed: tuple[File, ...], content: Content, key: str) -> None:
    """Each file with a button; its content is read when it is asked for, by whoever may see the project then."""
    for file in listed:
        make = partial(_content, session.later(Permission.SEE_PROJECT), project.no, file.sha256, content)
        st.download_button(
            f"下载{plain(file.name)}", make, file.name, key=f"{key}-{project.no}-{file.sha256[:12]}",
            icon=":material/attach_file:", on_click="ignore",
        )  # fmt: skip


def _content(later: Callable[[], Actor], no: str, sha256: str, content: Content) -> bytes:
    actor = later()
    with db.reading() as opened:
        return content(opened, project_life.seen_project(opened, actor, no), sha256)[1]
