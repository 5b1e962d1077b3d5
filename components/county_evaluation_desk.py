"""The desk of the evaluation: which one, how to look at it, and for the office to make one."""

from collections.abc import Callable
from functools import partial
from typing import Final

import streamlit as st

import db
from components import (
    county_evaluation_make,
    county_evaluation_view,
    county_evaluation_whatif,
    county_visit_desk,
    downloads,
    filters,
    session,
    store,
)
from components.labels import plain
from programme.county_evaluation_book import evaluation_xlsx
from programme.county_evaluation_document import evaluation_docx, evaluation_pdf, evaluation_title
from programme.county_evaluation_standard import county_standard
from programme.county_evaluations import (
    Evaluated,
    EvaluationIssue,
    evaluated_for,
    evaluation_content,
    evaluations,
    narrowed,
)
from programme.frozen_release import SAMPLE
from programme.permissions import Actor, Permission, Subject, refusal
from programme.settings import clock

FOUND, OWN, TRY, VISITS, RULES, MAKE = "得分和等次", "本县得分", "权重试算", "考察和督导", "评估标准", "开展评估"
ALL: Final = "全部"
Printed = Callable[[Evaluated, EvaluationIssue], bytes]


def show(actor: Actor) -> None:
    """The whole page below its title."""
    ways = [OWN if actor.county_id else FOUND, TRY, VISITS, RULES]
    if refusal(actor, Permission.MAKE_COUNTY_EVALUATION) is None:
        ways.append(MAKE)
    way = st.radio("看什么", ways, horizontal=True, label_visibility="collapsed", key="assessment-way")
    if way == VISITS:
        county_visit_desk.show(actor)
    elif way == MAKE:
        county_evaluation_make.show(actor)
    elif way == RULES:
        county_evaluation_view.standard_table(county_standard())
    else:
        _look(actor, trying=way == TRY)


def _look(actor: Actor, *, trying: bool) -> None:
    with db.reading() as opened:
        every = evaluations(opened)
    if not every:
        st.info(_nothing(actor), icon=":material/inbox:")
        return
    issue = _chosen(every)
    found = narrowed(store.county_evaluation(issue.number), actor)
    _basis(found, issue)
    if not found.scores:
        st.info("这次评估中没有您范围内的县。", icon=":material/info:")
    elif trying:
        county_evaluation_whatif.show(found)
    else:
        _scores(actor, found, issue)


def _nothing(actor: Actor) -> str:
    if refusal(actor, Permission.MAKE_COUNTY_EVALUATION) is None:
        return "还没有评估过。某月发布以后，在“开展评估”中按评估标准评估该月。"
    return "还没有评估过。办公室开展评估后，这里显示得分、等次和每一项的依据；评估标准现在就可以看。"


def _chosen(every: list[EvaluationIssue]) -> EvaluationIssue:
    """The newest unless another is chosen."""
    titles = {one.title + (f" · {one.replaced}" if one.replaced else ""): one for one in every}
    if len(titles) == 1:
        return every[0]
    return titles[str(st.selectbox("哪一次评估", titles, key="assessment-number", width=320))]


def _basis(found: Evaluated, issue: EvaluationIssue) -> None:
    sample = ":gray-badge[:material/science: 示例数据] " if found.sample else ""
    replaced = f" **○ {issue.replaced}**" if issue.replaced else ""
    basis = found.basis.removesuffix(f" · {SAMPLE}")
    st.markdown(
        f"{sample}**{issue.title}**{replaced} :small[:gray[{basis} · 标准版本{found.standard.version} · "
        f"{plain(issue.user_name)}于{clock(issue.at)}确定]]"
    )


def _scores(actor: Actor, found: Evaluated, issue: EvaluationIssue) -> None:
    if len(found.scores) > 1:
        county_evaluation_view.headline(found)
        county_evaluation_view.groups(found)
        group = _group(found)
        inside = [one for one in found.scores if group in (0, one.member.core_county_id)]
        county_evaluation_view.counties(found, inside)
        names = {one.code: f"{one.name}（{one.member.province}）" for one in inside}
        code = filters.county(names, next((one.code for one in inside if one.member.is_core), inside[0].code))
    else:
        code = found.scores[0].code
    county_evaluation_view.make_up(found, found.score_of(code))
    _files(actor, found, issue)


def _group(found: Evaluated) -> int:
    """The id of a core county, 0 for all."""
    cores = {one.member.core_county_id for one in found.scores}
    names = {one.name: one.core_county_id for one in found.groups if one.core_county_id in cores}
    if len(cores) < 2 or not names:
        return 0
    picked = st.selectbox("看哪一组的县", [ALL, *names], key="assessment-group", width=320)
    return names.get(str(picked), 0)


# --- files ----------------------------------------------------------------------------------------------------------


def _files(actor: Actor, found: Evaluated, issue: EvaluationIssue) -> None:
    name = "_".join(part for part in (evaluation_title(found, issue), issue.replaced) if part)
    with st.container(horizontal=True):
        downloads.workbook("下载 xlsx", f"{name}.xlsx", _made(issue, evaluation_xlsx), "assessment-xlsx")
        downloads.word("下载 Word", f"{name}.docx", _made(issue, evaluation_docx), "assessment-docx")
        downloads.pdf("下载 PDF", f"{name}.pdf", _made(issue, evaluation_pdf), "assessment-pdf")
        if refusal(actor, Permission.SEE_COUNTY_EVALUATION, Subject(None, "")) is None:
            st.download_button(
                "下载冻结的内容（json）",
                partial(_content, session.later(Permission.SEE_COUNTY_EVALUATION), issue.number),
                f"第{issue.number}次评估_{issue.month}.json",
                "application/json",
                icon=":material/download:",
                on_click="ignore",
            )
    st.caption(f"内容指纹（SHA-256）：{issue.sha256}")


def _made(issue: EvaluationIssue, printed: Printed) -> Callable[[], bytes]:
    return partial(_printed, session.later(Permission.SEE_COUNTY_EVALUATION), issue, printed)


def _printed(asking: Callable[[], Actor], issue: EvaluationIssue, printed: Printed) -> bytes:
    """Of what whoever asks may see at that moment."""
    with db.reading() as opened:
        found = evaluated_for(opened, asking(), issue.number)
    return printed(found, issue)


def _content(asking: Callable[[], Actor], number: int) -> str:
    with db.reading() as opened:
        return evaluation_content(opened, asking(), number)[0]
