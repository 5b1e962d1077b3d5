"""Evidence registers read and judged before anything is stored, and what is in force of them."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any, Final

from sqlalchemy import and_, func
from sqlmodel import Session, col, select

from programme import counties, identity_numbers, keys, settings
from programme.calendar import Month
from programme.catalogue import Year, catalogue
from programme.errors import NotFound
from programme.findings import Finding, Severity
from programme.formats.book import Book
from programme.forms import year_for
from programme.models import RegisterRevision, RegisterRow
from programme.permissions import Actor, Permission, Role, refusal, require
from programme.register_facts import Register, register_facts
from programme.register_privacy import identity_findings
from programme.register_reading import Entry, Reading, Surroundings, read_register
from programme.register_sheets import RegisterTable, find_register
from programme.register_template import register_template
from programme.returns import Member, member, members_of
from programme.sheets import read_book
from programme.tables import Cell

POSTS: Final = "posts"
ENDINGS: Final = (".xlsx", ".xlsm", ".xls", ".et", ".ods", ".csv")
MOST_SHARED: Final = 200
_ORDER: Final = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.HINT: 2}


@dataclass
class Unit:
    """What replaces what: one county's rows of a month (and platform). `base` is the revision in force, 0 for none."""

    county_id: int
    month: int
    source: str
    entries: list[Entry]
    digest: str = ""
    base: int = 0
    changed: bool = True

    @property
    def key(self) -> tuple[int, int, str]:
        return self.county_id, self.month, self.source


@dataclass
class CheckedRegister:
    """A file as read and judged; `submit_register` stores exactly this. `register` is None when it is none of ours.

    `digest` is the file's SHA-256; of a secret register one under the installation's secret.
    """

    file_name: str
    content: bytes
    digest: str
    register: Register | None = None
    findings: list[Finding] = field(default_factory=list)
    members: dict[int, Member] = field(default_factory=dict)
    sheets: list[tuple[str, list[list[Cell]]]] = field(default_factory=list)
    tables: list[RegisterTable] = field(default_factory=list)
    units: list[Unit] = field(default_factory=list)

    @property
    def rows(self) -> int:
        return sum(len(unit.entries) for unit in self.units)

    @property
    def same_sentence(self) -> str:
        """What is said of a file in which nothing is new."""
        return f"内容与已报送的完全相同（{self.rows}条），没有变化，不必重复报送。"


def permission_of(register: Register) -> Permission:
    return Permission.SUBMIT_PLATFORM_DATA if register.third else Permission.SUBMIT_REGISTER


# --- check ----------------------------------------------------------------------------------------------------------


def check_register(
    session: Session, actor: Actor, content: bytes, file_name: str, *, county: str = "", month: Month | None = None
) -> CheckedRegister:
    """Read and judge a register; all findings at once. `county` (six digits) and `month` hold where the file names none.

    Raises Unusable for a file that cannot be read at all, NotAllowed where the actor may hand in no register (of this kind).
    """
    require(actor, Permission.SUBMIT_REGISTER)
    book = read_book(content, file_name)
    facts = register_facts()
    register, tables, findings = find_register(book, facts)
    name, digest = _name_kept(register, file_name), _digest_kept(register, content)
    checked = CheckedRegister(name, content, digest, register, [*book.findings, *findings])
    checked.sheets = [(sheet.name, sheet.rows) for sheet in book.sheets]
    if register is None or not tables:
        return checked
    require(actor, permission_of(register))
    year = catalogue().current_year
    checked.members, checked.tables = members_of(session, year), tables
    around = _surroundings(session, actor, checked, book, register, year, county, month)
    reading = read_register(register, tables, around)
    _keep_to_scope(actor, checked, register, reading)
    checked.findings += reading.findings
    checked.units = _units(session, register, reading)
    if register.third and checked.units:
        _empty_the_missing(session, checked, register)
    if not register.secret:
        checked.findings += identity_findings(book, content)
    if register.shared:
        checked.findings += _shared_elsewhere(session, checked, register, year)
    checked.findings.sort(key=_reading_order)
    return checked


def _name_kept(register: Register | None, file_name: str) -> str:
    """The name of a file of households may say whose it is: it is never kept."""
    if register is None or not register.secret:
        return identity_numbers.hidden(file_name)
    ending = PurePath(file_name).suffix.lower()
    return register.title + (ending if ending in ENDINGS else "")


def _digest_kept(register: Register | None, content: bytes) -> str:
    """A plain hash of a file with one number could be tried out until the number is found: a secret one is keyed."""
    plain = hashlib.sha256(content).hexdigest()
    return keys.digest("register.file", plain) if register and register.secret else plain


def _reading_order(finding: Finding) -> tuple[int, str, int, int, str]:
    """The gravest first, then as they stand in the file: B2 before A10, Z before AA."""
    letters = finding.cell.rstrip("0123456789")
    row = int(finding.cell.removeprefix(letters) or 0)
    return _ORDER[finding.severity], finding.sheet, row, len(letters), letters


