"""Files of the project pages: the empty form, and what is wrong in an uploaded one."""

from collections.abc import Sequence
from functools import partial
from pathlib import PurePath
from typing import Final

import pandas as pd
import streamlit as st

import db
from components import downloads, session
from components.findings_table import LEVELS
from programme import project_queries
from programme.findings import Finding, errors, warnings
from programme.marking import marked_workbook
from programme.permissions import Actor, Permission, own_province, scope_of
from programme.project_facts import project_facts
from programme.project_form import summary_sheet
from programme.projects import CheckedProjects, import_projects

RECEIPT: Final = "projects-receipt"
ROUND: Final = "projects-round"
KINDS: Final = {"added": "新增", "changed": "更新", "unchanged": "没有变化"}


# --- the upload -----------------------------------------------------------------------------------------------------


def offer_empty_form(actor: Actor) -> None:
    """Annex 2 to fill in, with the province's name where the importer has but one."""
    code = actor.province_code if scope_of(actor, Permission.IMPORT_PROJECTS) is own_province else ""
    with db.reading() as store:
        province = project_queries.province_names(store).get(code, "")
    make = partial(summary_sheet, province, province_code=code)
    downloads.workbook("① 下载空表（附件2）", f"{province}项目信息汇总表.xlsx", make, "annex2")


def plan_table(checked: CheckedProjects) -> pd.DataFrame:
    """What each line of the file would do."""
    facts, names = project_facts(), checked.plan.provinces.names
    rows = [
        (
            KINDS[step.kind],
            step.after["no"],
            step.after["name"],
            step.after["enterprise"],
            names.get(step.after["province_code"], facts.word("channel", "direct")),
            facts.word("stage", step.after["stage"]),
            facts.word("outcome", step.after["outcome"]),
            "" if step.kind != "changed" else "、".join(map(_heading, step.changes)),
        )
        for step in checked.rows
    ]
    return pd.DataFrame(
        rows, columns=["导入后", "项目编号", "项目名称", "承担单位", "省份", "状态", "评估", "变动栏目"]
    )


def _heading(field: str) -> str:
    return project_facts().column("province" if field == "province_code" else field).heading


def offer_marked(checked: CheckedProjects) -> None:
    """The user's own workbook with the cells in question marked and commented; made when asked for."""
    name = f"{PurePath(checked.file_name).stem}_核对结果.xlsx"
    downloads.workbook(
        "下载已批注的工作簿", name, partial(_marked, checked), "marked", primary=bool(errors(checked.findings))
    )


def _marked(checked: CheckedProjects) -> bytes:
    sheets = [(sheet.name, sheet.rows) for sheet in checked.sheets]
    return marked_workbook(checked.content, checked.file_name, checked.findings, sheets)[0]


def counted(findings: Sequence[Finding]) -> str:
    """● 错误 2处，◆ 警告 1处; empty when there is nothing."""
    numbers = {level: sum(f.severity is level for f in findings) for level in LEVELS}
    return "，".join(f"{LEVELS[level]} {number}处" for level, number in numbers.items() if number)


def hand_in(checked: CheckedProjects) -> None:
    """The last step. The form belongs to what is shown: when that changes, an older click reaches nothing."""
    again = session.later(Permission.IMPORT_PROJECTS)
    with st.form(f"import-{checked.fingerprint}", border=False):
        doubtful = warnings(checked.findings)
        reason = st.text_area("对警告的说明（必填，记入操作记录）", max_chars=500) if doubtful else ""
        pressed = st.form_submit_button("确认导入", type="primary", icon=":material/check:")
    if not pressed:
        return
    with db.transaction() as store:
        result = import_projects(store, again(), checked, reason or "")
    session.remember(RECEIPT, result.sentence)
    session.remember(ROUND, round_number() + 1)
    st.rerun()


def receipt() -> None:
    """Say once what became of the last import, and lead on."""
    sentence = session.recall(RECEIPT)
    if sentence:
        session.forget(RECEIPT)
        st.success(sentence, icon=":material/task_alt:")
        st.page_link("pages/projects/list.py", label="查看项目列表", icon=":material/list:")


def round_number() -> int:
    """Grows with every import, so that the uploader is empty again afterwards."""
    return int(session.recall(ROUND) or 0)
