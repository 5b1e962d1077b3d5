"""What has been released: the numbered releases of a year, and which of them is in force."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, select

from programme.calendar import Month
from programme.catalogue import Year, catalogue
from programme.errors import NotFound, ProgrammeError
from programme.models import Release
from programme.permissions import Actor, Permission, Subject, require, scope_of


@dataclass(frozen=True)
class Issue:
    """A release as lists show it (第 N 期). `superseded_by` is 0 while it is in force."""

    number: int
    month: Month
    made_at: datetime
    user_name: str
    supersedes: int | None
    accepted: int
    expected: int
    sha256: str
    superseded_by: int = 0

    @property
    def title(self) -> str:
        return f"第{self.number}期（{self.month.chinese}）"

    @property
    def replaced(self) -> str:
        """已被第6期替换, "" while it is in force."""
        return f"已被第{self.superseded_by}期替换" if self.superseded_by else ""


def issues(session: Session, year: Year | None = None) -> list[Issue]:
    """Every release, of the year when given, oldest first; those that were superseded too. Releases are for everybody who may
    see totals: who asks is for the caller."""
    columns: list[Any] = [
        Release.number, Release.month, Release.made_at, Release.user_name, Release.supersedes, Release.accepted,
        Release.expected, Release.sha256,
    ]  # fmt: skip
    query = select(*columns).order_by(Release.number)
    rows: Any = session.exec(query if year is None else query.where(Release.year == year.year)).all()
    follower = {row.supersedes: row.number for row in rows if row.supersedes}
    return [issue(row, follower.get(row.number, 0)) for row in rows]


def issue(row: Any, superseded_by: int = 0) -> Issue:
    return Issue(
        number=row.number, month=Month.from_number(row.month), made_at=row.made_at, user_name=row.user_name,
        supersedes=row.supersedes, accepted=row.accepted, expected=row.expected, sha256=row.sha256,
        superseded_by=superseded_by,
    )  # fmt: skip


def in_force(every: Sequence[Issue]) -> dict[Month, Issue]:
    """The release in force of each month."""
    return {one.month: one for one in every if not one.superseded_by}


def numbered(session: Session, number: int) -> Issue:
    """Raises NotFound."""
    found = next((one for one in issues(session) if one.number == number), None)
    if found is None:
        raise NotFound(f"没有第{number}期。")
    return found


def issue_of(session: Session, month: Month) -> Issue:
    """The release in force of a month. Raises ProgrammeError when there is none."""
    year = catalogue().year_of(month)
    found = in_force(issues(session, year)).get(month) if year else None
    if found is None:
        raise ProgrammeError(f"{month.chinese}还没有发布。")
    return found


def content_of(session: Session, actor: Actor, number: int) -> tuple[str, str]:
    """The frozen content (JSON), which holds every county's figures, and its SHA-256. For those who see every county; raises
    NotAllowed and NotFound."""
    require(actor, Permission.SEE_COUNTY, Subject(None, ""))
    return _frozen(session, number)


def told_of(session: Session, actor: Actor, number: int) -> dict[str, Any]:
    """What a release says to the actor: its totals for everybody who sees totals, the counties not in it and the corrections of
    those within their scope. Raises NotFound."""
    require(actor, Permission.SEE_TOTALS)
    facts: dict[str, Any] = json.loads(_frozen(session, number)[0])
    scope = scope_of(actor, Permission.SEE_COUNTY)
    seen = {
        code for county, code, *_ in facts["members"] if scope is not None and scope(actor, Subject(county, code[:2]))
    }
    for name in ("absent", "corrections"):
        facts[name] = [one for one in facts[name] if one["county"] in seen]
    del facts["returns"], facts["members"]
    return facts


def _frozen(session: Session, number: int) -> tuple[str, str]:
    release = session.get(Release, number)
    if release is None:
        raise NotFound(f"没有第{number}期。")
    return release.content, release.sha256
