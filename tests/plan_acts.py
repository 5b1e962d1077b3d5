"""What counties and reviewers do with execution plans, for tests."""

from datetime import UTC, date, datetime

import db
from programme import plan_reviews, plan_writing
from programme.catalogue import catalogue
from programme.milestones import Milestone, State
from programme.obligations import Step
from programme.permissions import Actor, Role
from programme.plan_content import Row, Written
from programme.plan_facts import plan_facts
from programme.plans import CountyPlan, content_of, plan_of

YEAR = catalogue().years[0]
LUSHUI, YUNLONG = "533301", "532929"
ROWS = (Row(0, "成立工作小组", "2019-06-20"), Row(0, "首期培训开班", "2019-07-10"), Row(0, "品牌发布", "2019-09-01"))
ASKED = {"brand": "品牌名称与商标注册不一致", "milestones": "请补充年底的总结"}


def at(day: int, month: int = 7, hour: int = 10) -> datetime:
    return datetime(2019, month, day, hour - 8, tzinfo=UTC)


def sound(**changed: str) -> Written:
    """A finished plan; `changed` replaces the only or first field of a section."""
    written = Written(rows=ROWS)
    for section in plan_facts().sections:
        for box in section.fields:
            written = written.with_text(section.code, box.code, "12.05" if box.kind == "money" else f"{box.name}内容")
    for code, text in changed.items():
        written = written.with_text(code, plan_facts().section(code).fields[0].code, text)
    return written


def office() -> Actor:
    return Actor(0, "o", "办公室", Role.OFFICE)


def seen(county: str = LUSHUI) -> CountyPlan:
    """The plan as the office sees it now."""
    with db.reading() as session:
        return plan_of(session, office(), county, YEAR)


def stored(revision: int | None = None) -> Written:
    with db.reading() as session:
        return content_of(session, seen(), revision)


def hand_in(
    actor: Actor, written: Written | None = None, reason: str = "", one: CountyPlan | None = None, county: str = LUSHUI
) -> int:
    with db.transaction() as session:
        return plan_writing.submit(session, actor, one or seen(county), written or sound(), reason)


class Crash(Exception):
    """The process ends before the transaction does."""


def take(actor: Actor, step: Step, one: CountyPlan | None = None, *, crash: bool = False) -> None:
    one = one or seen()
    with db.transaction() as session:
        if step is Step.SENT_BACK:
            plan_reviews.send_back(session, actor, one, ASKED)
        else:
            {Step.APPROVED: plan_reviews.approve, Step.ACCEPTED: plan_reviews.accept}[step](session, actor, one)
        if crash:
            raise Crash


def report(
    actor: Actor, title: str, state: State, done_on: date | None = None, note: str = "", one: CountyPlan | None = None
) -> None:
    one = one or seen()
    with db.transaction() as session:
        plan_writing.report(session, actor, one, milestone(title, one).milestone, state, done_on, note)


def milestone(title: str, one: CountyPlan | None = None) -> Milestone:
    return next(found for found in (one or seen()).milestones if found.title == title)


def fill_every_table(county: Actor, province: Actor) -> None:
    """A plan that was handed in, reported on, sent back, and is being changed."""
    hand_in(county)
    report(county, "成立工作小组", State.DONE, date(2019, 6, 18))
    take(province, Step.SENT_BACK)
    with db.transaction() as session:
        plan_writing.keep_text(session, county, seen(), "brand", "text", "写了\u2028一半")