def _surroundings(
    session: Session, actor: Actor, checked: CheckedRegister, book: Book, register: Register, year: Year,
    county: str, month: Month | None,
) -> Surroundings:  # fmt: skip
    """What the file itself says comes first, then our own form's stamp, then what was chosen; a county is itself."""
    registry, today = counties.registry(session), settings.today()
    stamped = registry.by_code.get(book.stamp.get("county", ""))
    chosen = counties.id_of(session, county) if county else 0
    own = actor.county_id if actor.role is Role.COUNTY else 0
    return Surroundings(
        facts=register_facts(),
        registry=registry,
        year=year,
        members=frozenset(checked.members),
        today=today.isoformat(),
        today_month=Month.of(today),
        county=0 if register.third else (stamped.id if stamped else 0) or chosen or own or 0,
        month=_stamped_month(book) or month,
        placed=_places_of_posts(session) if register.third else {},
    )


def _stamped_month(book: Book) -> Month | None:
    try:
        return Month.parse(book.stamp.get("month", ""))
    except ValueError:
        return None


def _keep_to_scope(actor: Actor, checked: CheckedRegister, register: Register, reading: Reading) -> None:
    """Rows of counties the actor may not hand in for are named, once a county, and left out."""
    permission = permission_of(register)
    refused: dict[int, list[Entry]] = {}
    sentences: dict[int, str] = {}
    for county in {entry.county for entry in reading.entries}:
        if sentence := refusal(actor, permission, checked.members[county].subject):
            sentences[county], refused[county] = sentence, []
    for entry in reading.entries if refused else ():
        if entry.county in refused:
            refused[entry.county].append(entry)
    for county, entries in refused.items():
        table, place = reading.tables[entries[0].table], checked.members[county]
        message = f"{place.name}（{len(entries)}行）：{sentences[county]}"
        cell = table.address("name" if "name" in table.letters else "code", entries[0].place)
        reading.findings.append(
            Finding("out_of_scope", Severity.ERROR, message, table.sheet, cell, county=place.code, value=place.name)
        )
    reading.entries = [entry for entry in reading.entries if entry.county not in refused]


# --- what is in force -----------------------------------------------------------------------------------------------


def newest(kind: str, *conditions: Any) -> Any:
    """The revisions in force of a register, as a subquery with county_id, month, source and revision."""
    return (
        select(
            RegisterRevision.county_id, RegisterRevision.month, RegisterRevision.source,
            func.max(RegisterRevision.revision).label("revision"),
        )
        .where(RegisterRevision.kind == kind, *conditions)
        .group_by(col(RegisterRevision.county_id), col(RegisterRevision.month), col(RegisterRevision.source))
        .subquery()
    )  # fmt: skip


def of_revision(row: Any, kind: str, current: Any) -> Any:
    """The condition that joins rows (or revisions) with those in force."""
    return and_(
        row.kind == kind,
        row.county_id == current.c.county_id,
        row.month == current.c.month,
        row.source == current.c.source,
        row.revision == current.c.revision,
    )


def rows_in_force(columns: Sequence[Any], kind: str, *conditions: Any) -> Any:
    """A query of rows in force; the conditions narrow the revisions."""
    current = newest(kind, *conditions)
    return select(*columns).select_from(RegisterRow).join(current, of_revision(RegisterRow, kind, current))


def _units(session: Session, register: Register, reading: Reading) -> list[Unit]:
    units: dict[tuple[int, int, str], Unit] = {}
    for entry in reading.entries:
        key = (entry.county, entry.month, entry.source)
        units.setdefault(key, Unit(*key, [])).entries.append(entry)
    now = units_in_force(
        session, register, col(RegisterRevision.county_id).in_({unit.county_id for unit in units.values()})
    )
    for unit in units.values():
        unit.digest = _digest(unit.entries)
        revision, digest, _ = now.get(unit.key, (0, "", 0))
        unit.base, unit.changed = revision, digest != unit.digest
    return sorted(units.values(), key=lambda unit: unit.key)


def _empty_the_missing(session: Session, checked: CheckedRegister, register: Register) -> None:
    """An export is the whole of its month and platform: counties that have rows in force and none in it are emptied."""
    told = {unit.key for unit in checked.units}
    periods = {(unit.month, unit.source) for unit in checked.units}
    months = col(RegisterRevision.month).in_({month for month, _ in periods})
    emptied = [
        Unit(*key, [], _digest([]), revision)
        for key, (revision, _, rows) in sorted(units_in_force(session, register, months).items())
        if rows and key not in told and key[1:] in periods and key[0] in checked.members
    ]
    for month, source in sorted(periods):
        if names := [checked.members[unit.county_id].name for unit in emptied if unit.key[1:] == (month, source)]:
            checked.findings.append(_emptied(checked, Month.from_number(month), source, names))
    checked.units = sorted([*checked.units, *emptied], key=lambda unit: unit.key)


