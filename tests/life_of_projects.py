"""The 2016 programme played through the verbs of the pages: who there is, who applies, and what the provinces decide."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import pytest
from sqlmodel import col, select

import db
from programme import (
    account_queries,
    application_writing,
    applications,
    enterprises,
    passwords,
    project_life,
    project_lists,
    project_selection,
)
from programme.application_counties import county_choices
from programme.demo_life import WORKS
from programme.errors import ProgrammeError
from programme.models import FrozenList, Project
from programme.passwords import Prepared
from programme.permissions import Actor, Role
from programme.project_facts import project_facts
from tests.application_acts import LUSHUI, PDF, WRITTEN, seen, told
from tests.carrying_acts import on
from tests.factories import a_user
from tests.selection_acts import a_sheet, aside

FULL, LATE, FEW, SENT_BACK = "53", "52", "54", "51"
"""Provinces with something of their own: over its quota, one list too late, too few, an application sent back."""
SIX, DIRECT = (FULL, LATE, SENT_BACK, "13", "36"), 8
"""Provinces where six apply; five do elsewhere. Those who apply to the national office directly."""
T = TypeVar("T")
WHY = "示例原因"
BEGIN, HAND_IN, TAKE_UP, AGAIN, DECIDE, TOO_LATE, RECEIVE = (
    "2016-09-12", "2016-09-14", "2016-09-20", "2016-09-23", "2016-09-28", "2016-10-10", "2016-10-11",
)  # fmt: skip


@dataclass
class Life:
    """Everybody, and by number of the project the enterprise that carries it. `undone` never hands in."""

    nation: Actor
    offices: dict[str, Actor]
    password: Prepared
    places: dict[str, int]
    carriers: dict[str, Actor] = field(default_factory=dict)
    undone: str = ""
    experts: list[Actor] = field(default_factory=list)
    tied: dict[str, str] = field(default_factory=dict)
    """Username of an expert → number of the project they are tied to."""
    evaluators: tuple[Actor, ...] = ()
    ids: dict[str, int] = field(default_factory=dict)
    told: dict[str, str] = field(default_factory=dict)
    """What a project of a role in the play is called by → its number."""

    def office(self, no: str) -> Actor:
        """Whoever decides on the project in its province, or for those applied for directly."""
        return self.offices.get(no[:2], self.nation)


def act(verb: Callable[..., T], *args: Any, **named: Any) -> T:
    """One click."""
    with db.transaction() as session:
        return verb(session, *args, **named)


def refused(
    sentence: str, verb: Callable[..., object], *args: Any, kind: type[ProgrammeError] = ProgrammeError, **named: Any
) -> None:
    with pytest.raises(kind, match=sentence):
        act(verb, *args, **named)


def move(actor: Actor, no: str, code: str, note: str = "") -> None:
    act(project_life.move_project, actor, no, code, note)


def standing(*states: str, province: str | None = None) -> list[str]:
    """Numbers of the projects that stand there."""
    query = select(Project.no).where(col(Project.state).in_(states)).order_by(Project.no)
    with db.reading() as session:
        return list(session.exec(query if province is None else query.where(Project.province_code == province)))


def ids() -> dict[str, int]:
    with db.reading() as session:
        return {no: number for no, number in session.exec(select(Project.no, Project.id)) if number}


# --- everybody --------------------------------------------------------------------------------------------------------


def begin_life() -> Life:
    with db.reading() as session:
        codes = [code for code, _ in account_queries.provinces(session) if code not in project_facts().not_addressed]
        places = {code: next(iter(county_choices(session, code)), LUSHUI) for code in codes}
    assert len(codes) == 31
    return Life(
        a_user(Role.NATIONAL_CAC), {code: a_user(Role.PROVINCE_CAC, province=code) for code in codes},
        passwords.prepare("Kd8#mWq2!zLp"), places,
    )  # fmt: skip


# --- 1 the enterprises apply ------------------------------------------------------------------------------------------


def all_apply(life: Life) -> None:
    """160 through their provinces, eight directly, and one whose registration nobody confirms."""
    waves = [(code, channel) for code in life.offices for channel in ["province"] * (6 if code in SIX else 5)]
    with on(BEGIN):
        for number, (province, channel) in enumerate([*waves, *[("11", "direct")] * DIRECT], 1):
            actor, no = writes_application(life, number, province, channel)
            life.carriers[no] = actor
        life.ids = ids()
        unconfirmed, life.undone = writes_application(life, 900, "53", "province", confirmed=False)
    with on(HAND_IN):
        refused("企业登记还没有确认，暂不能提交", project_life.move_project, unconfirmed, life.undone, "submit")
        for no, actor in life.carriers.items():
            move(actor, no, "submit")


def writes_application(
    life: Life, number: int, province: str, channel: str, *, confirmed: bool = True
) -> tuple[Actor, str]:
    actor = act(enterprises.register, told(number, province_code=province), f"unit-{number}", life.password, "10.0.0.1")
    if confirmed:
        act(enterprises.confirm, life.nation if channel == "direct" else life.offices[province], seen(actor))
    work, kind, direction, category = WORKS[number % len(WORKS)]
    ground = ("central", "key")[number % 2] if channel == "direct" else ""
    no = act(application_writing.begin, actor, channel, ground).no
    texts = WRITTEN | {
        "name": f"{work}（{number}）", "enterprise_category": kind, "direction": direction, "category": category,
    }  # fmt: skip
    act(application_writing.keep_texts, actor, no, texts)
    act(application_writing.keep_counties, actor, no, [life.places[province]])
    for kind in ("licence", "seal"):
        act(application_writing.attach, actor, no, kind, "扫描.pdf", PDF)
    return actor, no


def corrects(life: Life, no: str) -> None:
    """Sent back by section: a changed text needs a new seal, and is handed in as the second version."""
    actor = life.carriers[no]
    reasons = {"benefits": "请写明带动的贫困户数"}
    with on(TAKE_UP):
        act(project_selection.send_back, life.office(no), no, reasons)
    with on(AGAIN):
        act(application_writing.keep_texts, actor, no, {"economic": "带动贫困户一百二十户"})
        refused("盖章以后申报书又有修改", project_life.move_project, actor, no, "submit")
        act(application_writing.attach, actor, no, "seal", "盖章.pdf", PDF)
        move(actor, no, "submit")
    with db.reading() as session:
        versions = applications.versions(session, life.ids[no])
    assert [one.version for one in versions] == [2, 1]
    assert versions[0].sha256 != versions[1].sha256


# --- 2 the provinces select -------------------------------------------------------------------------------------------


def provinces_select(life: Life) -> None:
    """Each recommends four of those that applied; some have something of their own."""
    life.told["sent back"] = standing("submitted", province=SENT_BACK)[0]
    corrects(life, life.told["sent back"])
    leaves_early(life, standing("submitted", province="13")[-1])
    for province, office in life.offices.items():
        with on(AGAIN):
            waiting = standing("submitted", province=province)
            assess_all(office, waiting)
        with on(DECIDE):
            decide(office, province, waiting)
    with on(TOO_LATE):
        late_list(life)
    with on(RECEIVE):
        for no in standing("submitted", province=""):
            refused("是直接申报的项目，不能受理", project_life.move_project, life.nation, no, "take_up")
            move(life.nation, no, "admit")


def leaves_early(life: Life, no: str) -> None:
    """Of one an enterprise thinks again, and leaves."""
    with on(HAND_IN):
        move(life.carriers[no], no, "retract")
        move(life.carriers[no], no, "submit")
        move(life.carriers[no], no, "withdraw", WHY)


def assess_all(office: Actor, numbers: Sequence[str]) -> None:
    """Three assessors each, the first application the best; of the first project one more steps aside."""
    for place, no in enumerate(numbers):
        move(office, no, "take_up")
        for assessor in (1, 2, 3):
            act(project_selection.assess, office, no, a_sheet(assessor, max(9 - place, 3)))
        if place == 0:
            act(project_selection.assess, office, no, aside(4))


def decide(office: Actor, province: str, waiting: Sequence[str]) -> None:
    most, count = project_facts().most, {FULL: 5, LATE: 3, FEW: 2}.get(province, 4)
    for no in waiting[:count]:
        move(office, no, "recommend", WHY)
    rest = waiting[count:]
    if province == FULL:
        refused(f"推荐名额已满：本省已推荐{most}个", project_life.move_project, office, rest[0], "recommend", WHY)
    if province == SENT_BACK:  # second thoughts: one for another
        move(office, waiting[0], "reconsider", WHY)
        move(office, waiting[0], "recommend", WHY)
    if province == FEW:
        refused(f"少于{project_facts().least}个，须写明原因", project_lists.report_list, office, province)
    kept = act(project_lists.report_list, office, province, WHY if province == FEW else "")
    assert numbers_in(kept) == sorted(waiting[:count])
    for no in rest[1:] if province == LATE else rest:
        move(office, no, "decline", WHY)


def late_list(life: Life) -> None:
    """A fourth project after the day of the notice: taken, and shown as late."""
    office, (no,) = life.offices[LATE], standing("assessing", province=LATE)
    move(office, no, "recommend", WHY)
    kept = act(project_lists.report_list, office, LATE)
    with db.reading() as session:
        lists = project_lists.settled_lists(session, office)
    assert (kept.number, [(one.number, one.late_days) for one in lists]) == (2, [(2, 10), (1, 0)])
    life.told["late"] = no


def numbers_in(kept: FrozenList) -> list[str]:
    return sorted(row["no"] for row in rows_in(kept))


def rows_in(kept: FrozenList) -> list[dict[str, Any]]:
    return list(json.loads(kept.content))


def every(numbers: Iterable[str], actor_of: Callable[[str], Actor], code: str, note: str = "") -> None:
    for no in numbers:
        move(actor_of(no), no, code, note)


ACTS: tuple[Callable[[Life], None], ...] = (all_apply, provinces_select)
