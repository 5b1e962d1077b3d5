"""实地考察 and 工作督导: what was found in a county, by whom by post, and how it scored. A correction is a new revision."""

import io
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import chain
from typing import Any, Final

from PIL import Image
from sqlalchemy import func
from sqlmodel import Session, col, select

from programme import audit, evidence, identity_numbers, settings
from programme.catalogue import Tier, Year, catalogue
from programme.county_evaluation_standard import Method, county_standard
from programme.errors import NotAllowed, NotFound, Outdated, ProgrammeError
from programme.evidence import File
from programme.form_parts import storable
from programme.models import County, CountyVisit, CountyVisitFile, CountyVisitScore, Membership, StoredFile
from programme.permissions import ROLE_NAMES, Actor, Permission, Role, Subject, require, scope_of
from programme.settings import clock

LONGEST_REASON: Final = 500
LOWEST, HIGHEST = 0, 100
PICTURES: Final = ("png", "jpg", "jpeg")
Uploaded = Sequence[tuple[str, bytes]]


@dataclass(frozen=True)
class Entry:
    """What is written down of a visit. `scores` by dimension, 0 to 100; a dimension that was not looked at has none."""

    method: Method
    day: date
    visitors: str
    findings: str
    scores: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Visit:
    """A record as it counts now: its newest revision."""

    county_id: int
    code: str
    county: str
    province: str
    number: int
    revision: int
    entry: Entry
    files: tuple[File, ...]
    reason: str
    withdrawn: bool
    role: Role
    at: datetime
    user_name: str
    sample: bool

    @property
    def subject(self) -> Subject:
        return Subject(self.county_id, self.code[:2])

    @property
    def title(self) -> str:
        return f"{self.county}第{self.number}次{county_standard().methods[self.entry.method]}"


# --- reading --------------------------------------------------------------------------------------------------------


def visits(session: Session, actor: Actor, county_ids: Iterable[int] | None = None) -> list[Visit]:
    """Those in the actor's scope as they count now, withdrawn ones too, the newest day first; of these counties only when given."""
    scope = scope_of(actor, Permission.SEE_COUNTY_EVALUATION)
    if scope is None:
        return []
    found = [one for one in every_visit(session, county_ids) if scope(actor, one.subject)]
    return sorted(found, key=lambda one: (one.entry.day, one.number), reverse=True)


def every_visit(session: Session, county_ids: Iterable[int] | None = None) -> list[Visit]:
    """As `visits`, whoever looks, by county and number."""
    query = select(CountyVisit, County).join(County, col(County.id) == CountyVisit.county_id)
    if county_ids is not None:
        query = query.where(col(CountyVisit.county_id).in_(list(county_ids)))
    ordered = query.order_by(County.code, col(CountyVisit.number), col(CountyVisit.revision))
    newest = {(row.county_id, row.number): (row, county) for row, county in session.exec(ordered)}
    scores, files = _beside(session, CountyVisitScore), _beside(session, CountyVisitFile)
    return [
        _visit(
            row, county, scores[row.county_id, row.number, row.revision], files[row.county_id, row.number, row.revision]
        )
        for row, county in newest.values()
    ]


def _beside(session: Session, table: Any) -> dict[tuple[int, int, int], list[Any]]:
    """The rows of a table beside the records, by county, number and revision."""
    found: dict[tuple[int, int, int], list[Any]] = defaultdict(list)
    for row in session.exec(select(table).order_by(*table.__table__.primary_key)):
        found[row.county_id, row.number, row.revision].append(row)
    return found


def _visit(row: CountyVisit, county: County, scores: Sequence[Any], files: Sequence[Any]) -> Visit:
    scored = {one.dimension: one.score for one in scores}
    return Visit(
        county_id=row.county_id, code=county.code, county=county.name, province=county.province, number=row.number,
        revision=row.revision, entry=Entry(Method(row.method), row.day, row.visitors, row.findings, scored),
        files=tuple(File(one.name, one.sha256) for one in files), reason=row.reason, withdrawn=row.withdrawn,
        role=Role(row.role), at=row.at, user_name=row.user_name, sample=row.sample,
    )  # fmt: skip


