"""A register taken back: a county's month of one kind stands without rows from then on (本月无明细). Nothing is deleted."""

import hashlib
from dataclasses import dataclass

from sqlmodel import Session, col, select

from programme import audit, identity_numbers
from programme.calendar import Month
from programme.catalogue import catalogue
from programme.errors import NotFound, Outdated, ProgrammeError
from programme.models import RegisterRevision, RegisterSubmission
from programme.permissions import Actor, Role, require
from programme.register_facts import Register
from programme.registers import newest, of_revision, permission_of, register_named
from programme.returns import Member, members_of

_NOTHING = hashlib.sha256(b"").hexdigest()


@dataclass(frozen=True)
class InForce:
    """What stands of one register in a county's month: source (of platforms), revision and rows of each, none without rows."""

    register: Register
    county: Member
    month: Month
    revisions: tuple[tuple[str, int, int], ...]

    @property
    def name(self) -> str:
        """泸水市2019年6月“信息台账”."""
        return f"{self.county.name}{self.month.chinese}“{self.register.title}”"

    @property
    def text(self) -> str:
        """现行第2版，共3条; with the platform before each of several."""
        return "；".join(
            f"{f'{source}：' if source else ''}现行第{revision}版，{rows:,}条"
            for source, revision, rows in self.revisions
        )


def in_force(session: Session, actor: Actor, kind: str, county_id: int, month: Month) -> InForce:
    """Raises NotFound for a register or county that does not exist, NotAllowed for whoever may not hand it in."""
    register = register_named(kind)
    year = catalogue().year_of(month) or catalogue().current_year
    county = members_of(session, year).get(county_id)
    if county is None:
        raise NotFound(f"这个县不在{year.year}年度的名单之内。")
    require(actor, permission_of(register), county.subject)
    here = (RegisterRevision.county_id == county_id, RegisterRevision.month == month.number)
    current = newest(kind, *here)
    query = (
        select(RegisterRevision.source, RegisterRevision.revision, RegisterRevision.rows)
        .join(current, of_revision(RegisterRevision, kind, current))
        .where(RegisterRevision.rows > 0)
        .order_by(col(RegisterRevision.source))
    )
    return InForce(
        register, county, month, tuple((source, number, rows) for source, number, rows in session.exec(query))
    )


def withdraw(session: Session, actor: Actor, seen: InForce, reason: str, *, channel: str = "online") -> str:
    """Put a revision without rows above each that stands; `seen` is what was before the eyes of whoever withdraws.

    Returns what became of it. Raises NotAllowed, ProgrammeError without a reason or where nothing stands, Outdated when
    something else stands by now.
    """
    now = in_force(session, actor, seen.register.code, seen.county.county_id, seen.month)
    reason = identity_numbers.hidden(reason.strip())
    if not now.revisions:
        raise ProgrammeError(f"{now.name}没有现行的明细，不需要撤回。")
    if now.revisions != seen.revisions:
        raise Outdated(f"您查看期间，{now.name}已有新版本。请核对现行的明细后再撤回。")
    if not reason:
        raise ProgrammeError("请写明撤回的原因。")
    submission = _store(session, actor, now, reason, channel)
    audit.record(
        session, actor, "register.withdrawn", subject=now.county.name, county_id=now.county.county_id,
        province_code=now.county.code[:2], register=now.register.name, submission=submission, months=str(now.month),
        revisions=[f"{source} r{revision + 1}".strip() for source, revision, _ in now.revisions], reason=reason,
    )  # fmt: skip
    return f"已撤回：{now.name}改为本月无明细，原有各版仍保留。"


def _store(session: Session, actor: Actor, now: InForce, reason: str, channel: str) -> int:
    submission = RegisterSubmission(
        user_id=actor.id, user_name=actor.name, kind=now.register.code, file_digest="", file_name="", kept=False,
        channel=channel, reason=reason, counties=1, rows=0, sample=now.county.sample,
    )  # fmt: skip
    session.add(submission)
    session.flush()
    assert submission.id is not None
    behalf = "" if actor.role is Role.COUNTY or now.register.third else f"{now.county.name}工作小组"
    for source, revision, _ in now.revisions:
        session.add(
            RegisterRevision(
                county_id=now.county.county_id, month=now.month.number, kind=now.register.code, source=source,
                revision=revision + 1, submission_id=submission.id, rows=0, digest=_NOTHING, on_behalf=behalf,
            )
        )  # fmt: skip
    session.flush()
    return submission.id