def _emptied(checked: CheckedRegister, month: Month, source: str, names: Sequence[str]) -> Finding:
    listed = "、".join(names[:3]) + (f"等{len(names)}个县" if len(names) > 3 else "")
    text = (
        f"{source}{month.chinese}的新文件里没有{listed}，原来有。一次导出应是该平台该月的全部数据，"
        "报送后这些县将没有该平台的数据；文件不全的，请补全后再上传。"
    )
    return Finding("county_left_out", Severity.WARNING, text, checked.tables[0].sheet, month=str(month))


def _digest(entries: Iterable[Entry]) -> str:
    lines = sorted(f"{entry.key_hash}\0{entry.same}\0{entry.amount}\0{entry.texts}" for entry in entries)
    return hashlib.sha256("\n".join(lines).encode(errors="surrogatepass")).hexdigest()


def units_in_force(
    session: Session, register: Register, condition: Any
) -> dict[tuple[int, int, str], tuple[int, str, int]]:
    """County, month and source → the revision in force, its digest and number of rows."""
    query = (
        select(
            RegisterRevision.county_id, RegisterRevision.month, RegisterRevision.source,
            RegisterRevision.revision, RegisterRevision.digest, RegisterRevision.rows,
        )  # type: ignore[call-overload]
        .where(RegisterRevision.kind == register.code, condition)
        .order_by(RegisterRevision.revision)
    )  # fmt: skip
    return {tuple(row[:3]): tuple(row[3:]) for row in session.exec(query)}


def _places_of_posts(session: Session) -> Mapping[str, frozenset[int]]:
    """Which counties have an item in their register of posts, by its key hash."""
    places: dict[str, frozenset[int]] = {}
    columns = [RegisterRow.key_hash, RegisterRow.county_id]
    for key, county in session.exec(rows_in_force(columns, POSTS).distinct()):
        places[key] = places.get(key, frozenset()) | {county}
    return places


def _shared_elsewhere(session: Session, checked: CheckedRegister, register: Register, year: Year) -> list[Finding]:
    """Hints for items that another county has too: of the other side only the county's name is told."""
    period = col(RegisterRevision.month).between(year.months[0].number, year.months[-1].number)
    columns = [RegisterRow.key_hash, RegisterRow.county_id]
    elsewhere: dict[str, set[int]] = {}
    for key, county in session.exec(rows_in_force(columns, register.code, period).distinct()):
        elsewhere.setdefault(key, set()).add(county)
    for unit in checked.units:
        for entry in unit.entries:
            elsewhere.setdefault(entry.key_hash, set()).add(unit.county_id)
    findings: list[Finding] = []
    for unit in checked.units:
        for entry in unit.entries:
            others = elsewhere[entry.key_hash] - {unit.county_id}
            if others and len(findings) < MOST_SHARED:
                findings.append(_shared(checked, register, unit, entry, others))
    return findings


def _shared(checked: CheckedRegister, register: Register, unit: Unit, entry: Entry, others: set[int]) -> Finding:
    names = "、".join(checked.members[county].name for county in sorted(others) if county in checked.members)
    table, name = checked.tables[entry.table], register.columns[0].field
    message = f"同一{register.name}（按企业）也在{names or '其他县'}的台账中，全国合计时只计一次。请与对方核实归属。"
    return Finding(
        "shared_item", Severity.HINT, message, table.sheet, table.address(name, entry.place),
        county=checked.members[unit.county_id].code, month=str(Month.from_number(unit.month)),
        value=identity_numbers.hidden(json.loads(entry.texts).get(name, "")),
    )  # fmt: skip


# --- the form -------------------------------------------------------------------------------------------------------


def template(session: Session, actor: Actor, kind: str, month: Month, county: str = "") -> bytes:
    """The workbook to fill in: of one county, or for many when none is named.

    Raises NotFound for a register, county or month that does not exist, NotAllowed outside the actor's scope.
    """
    register = register_named(kind)
    require(actor, permission_of(register))
    year = year_for(month)
    if register.third or not county:
        return register_template(register, year, month)
    place = member(session, year, counties.id_of(session, county))
    require(actor, permission_of(register), place.subject)
    name = "".join(dict.fromkeys((place.province, place.name)))
    return register_template(register, year, month, county_code=place.code, county_name=name, sample=place.sample)


def register_named(kind: str) -> Register:
    """Raises NotFound for a code that the catalogue does not know."""
    known = {register.code: register for register in register_facts().registers}
    if kind not in known:
        listed = "、".join(f"{code}（{register.title}）" for code, register in known.items())
        raise NotFound(f"没有“{kind}”这种台账；可用的有：{listed}。")
    return known[kind]