def revisions_of(session: Session, actor: Actor, county_id: int, number: int) -> list[CountyVisit]:
    """Every revision of a record in the actor's scope, oldest first."""
    county = session.get(County, county_id)
    if county is None:
        raise NotFound("没有这个县。")
    require(actor, Permission.SEE_COUNTY_EVALUATION, Subject(county_id, county.province_code))
    query = select(CountyVisit).where(CountyVisit.county_id == county_id, CountyVisit.number == number)
    return list(session.exec(query.order_by(col(CountyVisit.revision))))


def file_content(session: Session, actor: Actor, county_id: int, sha256: str) -> bytes:
    """A file of a record of this county. Raises NotAllowed, NotFound."""
    county = session.get(County, county_id)
    if county is None:
        raise NotFound("没有这个县。")
    require(actor, Permission.SEE_COUNTY_EVALUATION, Subject(county_id, county.province_code))
    query = select(CountyVisitFile).where(CountyVisitFile.county_id == county_id, CountyVisitFile.sha256 == sha256)
    if session.exec(query).first() is None:
        raise NotFound("没有这份材料，请刷新后重试。")
    return session.get_one(StoredFile, sha256).content


# --- writing --------------------------------------------------------------------------------------------------------


def record_visit(
    session: Session, actor: Actor, code: str, entry: Entry, files: Uploaded = (), *, sample: bool = False
) -> Visit:
    """Raises NotAllowed outside the scope, NotFound outside the list of counties, ProgrammeError for what is missing or wrong."""
    require(actor, Permission.RECORD_VISIT)
    county, tier = _member(session, actor, code)
    clean = _sound(entry, tier)
    query = select(func.max(CountyVisit.number)).where(CountyVisit.county_id == county.id)
    number = (session.exec(query).one() or 0) + 1
    _store(session, actor, county, number, 1, clean, [], files, sample=sample)
    audit.record(
        session, actor, "visit.recorded", subject=county.name, county_id=county.id, province_code=county.province_code,
        number=number, method=county_standard().methods[clean.method], day=clean.day.isoformat(),
    )  # fmt: skip
    return _now(session, county, number)


def correct_visit(
    session: Session, actor: Actor, seen: Visit, entry: Entry, reason: str, files: Uploaded = (),
    without: Sequence[str] = (), *, withdrawn: bool = False,
) -> Visit:  # fmt: skip
    """Write the record anew, or withdraw it, with a reason; by the same kind of office that recorded it. `without`: digests of
    files that are left out. Raises NotAllowed, NotFound, Outdated, ProgrammeError."""
    require(actor, Permission.RECORD_VISIT)
    county, tier = _member(session, actor, seen.code)
    now = _now(session, county, seen.number)
    if actor.role is not now.role:
        raise NotAllowed(f"这条记录由{ROLE_NAMES[now.role]}登记，请由登记单位更正。")
    if now.revision != seen.revision:
        raise Outdated(f"您查看期间，{now.user_name}已于{clock(now.at)}更正这条记录。请刷新后重试。")
    if now.withdrawn:
        raise ProgrammeError("这条记录已作废，请重新登记。")
    why = storable(reason).strip()[:LONGEST_REASON]
    if not why:
        raise ProgrammeError("请写明更正或作废的原因。")
    kept = [one for one in now.files if one.sha256 not in set(without)]
    clean = now.entry if withdrawn else _sound(entry, tier)
    _store(
        session,
        actor,
        county,
        now.number,
        now.revision + 1,
        clean,
        kept,
        files,
        why,
        withdrawn=withdrawn,
        sample=now.sample,
    )
    audit.record(
        session, actor, "visit.withdrawn" if withdrawn else "visit.corrected", subject=county.name, county_id=county.id,
        province_code=county.province_code, number=now.number, revision=now.revision + 1, reason=why,
    )  # fmt: skip
    return _now(session, county, now.number)


