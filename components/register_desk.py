"""The desk of the evidence registers: what the reported figures rest on, why they differ, and handing a register in."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

import pandas as pd
import streamlit as st

import db
from components import downloads, findings_table, session
from components.labels import NO_BASE_TEXT, NOT_APPLICABLE, NOT_REPORTED_TEXT, plain
from programme import marking, reconciliation, register_withdrawals, registers
from programme.calendar import Month
from programme.catalogue import Kpi
from programme.errors import ProgrammeError
from programme.findings import errors, warnings
from programme.permissions import Actor, Permission, refusal
from programme.reconciliation import LONGEST, Line, Outcome, Overall, Shared, Verdict
from programme.register_facts import Register, register_facts
from programme.register_submissions import submit_register
from programme.register_withdrawals import InForce
from programme.registers import CheckedRegister, check_register, permission_of
from programme.returns import Member
from programme.settings import clock

CHECKED: Final = "register-checked"
RECEIPT: Final = "register-receipt"
ROUND: Final = "register-round"
LISTED: Final = 50
FACES: Final = {Outcome.AGREES: "● ", Outcome.DIFFERS: "◆ ", Outcome.NO_DETAIL: "○ ", Outcome.UNREPORTED: "◇ "}
NEXT_LINE: Final = "  \n"


def receipt() -> None:
    """Say once what became of the last act."""
    if last := session.recall(RECEIPT):
        session.forget(RECEIPT)
        sentence, done = last
        (st.success if done else st.error)(plain(sentence), icon=":material/task_alt:" if done else ":material/block:")


# --- reported, counted, told by the platform ------------------------------------------------------------------------


def comparison(lines: Sequence[Line], month: Month) -> None:
    """The table for which the page is opened."""
    rows = [
        (
            line.kpi.name,
            _reported(line),
            _figure(line.counted, line.kpi),
            _figure(line.platform, line.kpi),
            _conclusion(line),
        )
        for line in lines
    ]
    frame = pd.DataFrame(rows, columns=["指标", "上报数", "明细数", "平台数据", "结论"])
    st.table(frame, hide_index=True, border="horizontal", alt="上报数与明细、平台数据的比对")
    stocks = "、".join(line.kpi.short for line in lines if not line.kpi.is_flow)
    st.caption(
        f"上报数取自{month.chinese}月报的现行版，明细数取自台账的现行版。"
        + (f"{stocks}为截至{month.last_day:%Y年%-m月%-d日}各月台账去重后的数，" if stocks else "")
        + "其余为当月数。台账为选报，没有报送的记“无明细”。"
    )


def _reported(line: Line) -> str:
    if not line.applies:
        return NOT_APPLICABLE.value
    return NOT_REPORTED_TEXT if line.reported is None else _figure(line.reported, line.kpi)


def _figure(number: int | None, kpi: Kpi) -> str:
    return NO_BASE_TEXT if number is None else f"{number:,}{kpi.unit}"


def _conclusion(line: Line) -> str:
    if not line.applies:
        return "○ 不在本县考核范围，不比对"
    told = [_said(line.own, "明细")]
    if line.platform is not None:
        told += [_said(line.third, "平台")] if line.own.outcome is not Outcome.UNREPORTED else []
    if line.over:
        told.append(":orange[**需要说明**]" if line.asks else "已说明")
    return NEXT_LINE.join(told)


def _said(verdict: Verdict, source: str) -> str:
    text = FACES[verdict.outcome] + verdict.text_of(source)
    if source == "平台" and verdict.outcome is Outcome.AGREES:
        text += "（与平台）"
    within = verdict.outcome is Outcome.DIFFERS and not verdict.over
    return f"{text}，在允许范围内" if within else text


def explanations(lines: Sequence[Line], *, may: bool) -> None:
    """What was explained, and a box for each difference that still asks for a reason."""
    for line in lines:
        for one in line.explanations:
            then = f"当时上报{_figure(one.reported, line.kpi)}，明细{_figure(one.counted, line.kpi)}"
            if one.platform is not None:
                then += f"，平台{_figure(one.platform, line.kpi)}"
            st.markdown(f"**{line.kpi.name}**：{plain(one.text)}")
            st.caption(f"{plain(one.user_name)}于{clock(one.at)}说明（{then}）。")
    asking = [line for line in lines if line.asks]
    if not asking:
        return
    names = "、".join(line.kpi.name for line in asking)
    if not may:
        st.info(f"{names}的差异超出允许范围，尚未说明。", icon=":material/help:")
        return
    st.warning(f"{names}的差异超出允许范围：请补正台账或月报，或在下面说明原因。", icon=":material/help:")
    for line in asking:
        _ask(line)


def _ask(line: Line) -> None:
    key = f"explain-{line.county.code}-{line.month}-{line.kpi.code}"
    with st.form(f"form-{key}", border=False):
        st.text_area(f"{line.kpi.name}：差异的原因", max_chars=LONGEST, key=key, height=80)
        st.form_submit_button("保存说明", icon=":material/save:", on_click=_explain, args=(line, key))


def _explain(line: Line, key: str) -> None:
    """Runs before the page, on the figures as they were drawn."""
    actor = session.guard(Permission.SUBMIT_REGISTER)
    sentence, done = f"已保存说明：{line.county.name}{line.month.chinese}{line.kpi.name}。", True
    try:
        with db.transaction() as opened:
            reconciliation.explain(opened, actor, line, session.typed(key))
    except ProgrammeError as refused:
        sentence, done = str(refused), False
    session.remember(RECEIPT, (sentence, done))


# --- items that two counties have -----------------------------------------------------------------------------------


def shared_items(found: Sequence[Shared]) -> None:
    """The county's shops that are in another county's register too."""
    if not found:
        return
    st.subheader("同时列在其他县的网店", anchor=False)
    rows = [(plain(one.name), plain("、".join(one.others))) for one in found[:LISTED]]
    st.table(
        pd.DataFrame(rows, columns=["本县台账中的店铺", "也在其台账中的县"]), hide_index=True, border="horizontal",
        alt="同时列在其他县的网店",
    )  # fmt: skip
    more = f"只列出前{LISTED}家，共{len(found)}家。" if len(found) > LISTED else ""
    st.caption(f"按企业（统一社会信用代码）核对；合计时只计一次，请两县核实归属。{more}")


def overall(found: Sequence[Overall], counties: int) -> None:
    """Shops and households counted once over all counties in scope."""
    if not found:
        return
    st.subheader("范围内去重合计", anchor=False)
    rows = [
        (
            one.kpi.name,
            f"{one.of_counties:,}{one.kpi.unit}",
            f"{one.items:,}{one.kpi.unit}",
            f"{one.shared:,}{one.kpi.unit}",
        )
        for one in found
    ]
    frame = pd.DataFrame(rows, columns=["指标", "各县明细相加", "去重后", "重复"])
    st.table(frame, hide_index=True, border="horizontal", alt="范围内去重合计")
    st.caption(f"范围内{counties}个县，各月、各县的同一企业、同一户只计一次。")


# --- handing in -----------------------------------------------------------------------------------------------------


def hand_in(actor: Actor, county: Member, month: Month) -> None:
    """Which register, its empty form, the file, what is wrong in it, and the last step."""
    kinds = [r for r in register_facts().registers if refusal(actor, permission_of(r), county.subject) is None]
    st.subheader("报送台账", anchor=False)
    titles = {register.title: register for register in kinds}
    chosen = titles[str(st.radio("哪种台账", list(titles), horizontal=True, label_visibility="collapsed"))]
    st.caption(NEXT_LINE.join(f"{number}\\. {note}" for number, note in enumerate(chosen.notes, 1)))
    whose = "" if chosen.third else f"{county.name}_"
    downloads.workbook(
        "① 下载空表", f"{whose}{month}_{chosen.title}.xlsx",
        partial(_template, session.later(permission_of(chosen)), chosen, month, county), f"template-{chosen.code}",
    )  # fmt: skip
    upload = st.file_uploader(
        "② 填好后上传（xlsx、xls、et、ods、csv）", type=["xlsx", "xlsm", "xls", "et", "ods", "csv"],
        key=f"register-{chosen.code}-{county.code}-{month}-{session.recall(ROUND) or 0}",
    )  # fmt: skip
    if upload:
        _result(_judged(actor, upload.getvalue(), upload.name, county, month))
    else:
        session.forget(CHECKED)
    _offer_withdrawal(actor, chosen, county, month)


def _template(asking: Callable[[], Actor], register: Register, month: Month, county: Member) -> bytes:
    with db.reading() as opened:
        return registers.template(opened, asking(), register.code, month, "" if register.third else county.code)


def _judged(actor: Actor, content: bytes, file_name: str, county: Member, month: Month) -> CheckedRegister:
    """Read and judged once per upload, however often the page runs."""
    key = (actor.id, file_name, hash(content), county.code, month)
    kept = session.recall(CHECKED)
    if kept and kept[0] == key:
        checked: CheckedRegister = kept[1]
        return checked
    with st.spinner("正在读取和核对……"), db.reading() as opened:
        checked = check_register(opened, actor, content, file_name, county=county.code, month=month)
    session.remember(CHECKED, (key, checked))
    return checked


def _result(checked: CheckedRegister) -> None:
    wrong, doubtful = errors(checked.findings), warnings(checked.findings)
    nothing_new = not any(unit.changed for unit in checked.units)
    if wrong:
        st.error(f"有{len(wrong)}处错误，改正后才能报送。可下载已批注的工作簿，逐格修改后重新上传。")
    elif nothing_new:
        st.info(checked.same_sentence, icon=":material/info:")
    elif doubtful:
        st.warning(f"没有错误。有{len(doubtful)}处警告，请核对；如无误，请在下面说明原因后报送。")
    else:
        st.success("核对通过，可以报送。")
    if checked.findings:
        findings_table.show(checked.findings, {member.code: member.name for member in checked.members.values()})
        asking = session.later(permission_of(checked.register) if checked.register else Permission.SUBMIT_REGISTER)
        downloads.workbook(
            "下载已批注的工作簿", marking.marked_name(checked.file_name), partial(_marked, asking, checked),
            "register-marked", primary=bool(wrong),
        )  # fmt: skip
    if not wrong and not nothing_new and checked.register:
        _preview(checked, checked.register)
        _last_step(checked, checked.register, needs_reason=bool(doubtful))


def _marked(asking: Callable[[], Actor], checked: CheckedRegister) -> bytes:
    """Made at the click: `asking` says who it is then (session.later)."""
    asking()
    names = {member.code: member.name for member in checked.members.values()}
    return marking.marked_workbook(checked.content, checked.file_name, checked.findings, checked.sheets, names)[0]


def _preview(checked: CheckedRegister, register: Register) -> None:
    """What would be stored, by county and month."""
    rows = [
        (
            plain(checked.members[unit.county_id].name),
            Month.from_number(unit.month).chinese + (f" · {plain(unit.source)}" if unit.source else ""),
            f"{len(unit.entries):,}条",
            f"{sum(entry.amount for entry in unit.entries):,}" if register.amount else NO_BASE_TEXT,
            _change(unit),
        )
        for unit in checked.units[:LISTED]
    ]
    st.markdown(f"**将要报送：{register.title}，共{checked.rows:,}条**")
    counted = {"trainees": "人次", "reads": "阅读量（次）", "plays": "播放与阅读量（次）"}
    amount = counted.get(register.amount[0], "数量") if register.amount else "数量"
    frame = pd.DataFrame(rows, columns=["县", "报告期", "明细", amount, "报送后"])
    st.table(frame, hide_index=True, border="horizontal", alt="将要报送的台账")
    if len(checked.units) > LISTED:
        st.caption(f"只列出前{LISTED}份，共{len(checked.units)}份。")


def _change(unit: registers.Unit) -> str:
    if not unit.changed:
        return "与已报的相同"
    if not unit.entries:
        return f"第{unit.base + 1}版，没有明细（新文件中没有）"
    return f"第{unit.base + 1}版，代替第{unit.base}版" if unit.base else "第1版"


def _last_step(checked: CheckedRegister, register: Register, *, needs_reason: bool) -> None:
    again = session.later(permission_of(register))
    with st.form("register-hand-in", border=False):
        reason = st.text_area("对警告的说明（必填）", max_chars=LONGEST) if needs_reason else ""
        pressed = st.form_submit_button("确认报送", type="primary", icon=":material/send:")
    if not pressed:
        return
    try:
        with db.transaction() as opened:
            said = submit_register(opened, again(), checked, reason or "").sentence, True
    except ProgrammeError as refused:
        said = str(refused), False
    session.remember(RECEIPT, said)
    session.remember(ROUND, (session.recall(ROUND) or 0) + said[1])
    session.forget(CHECKED)
    st.rerun()


# --- taking a register back -----------------------------------------------------------------------------------------


def _offer_withdrawal(actor: Actor, register: Register, county: Member, month: Month) -> None:
    """For what was handed in for the wrong month: what stands, what becomes of it, and the button."""
    with db.reading() as opened:
        standing = register_withdrawals.in_force(opened, actor, register.code, county.county_id, month)
    if not standing.revisions:
        return
    key = f"withdraw-{register.code}-{county.code}-{month}"
    with st.expander(f"撤回{month.chinese}的“{register.title}”"), st.form(f"form-{key}", border=False):
        st.caption(
            plain(
                f"适用于报错月份等情形。{standing.name}（{standing.text}）将改为本月无明细，比对时不再计入；"
                "原有各版仍保留，之后可以重新报送。"
            )
        )
        st.text_input("撤回的原因（必填）", max_chars=LONGEST, key=key)
        st.form_submit_button(
            "撤回，改为本月无明细", icon=":material/undo:", on_click=_withdraw, args=(standing, key)
        )  # fmt: skip


def _withdraw(standing: InForce, key: str) -> None:
    """Runs before the page, on what was drawn."""
    actor = session.guard(permission_of(standing.register))
    try:
        with db.transaction() as opened:
            said = register_withdrawals.withdraw(opened, actor, standing, session.typed(key)), True
    except ProgrammeError as refused:
        said = str(refused), False
    session.remember(RECEIPT, said)
    session.forget(CHECKED)
