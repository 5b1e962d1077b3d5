"""Enterprises: they register themselves without an account, and the province or the national office confirms or refuses them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete
from sqlmodel import Session, col, func, select

from programme import accounts, audit, settings
from programme.applications import living_of
from programme.catalogue import catalogue
from programme.cell_text import clean_text
from programme.contact_checks import mail_problem, mobile_problem, one_line, tidy_mail, tidy_mobile
from programme.errors import NotAllowed, NotFound, Outdated, ProgrammeError
from programme.models import AppUser, Enterprise, RegistrationTry
from programme.organisation_codes import CodeProblem, compact, organisation_part, problem_of
from programme.passwords import Prepared
from programme.permissions import Actor, Permission, Role, Subject, everywhere, own_province, require, scope_of
from programme.project_facts import project_facts
from programme.project_queries import province_names
from programme.sessions import actor_of
from programme.settings import clock

WAITING, CONFIRMED, REFUSED = "waiting", "confirmed", "refused"
STATUS_NAMES: Final = {WAITING: "等待确认", CONFIRMED: "已确认", REFUSED: "未通过"}
FIELD_NAMES: Final = {
    "name": "单位名称",
    "code": "统一社会信用代码（或组织机构代码）",
    "province_code": "所在地",
    "contact": "联系人（职务）",
    "phone": "手机",
    "email": "电子邮箱",
}
IDENTIFYING: Final = ("name", "code", "province_code")
"""What was confirmed: an enterprise that changes one of these waits again."""
LONGEST_REASON: Final = 500
TAKEN: Final = (
    "这个代码已经登记，一个单位只登记一次。忘记账号，或不是本单位登记的，请联系所在省（区、市）网信办或国家网信办。"
)
TOO_OFTEN: Final = "注册过于频繁，请一小时后再试；急需办理的，请联系所在省（区、市）网信办。"
_LETTER: Final = re.compile(r"[^\W\d_]")


@dataclass(frozen=True)
class Registration:
    """What an enterprise says of itself. `contact` is a post, `province_code` has two digits."""

    name: str = ""
    code: str = ""
    province_code: str = ""
    contact: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True)
class EnterpriseView:
    """An enterprise as it stands. `note` is the reason of a refusal."""

    id: int
    registration: Registration
    province: str
    status: str
    note: str
    registered_at: datetime
    decided_at: datetime | None
    decided_by: str
    sample: bool

    @property
    def subject(self) -> Subject:
        return Subject(None, self.registration.province_code, self.id)

    @property
    def status_name(self) -> str:
        return STATUS_NAMES[self.status]


# --- what is wrong with it --------------------------------------------------------------------------------------------


def tidy(typed: Registration) -> Registration:
    """As it is stored."""
    return Registration(
        one_line(typed.name), compact(clean_text(one_line(typed.code)).replace(" ", "")), typed.province_code,
        one_line(typed.contact), tidy_mobile(typed.phone), tidy_mail(typed.email),
    )  # fmt: skip


def code_problem(typed: str) -> CodeProblem | None:
    """With the repaired code where there is one."""
    return problem_of(tidy(Registration(code=typed)).code)


def problems(typed: Registration) -> list[str]:
    """Everything that keeps it from being stored, as sentences in the order of the form."""
    return list(_problems(tidy(typed)))


def _problems(sound: Registration) -> Iterator[str]:
    most = project_facts().max_text
    for field in fields(sound):
        text = getattr(sound, field.name)
        if not text:
            yield f"请填写“{FIELD_NAMES[field.name]}”。"
        elif len(text) > most:
            yield f"“{FIELD_NAMES[field.name]}”请不超过{most}字，现有{len(text)}字。"
        elif sentence := _problem(field.name, text):
            yield sentence


def _problem(field: str, text: str) -> str | None:
    if field == "code":
        problem = problem_of(text)
        return problem.message if problem else None
    if field == "name" and not _LETTER.search(text):
        return "“单位名称”请填写营业执照上的全称。"
    rest = {"phone": mobile_problem, "email": mail_problem}.get(field, lambda _text: None)(text)
    return f"“{FIELD_NAMES[field]}”{rest}" if rest else None


def _refuse_unsound(session: Session, sound: Registration, *, own: int | None = None) -> None:
    if found := problems(sound):
        raise ProgrammeError("".join(found))
    if sound.province_code not in province_names(session):
        raise ProgrammeError("请从列表中选择所在的省（区、市）。")
    same = select(Enterprise.id).where(Enterprise.organisation == organisation_part(sound.code))
    if session.exec(same).first() not in (None, own):
        raise ProgrammeError(TAKEN)


# --- registering ------------------------------------------------------------------------------------------------------


def note_try(session: Session, address: str) -> bool:
    """Count one try to register from an address; False when there were too many, and nothing more is to be done for it."""
    limits, at = catalogue().limits["registration"], settings.now()
    session.connection().execute(
        delete(RegistrationTry).where(col(RegistrationTry.at) < at - timedelta(days=limits["tries_kept_days"]))
    )
    lately = select(func.count(col(RegistrationTry.id))).where(RegistrationTry.at > at - timedelta(hours=1))
    here = session.exec(lately.where(RegistrationTry.address == address)).one()
    if here >= limits["tries_per_hour"] or session.exec(lately).one() >= limits["tries_per_hour_in_all"]:
        return False
    session.add(RegistrationTry(address=address, at=at))
    session.flush()
    return True


def register(
    session: Session, typed: Registration, username: str, password: Prepared, address: str = "", *, sample: bool = False
) -> Actor:
    """An enterprise and its account, both or neither: nobody is signed in, so nobody's permission is asked.

    Raises ProgrammeError with everything that is wrong, for a code that is registered or a username that is taken.
    """
    sound = tidy(typed)
    _refuse_unsound(session, sound)
    name = accounts.free_username(session, username)
    stored = {**_values(sound), "organisation": organisation_part(sound.code)}
    enterprise = Enterprise.model_validate({**stored, "registered_at": settings.moment(), "sample": sample})
    session.add(enterprise)
    session.flush()
    user = AppUser(
        username=name, name=sound.name, role=Role.ENTERPRISE.value, province_code=sound.province_code,
        enterprise_id=enterprise.id, password_hash=password.hashed, sample=sample,
    )  # fmt: skip
    session.add(user)
    session.flush()
    actor = actor_of(user)
    audit.record(
        session, actor, "enterprise.registered", subject=sound.name, province_code=sound.province_code, code=sound.code,
        address=address, sample=sample,
    )  # fmt: skip
    return actor


def _values(sound: Registration) -> dict[str, str]:
    return {field.name: getattr(sound, field.name) for field in fields(sound)}


def amend(session: Session, actor: Actor, typed: Registration, seen: EnterpriseView) -> None:
    """Change one's own registration; after a refusal, or when name, code or place change, it waits to be confirmed again.

    Raises NotAllowed, Outdated when it was decided on or changed meanwhile, ProgrammeError with everything that is wrong.
    """
    row = _own(session, actor)
    require(actor, Permission.APPLY, Subject(None, "", row.id))
    _refuse_overtaken(_view(row, {}), seen)
    sound, before = tidy(typed), _view(row, {}).registration
    _refuse_unsound(session, sound, own=row.id)
    if sound == before and row.status != REFUSED:
        raise ProgrammeError("登记信息没有变化，不必保存。")
    if sound.province_code != before.province_code and living_of(session, row.id or 0):
        raise ProgrammeError("本单位有正在申报的项目，不能改所在地。请先申请退出该项目，或联系原所在省网信办。")
    again = row.status == REFUSED or any(getattr(sound, name) != getattr(before, name) for name in IDENTIFYING)
    row.sqlmodel_update(_values(sound) | {"organisation": organisation_part(sound.code)})
    if again:
        row.status, row.note, row.decided_at, row.decided_by = WAITING, "", None, ""
    for user in session.exec(select(AppUser).where(AppUser.enterprise_id == row.id)):
        user.name, user.province_code = sound.name, sound.province_code
    session.flush()
    audit.record(
        session, actor, "enterprise.amended", subject=sound.name, province_code=sound.province_code,
        changed=[FIELD_NAMES[name] for name in FIELD_NAMES if getattr(sound, name) != getattr(before, name)],
        state=STATUS_NAMES[row.status],
    )  # fmt: skip


def _own(session: Session, actor: Actor) -> Enterprise:
    found = session.get(Enterprise, actor.enterprise_id, with_for_update=True) if actor.enterprise_id else None
    if found is None:
        raise NotAllowed("这个账号没有登记的企业，不能申报。")
    return found


# --- deciding ---------------------------------------------------------------------------------------------------------


def confirm(session: Session, actor: Actor, seen: EnterpriseView) -> None:
    """From now on it may hand in an application. Raises NotAllowed, NotFound, Outdated when somebody was first."""
    _decide(session, actor, seen, CONFIRMED, "")


def refuse(session: Session, actor: Actor, seen: EnterpriseView, reason: str) -> None:
    """Refuse a registration with a reason that the enterprise reads; it may amend and ask again. Raises as `confirm`."""
    text = one_line(reason)
    if not text:
        raise ProgrammeError("不予确认须写明原因，企业看得到。")
    if len(text) > LONGEST_REASON:
        raise ProgrammeError(f"原因请不超过{LONGEST_REASON}字，现有{len(text)}字。")
    _decide(session, actor, seen, REFUSED, text)


def _decide(session: Session, actor: Actor, seen: EnterpriseView, status: str, note: str) -> None:
    row = session.get(Enterprise, seen.id, with_for_update=True)
    if row is None:
        raise NotFound("没有这个企业登记。")
    require(actor, Permission.CONFIRM_ENTERPRISE, _view(row, {}).subject)
    _refuse_overtaken(_view(row, {}), seen)
    if row.status != WAITING:
        raise ProgrammeError(f"“{row.name}”的登记{STATUS_NAMES[row.status]}，不必再办。")
    row.status, row.note, row.decided_at, row.decided_by = status, note, settings.moment(), actor.name
    session.flush()
    action = "enterprise.confirmed" if status == CONFIRMED else "enterprise.refused"
    audit.record(session, actor, action, subject=row.name, province_code=row.province_code, code=row.code, reason=note)


def _refuse_overtaken(now: EnterpriseView, seen: EnterpriseView) -> None:
    if now.status != seen.status and now.decided_by:
        raise Outdated(
            f"您查看期间，{now.decided_by}已于{clock(now.decided_at)}办理“{now.registration.name}”的登记（{now.status_name}），"
            "您的操作没有执行。请刷新后核对。"
        )
    if replace(now, province="") != replace(seen, province=""):
        raise Outdated("您查看期间，企业的登记信息已有改动，您的操作没有执行。请刷新后核对。")


# --- reading ----------------------------------------------------------------------------------------------------------


def enterprise_of(session: Session, actor: Actor) -> EnterpriseView | None:
    """The actor's own enterprise."""
    row = session.get(Enterprise, actor.enterprise_id) if actor.enterprise_id else None
    return _view(row, province_names(session)) if row else None


def enterprise_list(session: Session, actor: Actor) -> list[EnterpriseView]:
    """Those the actor decides on: the waiting ones first, the longest waiting at the head; then the latest decisions."""
    require(actor, Permission.CONFIRM_ENTERPRISE)
    scope, query = scope_of(actor, Permission.CONFIRM_ENTERPRISE), select(Enterprise)
    if scope is own_province:
        query = query.where(Enterprise.province_code == actor.province_code)
    elif scope is not everywhere:
        return []
    names = province_names(session)
    found = [
        _view(row, names) for row in session.exec(query.order_by(col(Enterprise.registered_at), col(Enterprise.id)))
    ]
    waiting = [one for one in found if one.status == WAITING]
    decided = sorted((one for one in found if one.decided_at), key=lambda one: one.decided_at or one.registered_at)
    return [*waiting, *reversed(decided)]


def _view(row: Enterprise, names: dict[str, str]) -> EnterpriseView:
    assert row.id is not None
    told = Registration(row.name, row.code, row.province_code, row.contact, row.phone, row.email)
    return EnterpriseView(
        row.id, told, names.get(row.province_code, ""), row.status, row.note, row.registered_at, row.decided_at,
        row.decided_by, row.sample,
    )  # fmt: skip
