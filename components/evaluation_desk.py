"""The desk of evaluation: what was drawn and found; for the office the draw and the commendation."""

from collections.abc import Sequence
from functools import partial
from typing import Final

import pandas as pd
import streamlit as st

import db
from components import acts, downloads, evaluation_form, evaluation_view, project_choice, session
from components.labels import plain
from components.messages import refusals_shown
from components.projects import outcome_text, province_text
from programme import commendations, evaluation_rounds, evaluations, project_queries, project_search, settings
from programme.evaluation_queries import Judged, judged, rounds
from programme.evaluation_rounds import Preview
from programme.evaluation_standard import standard
from programme.models import FrozenList
from programme.permissions import Actor, Permission, refusal
from programme.project_facts import project_facts
from programme.settings import clock

NEXT_LINE: Final = "  \n"
FOUND, DRAW, COMMEND, RULES = "样本和结果", "抽样", "通报表扬", "评估标准"
FIRST_SIZE: Final = 30


def show(actor: Actor) -> None:
    """The whole page below its title."""
    ways = [FOUND, RULES]
    if refusal(actor, Permission.ORGANISE_EVALUATION) is None:
        ways = [FOUND, DRAW, COMMEND, RULES]
    way = st.radio("看什么", ways, horizontal=True, label_visibility="collapsed", key="evaluation-way")
    if way == RULES:
        evaluation_view.standard_table(standard())
    elif way == DRAW:
        _draw(actor)
    elif way == COMMEND:
        _commend(actor)
    else:
        _found(actor)


# --- what was found ---------------------------------------------------------------------------------------------------


def _found(actor: Actor) -> None:
    with db.reading() as opened:
        found, provinces = judged(opened, actor), project_queries.province_names(opened)
    if not found:
        st.info(_nothing(actor), icon=":material/fact_check:")
        return
    waiting = sum(one.is_open for one in found)
    st.caption(f"抽入样本{len(found)}个（次），已提交评估报告{len(found) - waiting}个，评估中{waiting}个。")
    own = refusal(actor, Permission.EVALUATE_PROJECT) is None
    if own and waiting:
        st.subheader(f"{waiting}个项目等待您评估", anchor=False)
    ordered = sorted(found, key=lambda one: not one.is_open) if own else found
    rows = [_row(one, province_text(one.project.province_code, provinces)) for one in ordered]
    st.table(
        pd.DataFrame(rows),
        hide_index=True,
        border="horizontal",
        alt="评估样本",
        height=420 if len(rows) > 8 else "content",
    )
    names = {
        one.project.no: f"{one.project.no} · {one.project.name}"
        for one in sorted(found, key=lambda one: not one.is_open)
    }
    number = project_choice.chosen("项目", names)
    _one(actor, next(one for one in found if one.project.no == number))


def _nothing(actor: Actor) -> str:
    if refusal(actor, Permission.ORGANISE_EVALUATION) is None:
        return "还没有抽样。请在“抽样”中抽取评估样本，交第三方评估机构评估。"
    if refusal(actor, Permission.EVALUATE_PROJECT) is None:
        return "还没有分配给您的项目。国家网信办抽样后，会显示在这里。"
    return "您的范围内还没有抽入评估的项目。"


def _row(one: Judged, province: str) -> dict[str, str]:
    score = "" if one.total_e2 is None else f"{NEXT_LINE}:small[:gray[{evaluation_view.score_text(one.total_e2)}]]"
    return {
        "项目": f"{plain(one.project.name)}{NEXT_LINE}:small[:gray[{plain(one.project.no)} · {plain(one.project.enterprise)}]]",
        "抽样": f"第{one.round}轮{NEXT_LINE}:small[:gray[{province}]]",
        "结果": "○ 评估中" if one.is_open else outcome_text(one.grade) + score,
    }


def _one(actor: Actor, one: Judged) -> None:
    st.header(plain(one.project.name), anchor=False)
    if one.is_open and refusal(actor, Permission.EVALUATE_PROJECT) is None:
        evaluation_form.show(actor, one.project)
        return
    with db.reading() as opened:
        results = evaluations.results_of(opened, one.project.id or 0)
    if not results:
        st.info("评估机构还没有提交报告；提交后，承担企业和省网信办都能看到。", icon=":material/hourglass_empty:")
    for each in results:
        evaluation_view.result(one.project, each)


# --- the draw ---------------------------------------------------------------------------------------------------------


