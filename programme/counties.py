"""The registry of counties and who takes part in a programme year."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from sqlalchemy import delete, insert
from sqlmodel import Session, select

from programme import audit, settings, standings
from programme.catalogue import TIER_NAMES, Tier, Year, catalogue
from programme.cell_text import clean_text
from programme.errors import NotFound, ProgrammeError
from programme.findings import Finding, Severity, errors
from programme.models import County, FormerCounty, Membership
from programme.permissions import Actor, Permission, require
from programme.registry import Ambiguous, Conflict, Found, Match, Place, Registry, read_places
from programme.sheets import Cell, Sheet, column_letters, read_book

HEADINGS = {
    "code": ("adcode", "行政区划代码", "县代码", "代码"),
    "name": ("name", "县名", "县（市、区、旗）", "名称", "县市区"),
    "tier": ("tier", "类别", "类型", "县类别"),
    "core": ("core_adcode", "核心示范县代码", "所属核心示范县", "核心示范县"),
    "brand": ("brand", "品牌", "特色农业品牌"),
    "products": ("products", "产品", "特色产品", "主导产业"),
}
TIER_WORDS = {word: tier for tier in Tier for word in (tier.value, TIER_NAMES[tier], TIER_NAMES[tier][:2])}


# --- registry -------------------------------------------------------------------------------------------------------


def load_registry(session: Session) -> None:
    """Bring the counties of data/registry into the store; codes and names follow the files, ids stay."""
    known = {county.id: county for county in session.exec(select(County))}
    ids = {county.code: county.id for county in known.values()}
    places = [_with_id(place, ids) for place in read_places(settings.data_folder() / "registry")]
    changed = [place for place in places if place.id not in known or _differs(known[place.id], place)]
    if not changed:
        return
    for place in changed:
        if place.id in known:
            session.merge(County(**_values(place)))
    session.flush()  # what changed its code makes room for what is new
    session.connection().execute(delete(FormerCounty))
    former = [
        {"county_id": place.id, "code": code, "name": name}
        for place in places
        for code, name in _pairs(place.former_codes, place.former_names)
    ]
    for table, rows in (
        (County, [_values(place) for place in changed if place.id not in known]),
        (FormerCounty, former),
    ):
        if rows:
            session.connection().execute(insert(table), rows)
    audit.raise_data_version(session, audit.REGISTRY)
    session.flush()


def _with_id(place: Place, ids: dict[str, int]) -> Place:
    """A county that changed its code since it came into the store keeps its id."""
    codes = (place.code, *place.former_codes)
    return replace(place, id=next((ids[code] for code in codes if code in ids), place.id))


def _pairs(codes: Sequence[str], names: Sequence[str]) -> Iterable[tuple[str, str]]:
    return {(code, "") for code in codes} | {("", name) for name in names}


def _values(place: Place) -> dict[str, Any]:
    return {
        "id": place.id,
        "code": place.code,
        "name": place.name,
        "prefecture": place.prefecture,
        "province": place.province,
        "province_code": place.code[:2],
        "longitude_e3": round(place.longitude * 1000),
        "latitude_e3": round(place.latitude * 1000),
        "sanqu_sanzhou": place.sanqu_sanzhou,
    }


def _differs(county: County, place: Place) -> bool:
    return county.model_dump() != _values(place)


def registry(session: Session) -> Registry:
    """All counties with their former codes and names, ready to resolve what users write; made once per change."""
    key = (settings.database_url(), audit.data_version(session, audit.REGISTRY))
    if key not in _registries:
        _registries.clear()
        _registries[key] = _read_registry(session)
    return _registries[key]


_registries: dict[tuple[str, int], Registry] = {}


def _read_registry(session: Session) -> Registry:
    former = select(FormerCounty.county_id, FormerCounty.code, FormerCounty.name)
    columns: list[Any] = [
        County.id, County.code, County.name, County.prefecture, County.province,
        County.longitude_e3, County.latitude_e3, County.sanqu_sanzhou,
    ]  # fmt: skip
    read = session.connection().execute
    return _registry_of(tuple(map(tuple, read(select(*columns)))), tuple(map(tuple, read(former))))


@lru_cache(maxsize=1)
def _registry_of(rows: tuple[tuple[Any, ...], ...], former: tuple[tuple[int, str, str], ...]) -> Registry:
    """The lookup tables, which take longer to make than the counties to read; stores with the same counties share them."""
    codes: dict[int, list[str]] = {}
    names: dict[int, list[str]] = {}
    for county_id, code, name in former:
        (codes if code else names).setdefault(county_id, []).append(code or name)
    return Registry.of(
        Place(
            county_id, code, name, prefecture, province, longitude / 1000, latitude / 1000, sanqu_sanzhou,
            tuple(codes.get(county_id, ())), tuple(names.get(county_id, ())),
        )
        for county_id, code, name, prefecture, province, longitude, latitude, sanqu_sanzhou in rows
    )  # fmt: skip


def id_of(session: Session, code: str) -> int:
    """The internal id of a current six-digit code; raises NotFound."""
    found = session.exec(select(County.id).where(County.code == code)).first()
    if found is None:
        raise NotFound(f"没有行政区划代码为 {code} 的县，请核对六位代码。")
    return found


# --- membership -----------------------------------------------------------------------------------------------------


@dataclass
class Members:
    """A list of members as read from a file, with everything that is wrong in it."""

    year: Year
    rows: list[Membership] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


@dataclass(frozen=True)
class _Row:
    sheet: str
    number: int
    letters: dict[str, str]
    texts: dict[str, str]

    def finding(self, rule: str, column: str, message: str) -> Finding:
        cell = f"{self.letters[column]}{self.number}" if column in self.letters else ""
        return Finding(rule, Severity.ERROR, message, self.sheet, cell, value=self.texts.get(column, ""))


def check_membership(session: Session, content: bytes, file_name: str, year: int) -> Members:
    """Read a workbook or CSV with one row per county: 行政区划代码, 县名, 类别, 核心示范县, 品牌, 产品."""
    facts = next((known for known in catalogue().years if known.year == year), None)
    if facts is None:
        raise NotFound(f"没有{year}年度的方案数据。")
    members = Members(facts)
    rows = [row for sheet in read_book(content, file_name).sheets if sheet.visible for row in _rows(sheet)]
    if not rows:
        members.findings.append(
            Finding(
                "no_table", Severity.ERROR, "没有找到县名单。表头须有“行政区划代码、县名、类别、核心示范县”，每县一行。"
            )
        )
        return members
    counties = registry(session)
    for row in rows:
        _read_member(counties, row, members)
    _check_cores(members, rows, counties)
    _check_counts(members)
    return members


def _rows(sheet: Sheet) -> list[_Row]:
    head = next((i for i, row in enumerate(sheet.rows) if {"code", "tier"} <= _heading(row).keys()), None)
    if head is None:
        return []
    columns = _heading(sheet.rows[head])
    letters = {key: column_letters(index) for key, index in columns.items()}
    rows = [
        _Row(
            sheet.name,
            number,
            letters,
            {key: clean_text(row[index]) if index < len(row) else "" for key, index in columns.items()},
        )
        for number, row in enumerate(sheet.rows[head + 1 :], head + 2)
    ]
    return [row for row in rows if row.texts["code"] or row.texts.get("name")]


def _heading(row: Sequence[Cell]) -> dict[str, int]:
    texts = [clean_text(cell) for cell in row]
    return {key: texts.index(word) for key, words in HEADINGS.items() for word in words if word in texts}


def _read_member(counties: Registry, row: _Row, members: Members) -> None:
    match = counties.resolve(row.texts["code"], row.texts.get("name", ""))
    tier = TIER_WORDS.get(row.texts["tier"])
    if tier is None:
        members.findings.append(row.finding("unknown_tier", "tier", "类别须填“核心示范县”或“辐射带动县”。"))
    if not isinstance(match, Found):
        members.findings.append(row.finding("unknown_county", "code", _unmatched(match)))
        return
    if any(known.county_id == match.place.id for known in members.rows):
        members.findings.append(
            row.finding("county_twice", "code", f"{match.place.name}在名单中出现了两次，请删去一行。")
        )
        return
    core = match.place if tier is Tier.CORE else _core(counties, row, members)
    if tier is not None and core is not None:
        members.rows.append(
            Membership(
                year=members.year.year, county_id=match.place.id, tier=tier.value, core_county_id=core.id,
                brand=row.texts.get("brand", ""), products=row.texts.get("products", ""),
            )
        )  # fmt: skip


def _unmatched(match: Match) -> str:
    if isinstance(match, Conflict):
        return f"代码对应{match.by_code.name}，与所填县名不一致，请核对代码或县名。"
    if isinstance(match, Ambiguous):
        return "有多个同名县，请填写六位行政区划代码。"
    return "查不到这个县，请填写六位行政区划代码和县名全称。"


def _core(counties: Registry, row: _Row, members: Members) -> Place | None:
    text = row.texts.get("core", "")
    match = counties.resolve(*((text, "") if text.isdigit() else ("", text))) if text else None
    if isinstance(match, Found):
        return match.place
    message = "辐射带动县须写明所属核心示范县（六位代码）。" if not text else "查不到所属核心示范县，请填写六位代码。"
    members.findings.append(row.finding("no_core_county", "core", message))
    return None


def _check_cores(members: Members, rows: list[_Row], counties: Registry) -> None:
    cores = {member.county_id for member in members.rows if member.tier == Tier.CORE}
    by_code = {row.texts["code"]: row for row in rows}
    for member in members.rows:
        if member.core_county_id not in cores:
            place, core = counties.by_id[member.county_id], counties.by_id[member.core_county_id]
            row = by_code.get(place.code, rows[0])
            message = f"{place.name}所属的{core.name}不在名单的核心示范县之中。"
            members.findings.append(row.finding("core_not_listed", "core", message))


def _check_counts(members: Members) -> None:
    counts = Counter(member.tier for member in members.rows)
    for tier, expected in members.year.expected.items():
        if counts[tier] != expected:
            message = f"{TIER_NAMES[tier]}应为{expected}个，名单中认得出的有{counts[tier]}个。"
            members.findings.append(Finding("wrong_count", Severity.ERROR, message))


def import_membership(
    session: Session, actor: Actor, content: bytes, file_name: str, *, year: int, sample: bool = False
) -> int:
    """Replace the year's list as a whole; returns the number of counties. Refused while anything in the file is wrong."""
    require(actor, Permission.IMPORT_COUNTIES)
    members = check_membership(session, content, file_name, year)
    if wrong := errors(members.findings):
        raise ProgrammeError(f"名单有{len(wrong)}处问题，未导入：{wrong[0].message}")
    rows = [member.model_dump() | {"sample": sample} for member in members.rows]
    connection = session.connection()
    connection.execute(delete(Membership).where(Membership.year == year))  # type: ignore[arg-type]
    connection.execute(insert(Membership), rows)
    standings.rebuild_totals(session, members.year)
    audit.raise_data_version(session)
    audit.record(session, actor, "counties.imported", subject=file_name, year=year, counties=len(rows), sample=sample)
    return len(rows)
