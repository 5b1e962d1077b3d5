"""Monthly returns: what somebody is about to hand in, read and judged before anything is stored."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from sqlmodel import Session, col, select

from programme import counties, settings
from programme.assessment import Assessed, assess
from programme.calendar import Month
from programme.catalogue import Tier, Year, catalogue
from programme.errors import NotFound, ProgrammeError
from programme.findings import Finding, Severity
from programme.kpis import entry_text
from programme.memory import uncollected
from programme.models import County, Membership, MonthlyReturn, Submission
from programme.permissions import Actor, Permission, Subject, refusal, require
from programme.records import Background, Records, read_records
from programme.review_checks import review_findings
from programme.reviews import InReview, in_review
from programme.settings import clock
from programme.sheets import Book, read_book
from programme.standings import Chain, Integers, in_force
from programme.tables import Cell, Table, find_tables
from programme.written_months import parse_months


@dataclass(frozen=True)
class Member:
    """A county's part in the year, with what permissions ask about it."""

    county_id: int
    code: str
    name: str
    province: str
    tier: Tier
    core_county_id: int
    sample: bool = False

    @property
    def subject(self) -> Subject:
        return Subject(self.county_id, self.code[:2])


@dataclass
class Checked:
    """A file as read, judged and previewed; `submit` stores exactly this.

    `chain` holds what would be stored (revision = the revision it would become), `base` the revision in force when
    it was read, `changed` the returns that differ from it, `standing` everything in force of these counties, `reviewed` where
    the review of those in force stood.
    """

    file_name: str
    content: bytes
    year: Year | None
    findings: list[Finding] = field(default_factory=list)
    members: dict[int, Member] = field(default_factory=dict)
    sheets: list[tuple[str, list[list[Cell]]]] = field(default_factory=list)
    records: Records | None = None
    assessed: Assessed | None = None
    standing: Chain | None = None
    base: Integers = field(default_factory=lambda: np.zeros(0, np.int64))
    reviewed: InReview = field(default_factory=dict)
    changed: np.ndarray[tuple[int], np.dtype[np.bool_]] = field(default_factory=lambda: np.zeros(0, bool))

    @cached_property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    def stored_before(self, row: int) -> int | None:
        """The place in `standing` of the return that row of the chain replaces; None when it is the first."""
        if self.standing is None or not self.base[row]:
            return None
        return int(np.flatnonzero(keys_of(self.standing) == keys_of(self.chain)[row])[0])

    @property
    def chain(self) -> Chain:
        """Raises ProgrammeError when nothing in the file could be read as a return."""
        if self.assessed is None or not len(self.assessed.chain.county):
            raise ProgrammeError("文件中没有可以报送的月报，请按核对结果修改后重新上传。")
        return self.assessed.chain


def members_of(session: Session, year: Year) -> dict[int, Member]:
    """The counties taking part in the year, by internal id."""
    rows: Any = session.exec(_members(year.year))
    return {
        county_id: Member(county_id, code, name, province, Tier(tier), core, sample)
        for county_id, code, name, province, tier, core, sample in rows
    }


@lru_cache(maxsize=8)
def _members(year: int) -> Any:
    columns: list[Any] = [
        County.id, County.code, County.name, County.province,
        Membership.tier, Membership.core_county_id, Membership.sample,
    ]  # fmt: skip
    return select(*columns).join(Membership, col(Membership.county_id) == County.id).where(Membership.year == year)


def member(session: Session, year: Year, county_id: int) -> Member:
    """One member of the year; raises NotFound."""
    found = members_of(session, year).get(county_id)
    if found is None:
        raise NotFound(f"这个县不在{year.year}年度的名单之内。")
    return found


# --- check ----------------------------------------------------------------------------------------------------------


@uncollected()
def check_file(session: Session, actor: Actor, content: bytes, file_name: str) -> Checked:
    """Read and judge a workbook or CSV; all findings at once. Raises Unusable for a file that cannot be read."""
    require(actor, Permission.SUBMIT_RETURN)
    book = read_book(content, file_name)
    tables, findings = find_tables(book, catalogue())
    checked = Checked(file_name, content, _year_of(tables), [*book.findings, *findings])
    checked.sheets = [(sheet.name, sheet.rows) for sheet in book.sheets]
    if not tables:
        return checked
    year = checked.year = checked.year or catalogue().current_year
    checked.members = members_of(session, year)
    today = Month.of(settings.today())
    background = Background(counties.registry(session), year, frozenset(checked.members), today)
    checked.records = read_records(tables, background)
    checked.findings += checked.records.findings
    _judge(session, actor, checked, book)
    return checked