def _store(
    session: Session, actor: Actor, county: County, number: int, revision: int, entry: Entry, kept: Sequence[File],
    added: Uploaded, reason: str = "", *, withdrawn: bool = False, sample: bool,
) -> None:  # fmt: skip
    limits, key = county_standard().limits, {"county_id": county.id, "number": number, "revision": revision}
    for name, content in added:
        _refuse_broken_picture(name, content)
    files = {one.sha256: one for one in (*kept, *(evidence.keep(session, *one, limits.max_bytes) for one in added))}
    if len(files) > limits.max_files:
        raise ProgrammeError(f"图片和材料请不超过{limits.max_files}份，现有{len(files)}份。")
    session.add(
        CountyVisit(
            **key, method=entry.method.value, day=entry.day, visitors=entry.visitors, findings=entry.findings, reason=reason,
            withdrawn=withdrawn, role=actor.role.value, sample=sample, at=settings.moment(), user_id=actor.id,
            user_name=actor.name,
        )
    )  # fmt: skip
    session.add_all(CountyVisitScore(**key, dimension=code, score=score) for code, score in entry.scores.items())
    session.add_all(
        CountyVisitFile(**key, place=place, name=one.name, sha256=one.sha256)
        for place, one in enumerate(files.values(), 1)
    )
    session.flush()


def _refuse_broken_picture(name: str, content: bytes) -> None:
    """Pages show pictures: one that cannot be opened is not kept."""
    if name.rpartition(".")[2].lower() not in PICTURES or not content:
        return
    try:
        with Image.open(io.BytesIO(content)) as picture:
            picture.verify()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise ProgrammeError(f"图片“{name[:60]}”打不开，请重新选择。") from None


def _now(session: Session, county: County, number: int) -> Visit:
    assert county.id is not None
    found = next((one for one in every_visit(session, [county.id]) if one.number == number), None)
    if found is None:
        raise NotFound(f"{county.name}没有第{number}条考察督导记录，请刷新后重试。")
    return found


def _member(session: Session, actor: Actor, code: str) -> tuple[County, Tier]:
    """The county and its tier this year. Raises NotAllowed, NotFound."""
    year: Year = catalogue().current_year
    county = session.exec(select(County).where(County.code == code)).first()
    if county:
        require(actor, Permission.RECORD_VISIT, Subject(county.id, county.province_code))
    member = session.get(Membership, (year.year, county.id)) if county else None
    if county is None or member is None:
        raise NotFound(f"“{code}”不在{year.year}年度的县名单中，请检查县代码。")
    return county, Tier(member.tier)


def _sound(entry: Entry, tier: Tier) -> Entry:
    """The entry as it is kept. Raises ProgrammeError."""
    year, today = catalogue().current_year, settings.today()
    visitors, findings = storable(entry.visitors).strip(), storable(entry.findings).strip()
    clean = Entry(entry.method, entry.day, visitors, findings, dict(entry.scores))
    if sentence := next(chain(_unfit_texts(clean), _unfit_scores(clean, tier)), None):
        raise ProgrammeError(sentence)
    if not year.launch <= entry.day <= today:
        raise ProgrammeError(f"日期应在{year.launch:%Y-%m-%d}至今天（{today:%Y-%m-%d}）之间。")
    return clean


def _unfit_texts(entry: Entry) -> Iterator[str]:
    """What is wrong with the words of an entry, as sentences."""
    limits = county_standard().limits
    if not entry.visitors:
        yield "请填写考察督导人员的职务，例如“省农业农村厅信息中心副主任”，不写姓名。"
    if not entry.findings:
        yield "请写明考察督导发现的情况。"
    for name, text, most in (
        ("职务", entry.visitors, limits.max_visitors),
        ("发现的情况", entry.findings, limits.max_findings),
    ):
        if len(text) > most:
            yield f"{name}请不超过{most}字，现有{len(text)}字。"
        if identity_numbers.found_in(text):
            yield f"{name}里像是有身份证号，请删除后再登记。"


def _unfit_scores(entry: Entry, tier: Tier) -> Iterator[str]:
    standard = county_standard()
    if entry.method is Method.COMPUTED:
        yield "请选择实地考察或工作督导。"
    may = {one.code for one in standard.recorded_by(entry.method, tier)}
    if strange := set(entry.scores) - may:
        names = "、".join(one.name for one in standard.dimensions if one.code in strange)
        yield f"按评估标准，{standard.methods[entry.method]}不评{names or '、'.join(sorted(strange))}。"
    if any(not LOWEST <= score <= HIGHEST for score in entry.scores.values()):
        yield f"评分应是{LOWEST}至{HIGHEST}的整数。"
