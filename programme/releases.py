"""发布: a month frozen as it was accepted, numbered, with a hash over its content. It never changes; a further one may take
its place, with a reason."""

import json
from collections.abc import Sequence
from typing import Any, Final

from sqlmodel import Session, select

from programme import audit
from programme.bulk import insert_columns, insert_rows
from programme.calendar import Month
from programme.catalogue import Kpi, catalogue
from programme.errors import Outdated, ProgrammeError
from programme.models import Membership, Release, ReleasedMember, ReleasedStanding
from programme.permissions import Actor
from programme.queries import View, progress_of, sums, year_in, year_named
from programme.release_content import Prepared, digest, prepare, released, target_facts
from programme.release_issues import Issue, content_of, issue
from programme.standings import TOTAL_KEYS, Chain, columns_with_gaps, kpi_codes

LONGEST: Final = 500


def release(session: Session, actor: Actor, prepared: Prepared, reason: str = "") -> Issue:
    """Freeze what was prepared and seen. Raises NotAllowed, Outdated when something was accepted or released meanwhile, and
    ProgrammeError when a release is to be superseded without a reason."""
    now = prepare(session, actor, prepared.month)
    if now.fingerprint != prepared.fingerprint:
        raise Outdated("您查看期间，又有月报被接收或已有新的发布，内容已变。请核对新的内容后再发布。")
    if now.supersedes and not reason.strip():
        raise ProgrammeError(f"{now.month.chinese}已发布第{now.supersedes}期，再次发布将替换它，请写明原因。")
    content = now.content(reason.strip()[:LONGEST])
    row = Release(
        number=now.number, year=now.year.year, month=now.month.number, user_id=actor.id, user_name=actor.name,
        supersedes=now.supersedes, accepted=now.accepted, expected=len(now.members), sha256=digest(content),
        content=content, sample=now.is_sample,
    )  # fmt: skip
    session.add(row)
    session.flush()
    _store_members(session, now)
    insert_columns(session, "released_standing", _standings(now))
    columns = ("release", *TOTAL_KEYS, "returns", *kpi_codes())
    insert_rows(session, "released_total", columns, ((now.number, *total) for total in now.totals))
    audit.raise_data_version(session)
    audit.record(
        session, actor, "release.made", subject=f"第{now.number}期", months=str(now.month), sha256=row.sha256,
        accepted=now.accepted, supersedes=now.supersedes, reason=reason.strip(),
    )  # fmt: skip
    return issue(row)


def _store_members(session: Session, now: Prepared) -> None:
    query = select(Membership).where(Membership.year == now.year.year)
    for member in session.exec(query).all():
        facts = member.model_dump(exclude={"year"})
        session.add(ReleasedMember(release=now.number, **facts))
    session.flush()


def _standings(now: Prepared) -> dict[str, Sequence[Any]]:
    chain = now.chain
    keys = {"county_id": chain.county.tolist(), "month": chain.month.tolist(), "revision": chain.revision.tolist()}
    return keys | {"release": [now.number] * len(chain.county)} | columns_with_gaps(*chain.to_date)


# --- is it still what it was? ---------------------------------------------------------------------------------------


def verify(session: Session, actor: Actor, number: int) -> list[str]:
    """What is wrong with a release, as sentences: its hash, its returns against the revisions they name, its totals against
    an addition of those returns, and what screens read against both. [] when everything agrees. Raises NotFound."""
    content, sha256 = content_of(session, actor, number)
    if digest(content) != sha256:
        return [f"第{number}期的内容与其 SHA-256 不符。"]
    facts = json.loads(content)
    return [
        f"第{number}期{sentence}"
        for sentence, agrees in (
            ("所列的月报与库中的版本不一致。", _as_handed_in(session, facts)),
            ("的合计与所列月报之和不一致。", _as_added_up(facts)),
            ("各县的累计数与所列月报不一致。", _as_on_county_pages(session, facts)),
            ("的合计、目标或状态与页面所用的不一致。", _as_on_screens(session, facts)),
        )
        if not agrees
    ]


def _frozen(facts: dict[str, Any]) -> dict[tuple[int, int], tuple[int, dict[str, int | None]]]:
    """County and month → revision and figures by indicator, of the indicators there were."""
    codes, ids = facts["returns"]["columns"][3:], {code: county for county, code, *_ in facts["members"]}
    return {(ids[row[0]], row[1]): (row[2], dict(zip(codes, row[3:], strict=True))) for row in facts["returns"]["rows"]}


def _as_handed_in(session: Session, facts: dict[str, Any]) -> bool:
    codes = facts["returns"]["columns"][3:]
    held = {
        key: (revision, {code: figure for code, figure in zip(kpi_codes(), figures, strict=True) if code in codes})
        for key, (revision, figures) in released(session, facts["number"]).items()
    }
    return held == _frozen(facts)


def _as_added_up(facts: dict[str, Any]) -> bool:
    targets = facts["targets"]
    return all(_added_up(facts, catalogue().kpi(line["kpi"]), line["tier"]) == line["actual"] for line in targets)


def _as_on_county_pages(session: Session, facts: dict[str, Any]) -> bool:
    frozen = _frozen(facts)
    chain = Chain.of(
        [(*key, revision) for key, (revision, _) in frozen.items()],
        [[figures.get(code) for code in kpi_codes()] for _, figures in frozen.values()],
    )
    columns = [getattr(ReleasedStanding, code) for code in kpi_codes()]
    query = select(ReleasedStanding.county_id, ReleasedStanding.month, *columns)
    held = session.exec(query.where(ReleasedStanding.release == facts["number"])).all()
    figures = columns_with_gaps(*chain.to_date).values()
    expected = zip(chain.county.tolist(), chain.month.tolist(), *figures, strict=True)
    return {tuple(row) for row in held} == set(expected)


def _as_on_screens(session: Session, facts: dict[str, Any]) -> bool:
    view = View(Month.parse(facts["month"]), release=facts["number"])
    year = year_in(session, year_named(facts["year"]), view.release)
    return [target_facts(line) for line in progress_of(sums(session, year, view), year, view)] == facts["targets"]


def _added_up(facts: dict[str, Any], kpi: Kpi, tier: str) -> int | None:
    """A target's figure from the frozen returns alone, one by one: the sum of a flow's months, the last level of a stock."""
    at = facts["returns"]["columns"].index(kpi.code)
    inside = {member[1] for member in facts["members"] if tier in (member[3], "all")}
    reached: dict[str, int] = {}
    for row in sorted(facts["returns"]["rows"], key=lambda row: int(row[1])):
        if row[0] in inside and row[at] is not None:
            reached[row[0]] = row[at] + (reached.get(row[0], 0) if kpi.is_flow else 0)
    return sum(reached.values()) if reached else None
