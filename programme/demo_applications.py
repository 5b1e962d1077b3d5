"""Sample enterprises (示例数据): one that is writing its application, one that waits to be confirmed, one that was refused."""

from datetime import datetime, time, timedelta
from typing import Final

from sqlmodel import Session

from programme import accounts, application_writing, enterprises, settings
from programme.application_counties import county_choices
from programme.enterprises import Registration
from programme.models import Project
from programme.organisation_codes import organisation_check
from programme.passwords import Prepared
from programme.permissions import Actor
from programme.project_facts import project_facts

PROVINCE: Final = "53"
ACCOUNT: Final = "enterprise-53"
BEGINS_BEFORE: Final = timedelta(days=12)
WRITTEN: Final = {
    "name": "示例：高原特产网上直通车",
    "address": "示例市示例路1号",
    "postcode": "650000",
    "enterprise_category": "ecommerce",
    "head_of_unit": "总经理（示例）",
    "leader": "公共事务部负责人（示例）",
    "degree": "master",
    "title_rank": "middle",
    "phone": "13800000000",
    "email": "office@example.com",
    "introduction": "（示例）从事农产品电子商务的有限责任公司，在省内设有仓储和培训基地。",
    "direction": "rural_ecommerce",
    "category": "ecommerce",
    "background": "（示例）三年来服务省内贫困县的农产品上行。",
    "starts": "2020-01",
    "ends": "2021-12",
    "description": "（示例）开设扶贫专区，培训网店经营者，统一品牌、包装和物流。",
}


def fill(session: Session, password: Prepared) -> int:
    """Their number. Their accounts sign in with the password of the demo."""
    day = project_facts().deadline("recommendation").day - BEGINS_BEFORE
    with settings.standing_at(datetime.combine(day, time(9, 30), settings.BEIJING)):
        actors = [_register(session, number, password) for number in (1, 2, 3)]
        cac = accounts.actor_named(session, f"cac-{PROVINCE}")
        seen = {one.id: one for one in enterprises.enterprise_list(session, cac)}
        enterprises.confirm(session, cac, seen[_id(actors[0])])
        enterprises.refuse(session, cac, seen[_id(actors[2])], "单位名称与营业执照不一致，请核对全称。")
        project = application_writing.begin(session, actors[0], "province", sample=True)
        _write(session, actors[0], project)
    return len(actors)


def _register(session: Session, number: int, password: Prepared) -> Actor:
    body = f"9990000{number}"
    username = ACCOUNT if number == 1 else f"{ACCOUNT}-{number}"
    typed = Registration(
        f"示例申报企业{number}", body + organisation_check(body), PROVINCE, "公共事务部负责人", "13800000000",
        "office@example.com",
    )  # fmt: skip
    return enterprises.register(session, typed, username, password, sample=True)


def _id(actor: Actor) -> int:
    assert actor.enterprise_id is not None
    return actor.enterprise_id


def _write(session: Session, actor: Actor, project: Project) -> None:
    application_writing.keep_texts(session, actor, project.no, WRITTEN)
    own = list(county_choices(session, PROVINCE))
    application_writing.keep_counties(session, actor, project.no, own[:2])
