"""What an enterprise does with its application before it hands it in: begin, write, attach. Handing in is a move."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import Final

from sqlmodel import Session, col, func, select

from programme import audit, enterprises, settings
from programme.application_content import as_json, digest, problems
from programme.application_facts import Field, application_facts
from programme.application_files import accepted
from programme.applications import (
    OPEN_STATES,
    attached,
    content_of,
    living_of,
    rows_ever,
    written,
)
from programme.errors import NotFound, Outdated, ProgrammeError
from programme.form_parts import storable
from programme.models import ApplicationDraft, County, Enterprise, Project, ProjectDocument, StoredFile
from programme.permissions import Actor, Permission, Subject, require
from programme.project_facts import project_facts
from programme.project_life import append, locked, subject_of
from programme.project_moves import BEGIN, move_named

DIRECT: Final = "direct"
DIRECT_PREFIX: Final = "00"
NOTHING: Final[Mapping[str, str]] = {}


# --- beginning --------------------------------------------------------------------------------------------------------


def begin(session: Session, actor: Actor, channel: str, ground: str = "", *, sample: bool = False) -> Project:
    """The project of an enterprise that has none alive, with an empty application; its number stays.

    Raises NotAllowed, ProgrammeError for an enterprise that was refused or has a project already, or a direct application
    without its ground.
    """
    enterprise = session.get(Enterprise, actor.enterprise_id, with_for_update=True) if actor.enterprise_id else None
    if enterprise is None:
        require(actor, Permission.APPLY)
        raise NotFound("这个账号没有登记的企业，不能申报。")
    _refuse_unfit(session, enterprise, channel, ground)
    province = "" if channel == DIRECT else enterprise.province_code
    require(actor, Permission.APPLY, Subject(None, province, enterprise.id))
    project = Project(
        no=_next_number(session, province or DIRECT_PREFIX), name=f"{enterprise.name}申报的项目", enterprise=enterprise.name,
        enterprise_code=enterprise.code, province_code=province, channel=channel, ground=ground, state="", stage="",
        enterprise_id=enterprise.id, imported_at=settings.moment(), sample=sample,
    )  # fmt: skip
    session.add(project)
    session.flush()
    move = move_named(BEGIN)
    assert move is not None
    append(session, actor, project, move.code, move.target)
    audit.record(session, actor, "project.moved", subject=project.no, province_code=province, move=move.name)
    return project


def _refuse_unfit(session: Session, enterprise: Enterprise, channel: str, ground: str) -> None:
    assert enterprise.id is not None
    if enterprise.status == enterprises.REFUSED:
        raise ProgrammeError(f"企业登记没有通过：{enterprise.note} 请先修改登记信息。")
    if alive := living_of(session, enterprise.id):
        raise ProgrammeError(f"本单位已有项目{alive.no}，一个单位只申报一个项目。")
    if channel not in {choice.code for choice in project_facts().lists["channel"]}:
        raise ProgrammeError("请选择申报渠道。")
    if channel == DIRECT and ground not in application_facts().options["ground"]:
        raise ProgrammeError("直接向国家网信办申报的，请选择依据：中央所属国有企业，或重点网信企业。")
    if channel != DIRECT and ground:
        raise ProgrammeError("经省（区、市）网信办申报的，不填直接申报的依据。")


def _next_number(session: Session, prefix: str) -> str:
    """53-007 after 53-006; numbers of another shape, from lists on paper, do not count."""
    query = select(Project.no).where(col(Project.no).startswith(f"{prefix}-", autoescape=True))
    shape = re.compile(rf"{prefix}-(\d{{3,6}})", re.ASCII)
    used = [int(found[1]) for no in session.exec(query) if (found := shape.fullmatch(no))]
    return f"{prefix}-{max(used, default=0) + 1:03d}"


# --- writing ----------------------------------------------------------------------------------------------------------


def keep_field(session: Session, actor: Actor, no: str, code: str, text: str, seen: str | None = None) -> None:
    """Keep what was typed into one field, right or wrong. `seen` is what stood in it when it was typed.

    Raises NotFound, NotAllowed, ProgrammeError while the application is not open or for a field or choice there is not,
    Outdated when somebody wrote something else into the field meanwhile.
    """
    keep_texts(session, actor, no, {code: text}, {} if seen is None else {code: seen})


def keep_texts(
    session: Session, actor: Actor, no: str, texts: Mapping[str, str], seen: Mapping[str, str] = NOTHING
) -> None:
    """Keep several fields at once, by code; raises as `keep_field`."""
    project = _open(session, actor, no)
    assert project.id is not None
    for code, text in texts.items():
        field = _typed_field(code)
        if field.kind == "choice" and text and text not in application_facts().choices(code):
            raise ProgrammeError(f"“{field.name}”请从列表中选择。")
        if field.kind == "counties":
            raise ProgrammeError(f"“{field.name}”请从县名单中选择。")
    _keep(session, actor, project.id, {code: storable(text) for code, text in texts.items()}, seen)


def keep_counties(session: Session, actor: Actor, no: str, ids: Sequence[int], seen: str | None = None) -> None:
    """Keep the counties that were chosen, by internal id, in the order of the choice; raises as `keep_field`."""
    project = _open(session, actor, no)
    field = next(field for field in application_facts().fields if field.kind == "counties")
    chosen, most = tuple(dict.fromkeys(ids)), application_facts().limits["max_counties"]
    if len(chosen) > most:
        raise ProgrammeError(f"“{field.name}”请不超过{most}个，现有{len(chosen)}个。")
    known = session.exec(select(func.count(col(County.id))).where(col(County.id).in_(chosen))).one()
    if known != len(chosen):
        raise NotFound("所选的县不在县名单中，请重新选择。")
    assert project.id is not None
    _keep(
        session, actor, project.id, {field.code: ",".join(map(str, chosen))}, {} if seen is None else {field.code: seen}
    )


def _open(session: Session, actor: Actor, no: str) -> Project:
    """The actor's own project, while its application may be written."""
    project = locked(session, actor, no)
    require(actor, Permission.APPLY, subject_of(session, project, actor))
    if project.state not in OPEN_STATES:
        name = project_facts().state(project.state).public
        raise ProgrammeError(f"申报书{name}，不能修改。要修改的，请先撤回；已受理的，请联系受理单位退回。")
    return project