def _year_of(tables: list[Table]) -> Year | None:
    """The programme year of the first month that can be read."""
    for table in tables:
        for number in np.unique(parse_months(list(dict.fromkeys(table.months)))[0]).tolist():
            if number and (year := catalogue().year_of(Month.from_number(number))):
                return year
    return None


def _judge(session: Session, actor: Actor, checked: Checked, book: Book) -> None:
    records, year = checked.records, checked.year
    assert records is not None
    assert year is not None
    _keep_to_scope(actor, checked, records)
    standing = checked.standing = in_force(session, year, records.counties())
    tiers = {county_id: member.tier for county_id, member in checked.members.items()}
    checked.assessed = assess(records, standing, year, tiers)
    checked.findings += checked.assessed.findings
    checked.base, checked.changed = _compare(checked.assessed.chain, standing)
    checked.findings += _overtaken(session, actor, checked, book)
    checked.reviewed = in_review(session, checked.assessed.chain.counties)
    checked.findings += review_findings(session, checked)
    checked.findings.sort(key=_reading_order)


def _reading_order(finding: Finding) -> tuple[int, str]:
    order = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.HINT: 2}
    return order[finding.severity], finding.sheet


def _keep_to_scope(actor: Actor, checked: Checked, records: Records) -> None:
    """Records of counties the actor may not submit for are named and left out."""
    refusals = {
        county: sentence
        for county in records.counties()
        if (sentence := refusal(actor, Permission.SUBMIT_RETURN, checked.members[county].subject))
    }
    for index in np.flatnonzero(records.sound & np.isin(records.county, list(refusals))).tolist():
        county = int(records.county[index])
        name = checked.members[county].name
        message = f"{name}：{refusals[county]}"
        cell = records.identity_cell(index)
        finding = Finding("out_of_scope", Severity.ERROR, message, records.sheet_of(index), cell, value=name)
        checked.findings.append(finding)
        records.sound[index] = False


def keys_of(chain: Chain) -> Integers:
    return chain.county * 1_000_000 + chain.month


def _compare(chain: Chain, standing: Chain) -> tuple[Integers, np.ndarray[tuple[int], np.dtype[np.bool_]]]:
    """For each return the revision in force (0 for none), and whether any figure differs from it."""
    if not len(standing.county):
        return np.zeros(len(chain.county), np.int64), np.ones(len(chain.county), bool)
    at = np.minimum(np.searchsorted(keys_of(standing), keys_of(chain)), len(standing.county) - 1)
    there = keys_of(standing)[at] == keys_of(chain)
    same = (standing.values[at] == chain.values) & (standing.known[at] == chain.known)
    return np.where(there, standing.revision[at], 0), ~(there & same.all(axis=1))


def _overtaken(session: Session, actor: Actor, checked: Checked, book: Book) -> list[Finding]:
    """A form of ours carries the revision it was made from: has somebody else handed in a newer one since?"""
    made_from = book.stamp.get("revision", "")
    if book.stamp.get("form") != "monthly" or not made_from.isdigit() or not len(checked.base):
        return []
    chain, base = checked.chain, int(checked.base[0])
    newer = _by_others(session, actor, int(chain.county[0]), int(chain.month[0]), int(made_from))
    if not newer or not checked.changed[0]:
        return []
    name, at = newer
    message = (
        f"您下载此表之后，{name}已于{clock(at)}报送第{base}版，与本表不同：{difference(session, checked, 0)}。"
        "请下载最新的填报表，核对后再报。"
    )
    return [Finding("overtaken", Severity.ERROR, message, checked.records.sheet_of(0) if checked.records else "")]


def _by_others(session: Session, actor: Actor, county: int, month: int, revision: int) -> tuple[str, datetime] | None:
    query = (
        select(Submission.user_name, Submission.at)
        .join(MonthlyReturn, MonthlyReturn.submission_id == Submission.id)
        .where(MonthlyReturn.county_id == county, MonthlyReturn.month == month, MonthlyReturn.revision > revision)
        .where(Submission.user_id != actor.id)
        .order_by(col(Submission.id).desc())
    )
    return session.exec(query).first()


def difference(session: Session, checked: Checked, row: int) -> str:
    """现为 and 本表为 of every figure that differs, in the unit of the form."""
    chain, year = checked.chain, checked.year
    assert year is not None
    standing = in_force(session, year, [int(chain.county[row])])
    at = int(np.flatnonzero(standing.month == chain.month[row])[0])
    texts = []
    for column, kpi in enumerate(catalogue().kpis):
        old, new = (
            f"{entry_text(int(side.values[i, column]), kpi)}{kpi.entry_unit}" if side.known[i, column] else "未报"
            for side, i in ((standing, at), (chain, row))
        )
        if old != new:
            texts.append(f"{kpi.name}现为{old}，本表为{new}")
    return "；".join(texts)
