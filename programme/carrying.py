"""Who writes for a project that is carried out, and while it stands where."""

from sqlmodel import Session

from programme.errors import ProgrammeError
from programme.models import Project
from programme.permissions import Actor, Permission, Subject, refusal, require
from programme.project_facts import project_facts
from programme.project_life import locked


def carried_states() -> tuple[str, ...]:
    """Every state of a selected project: promises may be written in them."""
    facts = project_facts()
    return facts.states_of(*facts.stages_where("selected"))


def writing_permission(project: Project) -> Permission:
    """A project known from paper has no enterprise here: whoever may launch it writes on its behalf."""
    return Permission.LAUNCH_PROJECT if project.enterprise_id is None else Permission.RUN_PROJECT


def scope_subject(project: Project) -> Subject:
    """For permissions that nobody gets by an assignment; a query less than `subject_of`."""
    return Subject(None, project.province_code, project.enterprise_id)


def why_not_writing(actor: Actor, project: Project) -> str | None:
    """Why the actor may not write for the project now, as a sentence; None when they may."""
    if sentence := refusal(actor, writing_permission(project), scope_subject(project)):
        return sentence
    if project.state not in carried_states():
        state = project_facts().state(project.state).name
        return f"项目“{project.name}”现为“{state}”；确认入选后才能填写实施内容。"
    return None


def for_writing(session: Session, actor: Actor, no: str) -> Project:
    """The project, locked for the change. Raises NotFound, NotAllowed, or ProgrammeError where it stands elsewhere."""
    project = locked(session, actor, no)
    require(actor, writing_permission(project), scope_subject(project))
    if sentence := why_not_writing(actor, project):
        raise ProgrammeError(sentence)
    return project
