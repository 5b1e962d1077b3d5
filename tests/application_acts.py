"""What enterprises do: register, write an application, attach what belongs to it, hand it in."""

import db
from programme import application_writing, applications, enterprises, project_life
from programme.application_facts import application_facts
from programme.enterprises import EnterpriseView, Registration
from programme.models import ProjectEvent
from programme.organisation_codes import organisation_check
from programme.passwords import Prepared
from programme.permissions import Actor
from tests.project_people import an_enterprise, of_enterprise

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n"
UNHASHED = Prepared("Kd8#mWq2!zLp", "!")
"""Hashing takes a quarter of a second, and nobody signs in with this one."""
WRITTEN = {
    "name": "示例：网上直通车", "address": "示例路1号", "postcode": "650000", "enterprise_category": "ecommerce",
    "head_of_unit": "总经理", "leader": "部门负责人", "degree": "master", "title_rank": "middle",
    "phone": "13800000000", "email": "office@example.com", "introduction": "企业简介", "direction": "rural_ecommerce",
    "category": "ecommerce", "background": "背景", "starts": "2016年10月", "ends": "2018-09", "description": "项目介绍",
    "schedule": "计划", "safeguards": "措施", "economic": "经济", "social": "社会", "environmental": "无",
}  # fmt: skip
LUSHUI = 533301


def a_code(number: int = 1) -> str:
    body = f"{number:08d}"
    return body + organisation_check(body)


def told(number: int = 1, **values: str) -> Registration:
    """A sound registration, except for what is named."""
    sound = {
        "name": f"示例企业{number}", "code": a_code(number), "province_code": "53", "contact": "公共事务部",
        "phone": "13800000000", "email": "office@example.com",
    }  # fmt: skip
    return Registration(**sound | values)


def registers(number: int = 1, username: str = "", address: str = "10.0.0.1", **values: str) -> Actor:
    with db.transaction() as session:
        return enterprises.register(session, told(number, **values), username or f"unit-{number}", UNHASHED, address)


def seen(actor: Actor) -> EnterpriseView:
    """The enterprise of an account as a page shows it."""
    with db.reading() as session:
        found = enterprises.enterprise_of(session, actor)
    assert found is not None
    return found


def an_applicant(number: int = 1, *, status: str = "confirmed", channel: str = "province") -> tuple[Actor, str]:
    """An enterprise that has begun its application, and the number of its project."""
    actor = of_enterprise(an_enterprise(number, status=status))
    with db.transaction() as session:
        ground = "central" if channel == "direct" else ""
        return actor, application_writing.begin(session, actor, channel, ground).no


def writes(actor: Actor, no: str, **values: str) -> None:
    with db.transaction() as session:
        for code, text in values.items():
            application_writing.keep_field(session, actor, no, code, text)


def chooses(actor: Actor, no: str, *ids: int) -> None:
    with db.transaction() as session:
        application_writing.keep_counties(session, actor, no, ids)


def attaches(actor: Actor, no: str, kind: str, content: bytes = PDF, name: str = "扫描.pdf") -> int:
    with db.transaction() as session:
        return application_writing.attach(session, actor, no, kind, name, content)


def finishes(actor: Actor, no: str, **values: str) -> None:
    """Writes every section and attaches the licence and a sealed page."""
    writes(actor, no, **WRITTEN | values)
    chooses(actor, no, LUSHUI)
    attaches(actor, no, "licence")
    attaches(actor, no, "seal")


def hands_in(actor: Actor, no: str) -> ProjectEvent:
    with db.transaction() as session:
        return project_life.move_project(session, actor, no, "submit")


def a_submitted_application(number: int = 1, *, channel: str = "province") -> tuple[Actor, str]:
    actor, no = an_applicant(number, channel=channel)
    finishes(actor, no)
    hands_in(actor, no)
    return actor, no


def draft_of(actor: Actor) -> dict[str, str]:
    """What the enterprise of an account has typed so far."""
    with db.reading() as session:
        project = applications.application_of(session, actor)
        assert project is not None
        assert project.id is not None
        return applications.written(session, project.id)


TYPED = tuple(field for field in application_facts().fields if not field.from_enterprise and field.kind != "counties")