def _typed_field(code: str) -> Field:
    field = next((field for field in application_facts().fields if field.code == code), None)
    if field is None:
        raise NotFound("申报书没有这一栏。")
    if field.from_enterprise:
        raise ProgrammeError(f"“{field.name}”取自企业登记信息，请在登记信息中修改。")
    return field


def _keep(
    session: Session, actor: Actor, project_id: int, texts: Mapping[str, str], seen: Mapping[str, str]
) -> None:  # fmt: skip
    kept = session.get(ApplicationDraft, project_id, with_for_update=True)
    now = written(session, project_id)
    for code, stood in seen.items():
        if now.get(code, "") not in (stood, texts[code]):
            name = kept.user_name if kept else ""
            field = next(field for field in application_facts().fields if field.code == code)
            raise Outdated(f"“{field.name}”刚在另一窗口由{name}改过，您的修改没有保存。请核对后再改一次。")
    if kept and all(now.get(code, "") == text for code, text in texts.items()):
        return
    session.merge(
        ApplicationDraft(
            project_id=project_id, content=as_json(now | dict(texts)), saved_at=settings.moment(), user_name=actor.name
        )
    )
    session.flush()


# --- attaching --------------------------------------------------------------------------------------------------------


def attach(
    session: Session, actor: Actor, no: str, kind: str, name: str, content: bytes, text: str | None = None
) -> int:
    """Attach a file and return its number. A sealed page belongs to `text`, the digest of what it was printed from.

    Raises NotFound, NotAllowed, ProgrammeError while the application is not open, Unusable for a file that is not what it
    must be, Outdated for a sealed page when the text is another by now.
    """
    project = _open(session, actor, no)
    assert project.id is not None
    wanted = next((one for one in application_facts().attachments if one.code == kind), None)
    if wanted is None:
        raise NotFound("没有这一类材料。")
    kept_as, _ = accepted(wanted, name, content)
    there, ever = attached(session, project.id), rows_ever(session, project.id)
    _refuse_too_many(len(there), ever)
    belongs_to = _sealed_text(session, project.id, text) if wanted.of_version else ""
    sha256 = hashlib.sha256(content).hexdigest()
    if any((one.kind, one.sha256, one.text_sha256) == (kind, sha256, belongs_to) for one in there):
        raise ProgrammeError(f"这个文件已作为“{wanted.name}”上传，不必重复上传。")
    if session.get(StoredFile, sha256) is None:
        session.add(StoredFile(sha256=sha256, name=kept_as, content=content))
        session.flush()
    number = ever + 1
    session.add(
        ProjectDocument(
            project_id=project.id, number=number, kind=kind, name=kept_as, sha256=sha256, size=len(content),
            text_sha256=belongs_to, at=settings.moment(), user_id=actor.id, user_name=actor.name,
        )
    )  # fmt: skip
    session.flush()
    audit.record(
        session, actor, "document.added", subject=project.no, province_code=project.province_code, document=wanted.name,
        file=kept_as, sha256=sha256,
    )  # fmt: skip
    return number


def _sealed_text(session: Session, project_id: int, text: str | None) -> str:
    content = content_of(session, project_id, draft=True)
    now = digest(content)
    if problems(content):
        raise ProgrammeError("申报书还没有写好：请先写完各部分，再打印、盖章、扫描。")
    if text is not None and text != now:
        raise Outdated("打开本页以后申报书又有修改，盖章页没有上传。请核对：盖章的须是现在的文字。")
    return now


def _refuse_too_many(there: int, ever: int) -> None:
    limits = application_facts().limits
    if there >= limits["max_files"]:
        raise ProgrammeError(f"材料最多{limits['max_files']}个，请先删除不用的。")
    if ever >= limits["max_files_ever"]:
        raise ProgrammeError("上传和删除的次数过多，不能再上传。请联系所在省（区、市）网信办。")


def detach(session: Session, actor: Actor, no: str, number: int) -> None:
    """Take a file out of the application; the store keeps it, and the record of both. Raises as `attach`."""
    project = _open(session, actor, no)
    assert project.id is not None
    found = next((one for one in attached(session, project.id) if one.number == number), None)
    if found is None:
        raise NotFound("没有这个文件，可能已在另一窗口删除。")
    session.add(
        ProjectDocument(
            project_id=project.id, number=rows_ever(session, project.id) + 1, kind=found.kind, name=found.name,
            sha256=found.sha256, size=found.size, text_sha256=found.text_sha256, removes=number, at=settings.moment(),
            user_id=actor.id, user_name=actor.name,
        )
    )  # fmt: skip
    session.flush()
    audit.record(
        session, actor, "document.removed", subject=project.no, province_code=project.province_code,
        document=application_facts().attachment(found.kind).name, file=found.name, sha256=found.sha256,
    )  # fmt: skip
