"""Evidence registers handed in: what was judged is stored whole, as newer revisions. Nothing is ever deleted."""

from dataclasses import dataclass

from sqlmodel import Session, col

from programme import audit, identity_numbers, settings
from programme.bulk import insert_rows
from programme.calendar import Month
from programme.errors import Outdated, ProgrammeError
from programme.findings import errors, warnings
from programme.models import RegisterRevision, RegisterSubmission, StoredFile
from programme.permissions import Actor, Permission, Role, require
from programme.register_facts import Register
from programme.registers import CheckedRegister, Unit, permission_of, units_in_force


@dataclass(frozen=True)
class RegisterReceipt:
    """What became of a register. `submission_id` is None when nothing had changed."""

    submission_id: int | None
    units: int
    rows: int
    sentence: str


def submit_register(
    session: Session, actor: Actor, checked: CheckedRegister, reason: str = "", *, channel: str = "file",
    sample: bool = False,
) -> RegisterReceipt:  # fmt: skip
    """Store what was previewed, whole or not at all; the same content again changes nothing.

    Raises ProgrammeError while errors stand or warnings lack a reason, NotAllowed outside the actor's scope, Outdated
    when somebody else handed in the same register since.
    """
    register = _refuse_unfit(actor, checked, reason)
    _refuse_outdated(session, checked, register)
    changed = [unit for unit in checked.units if unit.changed]
    if not changed:
        return RegisterReceipt(None, 0, 0, checked.same_sentence)
    submission = _store_submission(session, actor, checked, register, changed, (reason, channel, sample))
    _store_units(session, actor, checked, register, changed, submission)
    _record(session, actor, checked, register, changed, submission)
    rows = sum(len(unit.entries) for unit in changed)
    return RegisterReceipt(submission, len(changed), rows, _sentence(checked, register, changed, rows))


def _refuse_unfit(actor: Actor, checked: CheckedRegister, reason: str) -> Register:
    require(actor, Permission.SUBMIT_REGISTER)
    if wrong := errors(checked.findings):
        raise ProgrammeError(f"还有{len(wrong)}处错误，不能报送。请按核对结果修改后重新上传。")
    if checked.register is None or not checked.units:
        raise ProgrammeError("文件中没有可以报送的明细，请按核对结果修改后重新上传。")
    for county in {unit.county_id for unit in checked.units}:
        require(actor, permission_of(checked.register), checked.members[county].subject)
    if (doubtful := warnings(checked.findings)) and not reason.strip():
        raise ProgrammeError(f"有{len(doubtful)}处警告需要确认，请填写原因后再报送。")
    return checked.register


def _refuse_outdated(session: Session, checked: CheckedRegister, register: Register) -> None:
    now = units_in_force(
        session, register, col(RegisterRevision.county_id).in_({unit.county_id for unit in checked.units})
    )
    for unit in checked.units:
        revision = now[unit.key][0] if unit.key in now else 0
        if revision != unit.base:
            name, month = checked.members[unit.county_id].name, Month.from_number(unit.month)
            raise Outdated(
                f"您核对期间，{name}{month.chinese}的“{register.title}”已有新版本（第{revision}版）。请重新核对后再报送。"
            )


def _store_submission(
    session: Session, actor: Actor, checked: CheckedRegister, register: Register, changed: list[Unit],
    how: tuple[str, str, bool],
) -> int:  # fmt: skip
    """A file with identity numbers is never stored: only a keyed digest."""
    reason, channel, sample = how
    if not register.secret and session.get(StoredFile, checked.digest) is None:
        session.add(StoredFile(sha256=checked.digest, name=checked.file_name, content=checked.content))
    submission = RegisterSubmission(
        user_id=actor.id, user_name=actor.name, kind=register.code, file_digest=checked.digest,
        file_name=checked.file_name, kept=not register.secret, channel=channel, reason=identity_numbers.hidden(reason.strip()),
        counties=len({unit.county_id for unit in changed}), rows=sum(len(unit.entries) for unit in changed),
        sample=sample,
    )  # fmt: skip
    session.add(submission)
    session.flush()
    assert submission.id is not None
    return submission.id


def _store_units(
    session: Session, actor: Actor, checked: CheckedRegister, register: Register, changed: list[Unit], submission: int
) -> None:
    for unit in changed:
        behalf = f"{checked.members[unit.county_id].name}工作小组"
        session.add(
            RegisterRevision(
                county_id=unit.county_id, month=unit.month, kind=register.code, source=unit.source,
                revision=unit.base + 1, submission_id=submission, rows=len(unit.entries), digest=unit.digest,
                on_behalf="" if actor.role is Role.COUNTY or register.third else behalf,
            )
        )  # fmt: skip
    session.flush()
    sheets = [f"第{number}张" if register.secret else table.sheet for number, table in enumerate(checked.tables, 1)]
    columns = (
        "county_id", "month", "kind", "source", "revision", "number", "key_hash", "amount", "texts", "sheet", "row",
    )  # fmt: skip
    rows = (
        (
            unit.county_id, unit.month, register.code, unit.source, unit.base + 1, number, entry.key_hash, entry.amount,
            entry.texts, sheets[entry.table], checked.tables[entry.table].rows[entry.place],
        )
        for unit in changed
        for number, entry in enumerate(unit.entries, 1)
    )  # fmt: skip
    insert_rows(session, "register_row", columns, rows)


def _record(
    session: Session, actor: Actor, checked: CheckedRegister, register: Register, changed: list[Unit], submission: int
) -> None:
    """One event per county: which months became which revision."""
    action, at = "platform.submitted" if register.third else "register.submitted", settings.moment()
    by_county: dict[int, list[str]] = {}
    for unit in changed:
        source = f" {unit.source}" if unit.source else ""
        text = f"{Month.from_number(unit.month)}{source} r{unit.base + 1}（{len(unit.entries)}条）"
        by_county.setdefault(unit.county_id, []).append(text)
    events = []
    for county, months in by_county.items():
        place = checked.members[county]
        detail = {"register": register.name, "submission": submission, "months": months, "file": checked.digest}
        events.append(audit.event(at, actor, action, place.name, county, place.code[:2], detail))
    audit.record_many(session, events)


def _sentence(checked: CheckedRegister, register: Register, changed: list[Unit], rows: int) -> str:
    places = list(dict.fromkeys(unit.county_id for unit in changed))
    names = "、".join(checked.members[county].name for county in places[:3])
    more = f"等{len(places)}个县" if len(places) > 3 else ""
    months = [Month.from_number(number) for number in sorted({unit.month for unit in changed})]
    period = months[0].chinese if len(months) == 1 else f"{months[0].chinese}至{months[-1].chinese}"
    unchanged = len(checked.units) - len(changed)
    same = f"另有{unchanged}份与已报的相同，未变。" if unchanged else ""
    emptied = sum(not unit.entries for unit in changed)
    gone = f"新文件中没有的{emptied}份已清空。" if emptied else ""
    return f"已报送：{names}{more}{period}“{register.title}”，共{rows}条。{gone}{same}"
