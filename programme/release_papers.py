"""What is made from a release on demand, and for whom: 简报, the data, one-page sheets. Nothing is kept; whoever asks again gets
the same bytes."""

from sqlmodel import Session

from programme.bulletin_queries import before
from programme.data_book import data_xlsx
from programme.frozen_release import Frozen, FrozenMember, frozen
from programme.models import ReleasedMember
from programme.permissions import Actor, Permission, Subject, refusal, require
from programme.release_issues import Issue
from programme.release_sheets import core_of, county_pdf, group_pdf, member_of

EVERYWHERE = Subject(None, "")


def file_name(issue: Issue, what: str) -> str:
    """第5期_2019-09_简报.pptx; of one that was superseded 第5期_2019-09_已被第6期替换_简报.pptx"""
    return "_".join(part for part in (f"第{issue.number}期", str(issue.month), issue.replaced, what) if part)


def briefing(session: Session, actor: Actor, number: int) -> bytes:
    """The slides, which name counties: for those who see every county. Raises NotAllowed and NotFound."""
    from programme.briefing import briefing_pptx  # noqa: PLC0415  (a quarter of a second, and only slides need it)

    require(actor, Permission.SEE_COUNTY, EVERYWHERE)
    earlier = before(session, number)
    return briefing_pptx(frozen(session, number), earlier.title if earlier else "")


def data(session: Session, actor: Actor, number: int) -> bytes:
    """Every county's figures: for those who see every county. Raises NotAllowed and NotFound."""
    require(actor, Permission.SEE_COUNTY, EVERYWHERE)
    return data_xlsx(frozen(session, number))


def county_sheet(session: Session, actor: Actor, code: str, number: int) -> bytes:
    """Raises NotAllowed outside the actor's scope, NotFound without the release or the county in it."""
    held, county = _in_release(session, actor, code, number)
    require(actor, Permission.SEE_COUNTY, _subject(county))
    return county_pdf(held, code)


def group_sheet(session: Session, actor: Actor, code: str, number: int) -> bytes:
    """Of the group of this core county: for those who see all its counties. Raises NotAllowed and NotFound."""
    held, _ = _in_release(session, actor, code, number)
    for member in held.group(core_of(held, code).county_id):
        require(actor, Permission.SEE_COUNTY, _subject(member))
    return group_pdf(held, code)


def sheets_within_reach(held: Frozen, actor: Actor) -> tuple[list[FrozenMember], list[FrozenMember]]:
    """The core counties whose whole group the actor sees, and the counties they see; each by code."""
    seen = {county for county, member in held.members.items() if _sees(actor, member)}
    groups = [core for core in held.cores if {one.county_id for one in held.group(core.county_id)} <= seen]
    return groups, sorted((held.members[county] for county in seen), key=lambda member: member.code)


def is_in(session: Session, county_id: int, number: int) -> bool:
    """Whether a county took part in a release."""
    return session.get(ReleasedMember, (county_id, number)) is not None


def _in_release(session: Session, actor: Actor, code: str, number: int) -> tuple[Frozen, FrozenMember]:
    require(actor, Permission.SEE_COUNTY)
    held = frozen(session, number)
    return held, member_of(held, code)


def _subject(county: FrozenMember) -> Subject:
    return Subject(county.county_id, county.code[:2])


def _sees(actor: Actor, county: FrozenMember) -> bool:
    return refusal(actor, Permission.SEE_COUNTY, _subject(county)) is None