def _draw(actor: Actor) -> None:
    with db.reading() as opened:
        names, number = evaluation_rounds.evaluators(opened), evaluation_rounds.next_number(opened)
        drawn, provinces = rounds(opened), project_queries.province_names(opened)
        running = evaluation_rounds.candidate_count(opened)
    st.subheader(f"第{number}轮抽样", anchor=False)
    if not names:
        st.info("还没有第三方评估机构的账号，请系统管理员先新建。", icon=":material/person_add:")
    key = f"draw-{number}"
    with st.container(horizontal=True, vertical_alignment="bottom"):
        most = max(running, 1)
        size = st.number_input(
            f"样本数（实施中{running}个）",
            min_value=1,
            max_value=most,
            value=min(FIRST_SIZE, max(running // 3, 1)),
            key=f"{key}-size",
            width=190,
        )
        seed = st.text_input("抽样种子", f"{settings.today():%Y%m%d}-{number}", key=f"{key}-seed", width=200)
        evaluator = st.selectbox("评估机构", list(names), format_func=names.__getitem__, key=f"{key}-who", width=260)
    st.caption("按省份和项目类别分层，从“实施中”的项目抽取；同一种子、同一批项目总是抽出同一样本，任何人都可以复算。")
    with refusals_shown():
        with db.reading() as opened:
            seen = evaluation_rounds.preview(opened, actor, int(size), seed)
            listed = project_search.project_list(opened, actor)
        _preview(seen, provinces, dict(zip(listed["no"], listed["name"], strict=True)))
        st.button(
            f"抽取这{len(seen.drawn)}个项目，交评估机构评估", type="primary", icon=":material/casino:", disabled=not evaluator,
            on_click=_make, args=(seen, str(evaluator), names.get(str(evaluator), ""), number), key=f"{key}-make",
        )  # fmt: skip
    for one in drawn:
        st.caption(
            f"第{one.number}轮：{clock(one.at)}由{plain(one.user_name)}从{one.candidates}个项目中抽取{one.size}个，种子“{plain(one.seed)}”，"
            f"标准版本{one.standard_version}，{plain(one.evaluator_name)}评估。"
        )


def _preview(seen: Preview, provinces: dict[str, str], names: dict[str, str]) -> None:
    st.markdown(f"**预览**：{len(seen.candidates)}个项目中抽取{len(seen.drawn)}个。")
    facts = project_facts()
    with st.expander("各省、各类抽取数", icon=":material/table_chart:"):
        of_provinces = [
            {"省份": province_text(code, provinces), "项目数": every, "抽取": drawn}
            for code, every, drawn in seen.shares("province_code")
        ]
        of_categories = [
            {"项目类别": facts.word("category", code) or "—", "项目数": every, "抽取": drawn}
            for code, every, drawn in seen.shares("category")
        ]
        for counted in (of_provinces, of_categories):
            st.table(pd.DataFrame(counted), hide_index=True, border="horizontal", alt="各省、各类抽取数")
    rows = [
        {
            "编号": plain(one.no),
            "项目": plain(names.get(one.no, "")),
            "省份": province_text(one.province_code, provinces),
        }
        for one in seen.drawn
    ]
    st.table(
        pd.DataFrame(rows),
        hide_index=True,
        border="horizontal",
        alt="将抽取的项目",
        height=380 if len(rows) > 8 else "content",
    )


def _make(seen: Preview, evaluator: str, name: str, number: int) -> None:
    acts.act(
        Permission.SEE_PROJECT,
        f"第{number}轮抽样完成：{len(seen.drawn)}个项目已交{name}评估。",
        lambda opened, actor: evaluation_rounds.make_round(opened, actor, seen, evaluator),
    )


# --- commendation -----------------------------------------------------------------------------------------------------


def _commend(actor: Actor) -> None:
    with db.reading() as opened:
        rows, settled = commendations.eligible(opened, actor), commendations.commended(opened)
    if settled and rows == commendations.rows_of(settled[0]):
        words = f"评估优秀的{len(rows)}个项目都在第{settled[0].number}次通报表扬名单中；再有项目评估为优秀时，可以确定新的名单。"
        st.info(words, icon=":material/military_tech:")
    elif rows:
        _settle({row.no: row for row in rows}, number=len(settled) + 1)
    else:
        st.info("还没有评估为优秀的入选项目。评估报告提交后，会显示在这里。", icon=":material/military_tech:")
    for kept in settled:
        listed = commendations.rows_of(kept)
        why = f"，说明：{plain(kept.reason)}" if kept.reason else ""
        st.markdown(
            f"**第{kept.number}次通报表扬**：{len(listed)}个项目，{plain(kept.user_name)}于{clock(kept.at)}确定{why}"
        )
        downloads.word(
            "下载通报表扬（docx）", f"第{kept.number}次{commendations.DOCUMENT_NAME}", partial(_document, kept),
            f"commended-{kept.number}",
        )  # fmt: skip


def _document(kept: FrozenList) -> bytes:
    with db.reading() as opened:
        return commendations.document(opened, kept)


def _settle(rows: dict[str, commendations.CommendedRow], number: int) -> None:
    st.subheader(f"评估优秀的项目{len(rows)}个", anchor=False, help=standard().citation)
    key = f"commend-{number}"
    chosen = st.multiselect(
        "通报表扬哪些项目", list(rows), list(rows), key=key,
        format_func=lambda no: f"{no} · {rows[no].name}",
    )  # fmt: skip
    st.text_input("说明（不全部表扬时必填）", max_chars=commendations.LONGEST, key=f"{key}-why")
    st.button(
        f"确定通报表扬名单（{len(chosen)}个）", type="primary", icon=":material/military_tech:", key=f"{key}-settle",
        disabled=not chosen, on_click=_commended, args=(list(chosen), f"{key}-why"),
    )  # fmt: skip


def _commended(nos: Sequence[str], why: str) -> None:
    reason = session.typed(why)
    acts.act(
        Permission.SEE_PROJECT,
        f"通报表扬名单已确定：{len(nos)}个项目。",
        lambda opened, actor: commendations.commend(opened, actor, nos, reason),
    )
