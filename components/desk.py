"""The desk of whoever hands in returns: the file or the form, what was found in it, and handing it in."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import pandas as pd
import streamlit as st

import db
from components import downloads, findings_table, labels, session
from programme import forms, marking, reviews
from programme.calendar import Month
from programme.catalogue import Kpi, catalogue
from programme.county_by_county import parted
from programme.errors import Outdated
from programme.findings import errors, warnings
from programme.kpis import entry_text
from programme.obligations import Obligation
from programme.permissions import Actor, Permission
from programme.returns import Checked, Member, check_file
from programme.settings import clock
from programme.standings import Chain
from programme.submissions import Receipt, submit

PREVIEWED = 60
CHECKED = "checked"
RECEIPT = "receipt"
ROUND = "round"
ASKED = "要改的原因"
WRITTEN = {**reviews.MEASURES, "remark": "备注"}


def judged(actor: Actor, content: bytes, file_name: str) -> Checked:
    """The file read and judged once per upload, however often the page runs."""
    key = (actor.id, file_name, hash(content))
    kept = session.recall(CHECKED)
    if kept and kept[0] == key:
        return kept[1]
    with st.spinner("正在读取和核对……"), db.reading() as opened:
        checked = check_file(opened, actor, content, file_name)
    session.remember(CHECKED, (key, checked))
    return checked


def result(actor: Actor, checked: Checked, channel: str) -> None:
    """All findings, the marked workbook, the preview, and the way on."""
    wrong, doubtful = errors(checked.findings), warnings(checked.findings)
    if wrong:
        st.error(
            f"有{len(wrong)}处错误，改正后才能报送。下面列出了全部问题；可下载已批注的工作簿，逐格修改后重新上传。"
        )
    elif doubtful:
        st.warning(f"没有错误。有{len(doubtful)}处警告，请核对；如数值无误，请在下面说明原因后报送。")
    else:
        st.success("核对通过，没有发现问题。")
    if checked.findings:
        names = {member.code: member.name for member in checked.members.values()}
        findings_table.show(checked.findings, names)
        marked(checked)
    if wrong:
        _sound_part(actor, checked, channel)
    else:
        _way_on(actor, checked, channel)


def _sound_part(actor: Actor, checked: Checked, channel: str) -> None:
    """Of a file with errors: the counties that have none can go in, and it is said who stays behind."""
    parts = parted(checked)
    if parts is None:
        return
    st.subheader(f"先报送没有错误的{parts.counties}个县")
    st.markdown(f"不报送、须改正后另报的：{labels.plain(parts.sentence)}。")
    _way_on(actor, parts.sound, channel, f"未报送、须改正后另报：{parts.sentence}。")


def _way_on(actor: Actor, checked: Checked, channel: str, rest: str = "") -> None:
    preview(checked)
    if not checked.changed.any():
        st.info("内容与已报送的完全相同，没有变化，不必重复报送。", icon=":material/info:")
    else:
        _hand_in(actor, checked, channel, rest)


def marked(checked: Checked) -> None:
    """The user's own workbook with the wrong cells marked and commented."""

    again = session.later(Permission.SUBMIT_RETURN)

    def make() -> bytes:
        again()
        names = {member.code: member.name for member in checked.members.values()}
        return marking.marked_workbook(checked.content, checked.file_name, checked.findings, checked.sheets, names)[0]

    primary = bool(errors(checked.findings))
    downloads.workbook("下载已批注的工作簿", marking.marked_name(checked.file_name), make, "marked", primary=primary)


def preview(checked: Checked) -> None:
    """What would be stored: the figures of one return, or the list of many."""
    chain = checked.chain
    months = sorted({Month.from_number(int(month)) for month in chain.month})
    new, total = int((checked.base == 0).sum()), len(chain.county)
    same = total - int(checked.changed.sum())
    st.subheader("将要报送的内容")
    st.caption(
        f"{len(set(chain.county.tolist()))}个县，{'、'.join(month.chinese for month in months)}，共{total}份月报："
        f"新报{new}份，修改{total - new - same}份，与已报相同{same}份。"
    )
    if total == 1:
        st.table(_comparison(checked), hide_index=True, border="horizontal", alt="将要报送的内容与已报数")
        return
    rows = [_preview_row(checked, row) for row in range(min(total, PREVIEWED))]
    st.table(pd.DataFrame(rows), hide_index=True, border="horizontal", alt="将要报送的内容")
    if total > PREVIEWED:
        st.caption(f"只列出前{PREVIEWED}份，共{total}份。")


