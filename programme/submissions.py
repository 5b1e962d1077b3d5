"""Handing in: what was previewed is stored whole, as new revisions, and stands from then on."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from sqlalchemy import bindparam, delete
from sqlmodel import Session, col, select

from programme import audit, settings, standings
from programme.bulk import insert_columns, insert_rows
from programme.calendar import Month
from programme.catalogue import catalogue
from programme.errors import Outdated, ProgrammeError
from programme.findings import Finding, Severity, errors, warnings
from programme.memory import uncollected
from programme.models import Draft, Standing, StoredFile, Submission
from programme.permissions import Actor, Permission, Role, require
from programme.records import Records
from programme.returns import Checked, difference
from programme.reviews import WORDS, in_review
from programme.standings import Chain, Integers, columns_with_gaps, kpi_codes
from programme.tables import Table


@dataclass(frozen=True)
class Receipt:
    """What became of a submission. `submission_id` is None when nothing had changed."""

    submission_id: int | None
    returns: int
    unchanged: int
    sentence: str


@uncollected()
def submit(
    session: Session, actor: Actor, checked: Checked, reason: str = "", *, channel: str = "file", sample: bool = False
) -> Receipt:
    """Store what was previewed, whole or not at all.

    Raises ProgrammeError while errors stand or warnings lack a reason, NotAllowed outside the actor's scope, Outdated
    when a return was handed in by somebody else since the preview.
    """
    _refuse_unfit(actor, checked)
    _refuse_outdated(session, checked)
    chain, total = checked.chain, len(checked.chain.county)
    changed = np.flatnonzero(checked.changed)
    if not len(changed):
        return Receipt(None, 0, total, f"内容与已报送的完全相同（{total}份月报），没有变化，不必重复报送。")
    _refuse_unconfirmed(checked, reason)
    assert checked.year is not None
    newer = chain.taken(changed)
    newer = Chain(newer.county, newer.month, checked.base[changed] + 1, newer.values, newer.known)
    submission = _store_submission(session, actor, checked, reason, channel, newer, sample)

    def store() -> None:
        _store_returns(session, actor, checked, newer, changed, submission)
        _store_stated(session, checked, newer, changed)
        _store_remarks(session, checked, newer, reason)

    standings.post(session, checked.year, newer, store)
    _drop_drafts(session, actor, newer)
    audit.raise_data_version(session)
    _record_events(session, actor, checked, newer, submission)
    return Receipt(submission, len(changed), total - len(changed), _sentence(checked, newer, total - len(changed)))


def _refuse_unfit(actor: Actor, checked: Checked) -> None:
    require(actor, Permission.SUBMIT_RETURN)
    if wrong := errors(checked.findings):
        raise ProgrammeError(f"还有{len(wrong)}处错误，不能报送。请按核对结果修改后重新上传。")
    for county in checked.chain.counties:
        require(actor, Permission.SUBMIT_RETURN, checked.members[county].subject)


def _refuse_unconfirmed(checked: Checked, reason: str) -> None:
    if (doubtful := warnings(checked.findings)) and not reason.strip():
        raise ProgrammeError(f"有{len(doubtful)}处警告需要确认，请填写原因后再报送。")


def _refuse_outdated(session: Session, checked: Checked) -> None:
    """Nobody else may have handed in the same return since it was read."""
    chain = checked.chain
    query = select(Standing.county_id, Standing.month, Standing.revision)
    if len(chain.county) <= standings.MANY:
        query = query.where(col(Standing.county_id).in_(chain.county.tolist()))
    now = {(county, month): revision for county, month, revision in session.exec(query)}
    keys = zip(chain.county.tolist(), chain.month.tolist(), strict=True)
    newest = np.fromiter((now.get(key, 0) for key in keys) if now else np.zeros_like(checked.base), np.int64)
    for row in np.flatnonzero(newest != checked.base).tolist():
        county, month = checked.members[int(chain.county[row])], Month.from_number(int(chain.month[row]))
        raise Outdated(
            f"您核对期间，{county.name}{month.chinese}的月报已有新版本（第{newest[row]}版）："
            f"{difference(session, checked, row) or '与本表数值相同'}。请重新上传核对。"
        )
    _refuse_reviewed(session, checked)


def _refuse_reviewed(session: Session, checked: Checked) -> None:
    """Nor may a reviewer have taken a step with the revision in force: what may change, and what needs a reason, hangs on it."""
    chain = checked.chain
    now = in_review(session, chain.counties)
    for key in zip(chain.county.tolist(), chain.month.tolist(), strict=True) if now else ():
        if now.get(key) != checked.reviewed.get(key):
            title = f"{checked.members[key[0]].name}{Month.from_number(key[1]).chinese}"
            done = WORDS[now[key][0]] if key in now else "处理"
            raise Outdated(f"您核对期间，{title}的月报已被{done}，请重新核对后再报送。")


def _store_submission(
    session: Session, actor: Actor, checked: Checked, reason: str, channel: str, newer: Chain, sample: bool
) -> int:
    if session.get(StoredFile, checked.sha256) is None:
        session.add(StoredFile(sha256=checked.sha256, name=checked.file_name, content=checked.content))
        session.flush()
    assert checked.records is not None
    submission = Submission(
        user_id=actor.id, user_name=actor.name, file_sha256=checked.sha256, file_name=checked.file_name,
        channel=channel, layout=json.dumps(_layouts(checked.records), ensure_ascii=False),
        reason=reason.strip(), counties=len(newer.counties), returns=len(newer.county), sample=sample,
    )  # fmt: skip
    session.add(submission)
    session.flush()
    assert submission.id is not None
    return submission.id


def _layouts(records: Records) -> list[dict[str, object]]:
    """Of every table of the file, with the counties it names, whether or not their rows go in; 0 for one that was not told."""
    return [
        _layout(table) | {"counties": np.unique(records.county[records.table == number]).tolist()}
        for number, table in enumerate(records.tables)
    ]


def _layout(table: Table) -> dict[str, object]:
    """Where each figure lies: a column for batches, a full address for forms."""
    cells: dict[str, dict[str, str]] = {}
    for column in table.columns:
        full = column.letters if column.rows is None else f"{column.letters}{column.rows[0]}"
        cells.setdefault(column.kpi.code, {})[column.measure] = full
    return {"sheet": table.sheet, "form": table.form, "first": table.rows[0], "last": table.rows[-1], "cells": cells}


def _store_returns(
    session: Session, actor: Actor, checked: Checked, newer: Chain, changed: Integers, submission: int
) -> None:
    records, assessed = checked.records, checked.assessed
    assert records is not None
    assert assessed is not None
    index = assessed.index[changed]
    sheets = [records.tables[number].sheet for number in records.table[index].tolist()]
    rows = np.concatenate([table.rows for table in records.tables])[index].tolist()
    groups = {
        county: "" if actor.role is Role.COUNTY else f"{checked.members[county].name}工作小组"
        for county in newer.counties
    }
    behalf = [groups[county] for county in newer.county.tolist()]
    columns = {
        "county_id": newer.county.tolist(), "month": newer.month.tolist(), "revision": newer.revision.tolist(),
        "submission_id": [submission] * len(rows), "sheet": sheets, "row": rows, "on_behalf": behalf,
    }  # fmt: skip
    insert_columns(session, "monthly_return", columns | columns_with_gaps(newer.values, newer.known))


def _store_stated(session: Session, checked: Checked, newer: Chain, changed: Integers) -> None:
    """累计数 of flows where the form stated it; of a stock it is the figure itself."""
    records, assessed = checked.records, checked.assessed
    assert records is not None
    assert assessed is not None
    values, given = (part[assessed.index[changed]] for part in records.entered["to_date"])
    flows = np.array([kpi.is_flow for kpi in catalogue().kpis])
    row, column = np.nonzero(given & newer.known & flows)
    kpis = [kpi_codes()[place] for place in column.tolist()]
    keys = (newer.county[row].tolist(), newer.month[row].tolist(), newer.revision[row].tolist())
    rows = zip(*keys, kpis, values[row, column].tolist(), strict=True)
    insert_rows(session, "stated_to_date", ("county_id", "month", "revision", "kpi", "value"), rows)


def _store_remarks(session: Session, checked: Checked, newer: Chain, reason: str) -> None:
    """Confirmed warnings, with the reason given, and the 备注 of the form."""
    remarks = [*_confirmed(checked, reason), *_notes(checked)]
    pairs = zip(newer.county.tolist(), newer.month.tolist(), strict=True)
    revisions = dict(zip(pairs, newer.revision.tolist(), strict=True)) if remarks else {}
    ids = {member.code: member.county_id for member in checked.members.values()}
    rows: list[tuple[object, ...]] = []
    numbers: Counter[tuple[int, int]] = Counter()
    for remark in remarks:
        for key in _returns_meant(remark, ids, revisions):
            numbers[key] += 1
            rows.append((*key, revisions[key], numbers[key], remark.kpi, remark.rule, remark.cell, remark.message))
    columns = ("county_id", "month", "revision", "number", "kpi", "rule", "cell", "message")
    insert_rows(session, "return_remark", columns, rows)


def _returns_meant(
    remark: Finding, ids: Mapping[str, int], stored: Mapping[tuple[int, int], int]
) -> list[tuple[int, int]]:
    """County and month of the returns a remark is about: of the whole file when it names neither."""
    county = ids[remark.county] if remark.county else 0
    month = Month.parse(remark.month).number if remark.month else 0
    if county and month:
        return [(county, month)] if (county, month) in stored else []
    return [key for key in stored if county in (0, key[0]) and month in (0, key[1])]


def _confirmed(checked: Checked, reason: str) -> list[Finding]:
    return warnings(checked.findings) if reason.strip() else []


def _notes(checked: Checked) -> list[Finding]:
    records = checked.records
    assert records is not None
    return [
        Finding("remark", Severity.HINT, text, county=records.code_of(index), month=records.month_of(index), kpi=kpi)
        for number, table in enumerate(records.tables)
        if table.form == "monthly" and table.remarks
        for index in np.flatnonzero(records.sound & (records.table == number)).tolist()
        for kpi, text in table.remarks.items()
        if text
    ]


def _drop_drafts(session: Session, actor: Actor, newer: Chain) -> None:
    if len(newer.county) > standings.MANY:
        return
    mine = (
        col(Draft.county_id) == bindparam("county"), col(Draft.month) == bindparam("of"),
        col(Draft.user_id) == actor.id,
    )  # fmt: skip
    keys = zip(newer.county.tolist(), newer.month.tolist(), strict=True)
    session.connection().execute(
        delete(Draft).where(*mine), [{"county": county, "of": month} for county, month in keys]
    )


def _record_events(session: Session, actor: Actor, checked: Checked, newer: Chain, submission: int) -> None:
    """One event per county: which months became which revision."""
    now = settings.moment()

    @cache
    def handed_in(*returns: tuple[int, int]) -> dict[str, Any]:
        """The event without its county: most counties of a large file hand in the same months."""
        named = [f"{Month.from_number(month)} r{revision}" for month, revision in returns]
        detail = {"submission": submission, "returns": named, "sha256": checked.sha256}
        return audit.event(now, actor, "return.submitted", "", None, "", detail)

    events, returns = [], list(zip(newer.month.tolist(), newer.revision.tolist(), strict=True))
    edges = np.flatnonzero(np.diff(newer.county, prepend=-1)).tolist()
    for county, first, end in zip(newer.counties, edges, [*edges[1:], len(returns)], strict=True):
        member = checked.members[county]
        place = {"subject": member.name, "county_id": member.county_id, "province_code": member.code[:2]}
        events.append(handed_in(*returns[first:end]) | place)
    audit.record_many(session, events)


def _sentence(checked: Checked, newer: Chain, unchanged: int) -> str:
    counties_in = newer.counties
    names = "、".join(checked.members[county].name for county in counties_in[:3])
    more = f"等{len(counties_in)}个县" if len(counties_in) > 3 else ""
    months = [Month.from_number(int(month)) for month in np.unique(newer.month)]
    period = months[0].chinese if len(months) == 1 else f"{months[0].chinese}至{months[-1].chinese}"
    same = f"另有{unchanged}份与已报数相同，未变。" if unchanged else ""
    return f"已报送：{names}{more}{period}，共{len(newer.county)}份月报。{same}"
