"""What handing in an application needs, and what it leaves behind: named in the row `submit` of the table of moves."""

import json

from sqlmodel import Session, func, select

from programme import settings
from programme.application_content import as_json, digest, problems
from programme.application_facts import application_facts
from programme.applications import LICENCE, SEAL, attached, content_of, text_digest
from programme.models import ApplicationVersion, Enterprise, Project

WAITING = "企业登记还没有确认，暂不能提交。请等待{}确认；申报书可以先填写。"
REFUSED = "企业登记没有通过，不能提交。请按原因修改登记信息后重新提交登记。"


def enterprise_is_confirmed(session: Session, project: Project) -> str | None:
    enterprise = session.get(Enterprise, project.enterprise_id) if project.enterprise_id else None
    if enterprise is None:
        return "这个项目没有登记的申报企业，不能在平台上提交。"
    if enterprise.status == "refused":
        return REFUSED
    whom = "国家网信办" if project.channel == "direct" else "省（区、市）网信办"
    return None if enterprise.status == "confirmed" else WAITING.format(whom)


def every_section_is_finished(session: Session, project: Project) -> str | None:
    """A project without a county is unfinished, too (三(二)1: 精准面向国家级贫困县)."""
    assert project.id is not None
    found = problems(content_of(session, project.id, draft=True))
    if not found:
        return None
    parts = [f"“{application_facts().section(code).name}”：{sentences[0]}" for code, sentences in found.items()]
    return f"申报书还有{len(found)}部分没有写好。{''.join(parts)}"


def licence_is_attached(session: Session, project: Project) -> str | None:
    assert project.id is not None
    if any(one.kind == LICENCE for one in attached(session, project.id)):
        return None
    return f"请上传{application_facts().attachment(LICENCE).name}。"


def seal_is_of_this_text(session: Session, project: Project) -> str | None:
    """A changed text needs a new seal."""
    assert project.id is not None
    seals = [one.text_sha256 for one in attached(session, project.id) if one.kind == SEAL]
    if not seals:
        return "请打印申报书，签字盖章后扫描，上传盖章页扫描件。"
    if text_digest(session, project.id) in seals:
        return None
    return "盖章以后申报书又有修改，已上传的盖章页作废。请重新打印、盖章、扫描并上传。"


def hand_in(session: Session, project: Project) -> None:
    """Keep the text as the next version, and let the project say of itself what the text says."""
    assert project.id is not None
    content = content_of(session, project.id, draft=True)
    enterprise = session.get_one(Enterprise, project.enterprise_id)
    earlier = select(func.count()).where(ApplicationVersion.project_id == project.id)
    text = digest(content)
    belonging = [one.number for one in attached(session, project.id) if one.kind != SEAL or one.text_sha256 == text]
    session.add(
        ApplicationVersion(
            project_id=project.id, version=session.exec(earlier).one() + 1, event=project.moves + 1,
            content=as_json(content), sha256=text, documents=json.dumps(belonging), at=settings.moment(),
        )
    )  # fmt: skip
    project.name, project.enterprise, project.enterprise_code = content["name"], enterprise.name, enterprise.code
    project.head_of_unit, project.project_leader = content["head_of_unit"], content["leader"]
    project.enterprise_category, project.category = content["enterprise_category"], content["category"]
    project.direction, project.target_counties = content["direction"], content["counties"]