def _texts(checked: Checked, chain: Chain, row: int) -> dict[str, str]:
    """Indicator → figure as text, of one return."""
    assert checked.year is not None
    scope = checked.year.kpis_of(checked.members[int(chain.county[row])].tier)
    return {
        kpi.name: labels.figure(int(chain.values[row, column]) if chain.known[row, column] else None, kpi)
        if kpi in scope
        else labels.NOT_APPLICABLE.value
        for column, kpi in enumerate(catalogue().kpis)
    }


def _preview_row(checked: Checked, row: int) -> dict[str, str]:
    chain = checked.chain
    county, month = checked.members[int(chain.county[row])], Month.from_number(int(chain.month[row]))
    return {"县": county.name, "报告期": month.chinese, **_texts(checked, chain, row)}


def _comparison(checked: Checked) -> pd.DataFrame:
    """One return beside what stands: indicator, 已报, 本次."""
    before = checked.stored_before(0)
    new = _texts(checked, checked.chain, 0)
    table = pd.DataFrame({"指标": list(new), "本次报送（本月数，存量为期末数）": list(new.values())})
    if before is not None and checked.standing is not None:
        old = _texts(checked, checked.standing, before)
        table.insert(1, f"已报（第{int(checked.base[0])}版）", list(old.values()))
        table["变化"] = ["有变化" if new[name] != old[name] else "" for name in new]
    return table[[text != labels.NOT_APPLICABLE.value for text in new.values()]]


def _hand_in(actor: Actor, checked: Checked, channel: str, rest: str) -> None:
    """`rest` is said with the receipt: what did not go in."""
    again = session.later(Permission.SUBMIT_RETURN)
    with st.form("hand-in", border=False):
        reason = ""
        if warnings(checked.findings):
            reason = st.text_area(
                "对警告的说明（必填）", max_chars=500, placeholder="例如：当月组织了三场直播，曝光量确有大幅增长。"
            )
        pressed = st.form_submit_button("确认报送", type="primary", icon=":material/send:")
    if not pressed:
        return
    try:
        with db.transaction() as opened:
            receipt = submit(opened, again(), checked, reason, channel=channel)
    except Outdated:
        session.forget(CHECKED)  # the same file, or the same entries, are checked anew
        raise
    session.remember(RECEIPT, replace(receipt, sentence=receipt.sentence + rest))
    session.remember(ROUND, round_number() + 1)
    session.forget(CHECKED)
    st.rerun()


def asked_to_change(one: Obligation, cells: Sequence[reviews.Cell], *, in_grid: bool) -> None:
    """What a review asks for, above the form; the grid and the workbook to download carry the same in their cells."""
    if not cells:
        return
    st.warning(
        f"这份月报已由{one.step_by}于{clock(one.step_at)}退回，请修改下列{len(cells)}处后重新报送，其他的数不要改动。"
        + ("" if in_grid else "下载的填报表中，要改的格已加批注。"),
        icon=":material/undo:",
    )
    rows = [
        (catalogue().kpi(cell.kpi).name, reviews.MEASURES[cell.measure], labels.plain(cell.reason)) for cell in cells
    ]
    frame = pd.DataFrame(rows, columns=["指标", "栏", "要改的原因"])
    st.table(frame, hide_index=True, border="horizontal", alt="退回的原因")


def receipt() -> None:
    """Say once what became of the last submission."""
    last: Receipt | None = session.recall(RECEIPT)
    if last is None:
        return
    session.forget(RECEIPT)
    (st.success if last.submission_id else st.info)(last.sentence, icon=":material/task_alt:")


def round_number() -> int:
    """Grows with every submission, so that the uploader is empty again afterwards."""
    return int(session.recall(ROUND) or 0)


def blank_form(asking: Callable[[], Actor], county: Member, month: Month) -> bytes:
    """Made at the click: `asking` says who it is then (session.later)."""
    with db.reading() as opened:
        return forms.blank_form(opened, asking(), county.county_id, month)


def blank_batch(asking: Callable[[], Actor], month: Month) -> bytes:
    with db.reading() as opened:
        return forms.blank_batch(opened, asking(), [month])


# --- the form on the page -------------------------------------------------------------------------------------------


