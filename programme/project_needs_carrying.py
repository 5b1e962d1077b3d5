"""What moves need while a project is carried out, evaluated and re-checked: each a sentence saying what is missing, or None."""

from sqlmodel import Session

from programme import settings
from programme.launches import lacks, launch_of
from programme.models import Project
from programme.promises import promise_of


def launch_is_recorded(session: Session, project: Project) -> str | None:
    record = launch_of(session, project.id or 0).record
    if missing := lacks(record):
        return f"推出记录还缺：{'、'.join(missing)}。请承担企业在“项目实施”页填写。"
    if record.launch_on and record.launch_on > settings.today():
        return f"推出日期是{record.launch_on:%Y-%m-%d}，到期后才能启动实施。"
    return None


def something_is_promised(session: Session, project: Project) -> str | None:
    if promise_of(session, project.id or 0).revision:
        return None
    return "还没有填写里程碑和预期效益。请承担企业在“项目实施”页填写。"
