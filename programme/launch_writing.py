"""The verb by which a launch record is kept, finished or not."""

import json
from typing import Final

from sqlmodel import Session

from programme import audit, settings
from programme.carrying import for_writing
from programme.errors import Outdated, ProgrammeError
from programme.form_parts import storable
from programme.launches import Address, KeptLaunch, LaunchRecord, lacks, launch_of, wrong
from programme.models import ProjectLaunch
from programme.permissions import Actor
from programme.settings import clock

LONGEST: Final = 500


def keep_launch(
    session: Session, actor: Actor, no: str, record: LaunchRecord, reason: str = "", *, seen: int | None = None
) -> int:
    """Keep the record as a new revision and return its number. `seen` is the revision the actor had before them.

    Raises NotFound, NotAllowed, Outdated, ProgrammeError for what is wrong or the same, and once the project is launched
    without a reason.
    """
    project = for_writing(session, actor, no)
    assert project.id is not None
    kept, record, reason = launch_of(session, project.id), _tidy(record), storable(reason).strip()[:LONGEST]
    _refuse_unfit(kept, record, seen)
    if project.state != "confirmed":
        if missing := lacks(record):
            raise ProgrammeError(f"项目已经推出，推出记录不能缺少：{'、'.join(missing)}。")
        if not reason:
            raise ProgrammeError("项目已经推出，修改推出记录须写明原因。")
    addresses = [[one.kind, one.title, one.url] for one in record.addresses]
    session.add(
        ProjectLaunch(
            project_id=project.id, revision=kept.revision + 1, training_on=record.training_on,
            training_form=record.training_form, training_hours=record.training_hours,
            training_sessions=record.training_sessions, launch_on=record.launch_on, expo=record.expo,
            expo_place=record.expo_place, addresses=json.dumps(addresses, ensure_ascii=False), reason=reason,
            at=settings.moment(), user_id=actor.id, user_name=actor.name,
        )
    )  # fmt: skip
    session.flush()
    audit.record(
        session, actor, "project.launch_kept", subject=project.no, province_code=project.province_code,
        revision=kept.revision + 1, lacks=lacks(record), reason=reason,
    )  # fmt: skip
    return kept.revision + 1


def _tidy(record: LaunchRecord) -> LaunchRecord:
    """Without spaces around texts and without empty addresses; a place belongs to an expo that is attended."""
    addresses = tuple(
        Address(one.kind, storable(one.title).strip(), storable(one.url).strip())
        for one in record.addresses
        if one.url.strip() or one.title.strip()
    )
    place = storable(record.expo_place).strip() if record.expo == "yes" else ""
    return LaunchRecord(
        record.training_on, record.training_form, record.training_hours, record.training_sessions, record.launch_on,
        addresses, record.expo, place,
    )  # fmt: skip


def _refuse_unfit(kept: KeptLaunch, record: LaunchRecord, seen: int | None) -> None:
    if seen is not None and seen != kept.revision:
        raise Outdated(
            f"您填写期间，{kept.user_name}已于{clock(kept.at)}保存推出记录，您的修改没有保存。请核对后再改。"
        )
    if sentences := wrong(record):
        raise ProgrammeError("".join(sentences))
    if record == kept.record:
        raise ProgrammeError("推出记录没有变化，不必重复保存。")