def grid(actor: Actor, county: Member, one: Obligation, cells: Sequence[reviews.Cell]) -> None:
    """The form as a grid; what is typed is kept as a draft at once. Of a return that was sent back only the indicators asked
    for are open, each with the reasons beside it."""
    month, reasons = one.month, _reasons(cells)
    key = f"grid-{county.county_id}-{month}-{round_number()}-{one.revision}-{one.number}"
    base: pd.DataFrame | None = session.recall(key)
    if base is None or session.is_fresh(f"{key}-editor"):
        base, typed = _as_last_left(actor, county, month, reasons)
        session.remember(key, base)
        session.remember(f"{key}-typed", typed)
    st.caption("本月数与累计数可以只填一个，另一个自动推算。没有发生填0，无法提供请留空。填写内容自动保存为草稿。")
    edited = _editor(base, reasons, f"{key}-editor")
    entries = {**_entries(base), **_entries(edited)}
    typed = session.recall(f"{key}-typed")
    if entries != (typed.entries if typed else _entries(base)):
        with db.transaction() as opened:
            typed = forms.save_draft(opened, actor, county.county_id, month, entries)
        session.remember(f"{key}-typed", typed)
    if typed:
        st.caption(f"草稿已于{clock(typed.saved_at)}保存，离开本页也不会丢失。")
    if st.button("核对", type="primary", icon=":material/fact_check:"):
        with st.spinner("正在核对……"), db.reading() as opened:
            checked = forms.check_entries(opened, actor, county.county_id, month, entries)
        session.remember(CHECKED, ((key, entries), checked))
    kept = session.recall(CHECKED)
    if kept and kept[0] == (key, entries):
        result(actor, kept[1], "online")


def _editor(base: pd.DataFrame, reasons: Mapping[str, str], key: str) -> pd.DataFrame:
    """The open rows to type in, below them the others as they stay; the open rows as they are now."""
    is_open = base["code"].isin(reasons) if reasons else base["code"].notna()
    edited = st.data_editor(
        base[is_open],
        key=key,
        hide_index=True,
        disabled=["指标", "计量单位", "上期累计", ASKED],
        column_order=["指标", *([ASKED] if reasons else []), "计量单位", "上期累计", *WRITTEN.values()],
        column_config={name: st.column_config.TextColumn(name, width="small") for name in ("计量单位", "上期累计")}
        | {name: st.column_config.TextColumn(name, width="medium") for name in WRITTEN.values()}
        | {ASKED: st.column_config.TextColumn(ASKED, width="large")},
        alt="月报填报表",
    )
    if not is_open.all():
        st.caption("以下各项没有要求修改，按已报数保留。")
        st.table(
            base[~is_open][["指标", "计量单位", "本月数", "累计数"]],
            hide_index=True,
            border="horizontal",
            alt="不改的各项",
        )
    return edited


def _reasons(cells: Sequence[reviews.Cell]) -> dict[str, str]:
    """Indicator → why it must change, by column."""
    found: dict[str, list[str]] = {}
    for cell in cells:
        found.setdefault(cell.kpi, []).append(f"{reviews.MEASURES[cell.measure]}：{cell.reason}")
    return {kpi: "；".join(texts) for kpi, texts in found.items()}


def _as_last_left(
    actor: Actor, county: Member, month: Month, reasons: Mapping[str, str]
) -> tuple[pd.DataFrame, forms.Typed | None]:
    """The grid with the figures that stand, and over them what was typed and not handed in, where it is open."""
    with db.reading() as opened:
        rows = forms.form_rows(opened, county, month)
        typed = forms.draft(opened, actor, county.county_id, month)
    entries = {kpi: cells for kpi, cells in typed.entries.items() if not reasons or kpi in reasons} if typed else {}
    frame = pd.DataFrame(
        [
            {
                "code": row.kpi.code,
                "指标": row.kpi.name,
                ASKED: reasons.get(row.kpi.code, ""),
                "计量单位": row.kpi.entry_unit,
                "上期累计": _entry(row.to_date_last_month, row.kpi) or "—",
                "本月数": entries.get(row.kpi.code, {}).get("month", _entry(row.month, row.kpi)),
                "累计数": entries.get(row.kpi.code, {}).get("to_date", _entry(row.to_date, row.kpi)),
                "备注": entries.get(row.kpi.code, {}).get("remark", row.remark),
            }
            for row in rows
        ]
    )
    return frame, typed


def _entry(stored: int | None, kpi: Kpi) -> str:
    return "" if stored is None else entry_text(stored, kpi)


def _entries(frame: pd.DataFrame) -> dict[str, dict[str, str]]:
    return {
        str(row["code"]): {key: str(row[name] or "").strip() for key, name in WRITTEN.items()}
        for row in frame.to_dict("records")
    }
