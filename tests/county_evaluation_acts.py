"""What the evaluation of the “110” activity is tested with: records of visits, evaluations of June, facts of a county by hand."""

import io
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest
from PIL import Image

import db
from programme import settings
from programme.calendar import Month
from programme.catalogue import Tier, catalogue
from programme.county_evaluation_facts import Beside, CountyFacts, HandedIn
from programme.county_evaluation_standard import Method
from programme.county_evaluations import (
    Evaluated,
    EvaluationIssue,
    evaluated_for,
    make_evaluation,
    prepare_evaluation,
    verify_evaluation,
)
from programme.county_visits import Entry, Visit, record_visit
from programme.frozen_release import FrozenMember
from programme.kpis import Light, Progress
from programme.obligations import Step
from programme.permissions import Actor
from tests import factories
from tests.test_releases import OTHERS, YUNLONG, accepted, everybody, make
from tests.test_reviews import SOUND, hand_in, seen, take

NOVEMBER = datetime(2019, 11, 8, 2, tzinfo=UTC)
JUNE = Month(2019, 6)
YEAR = catalogue().years[0]
WENT = date(2019, 6, 20)
SEEN = {"brand": 80, "training": 90, "benefit": 70}
POSTS = "省信息中心副主任"
FOUND = "网店运转正常，冷链不足。"


def released(people: dict[str, Actor]) -> None:
    """June with 泸水市 and 云龙县."""
    accepted(people, SOUND)
    hand_in(people["neighbour"], OTHERS, YUNLONG)
    for name, step in (("province", Step.APPROVED), ("office", Step.ACCEPTED)):
        take(people[name], step, seen("532929"))
    make(people["office"])


@cache
def released_store(template: Path) -> tuple[Path, dict[str, Actor]]:
    """A store in which June was released; made once in a process, to be copied for every test."""
    path = template.parent / "released-june.db"
    shutil.copy(template, path)
    with factories.environment(DATABASE_URL=f"sqlite:///{path}"), settings.standing_at(NOVEMBER):
        people = everybody()
        released(people)
        db.engine().dispose()
    return path, people


@cache
def judged_store(template: Path) -> tuple[Path, dict[str, Actor]]:
    """As `released_store`, and 泸水市 was visited by the province, June evaluated."""
    before, people = released_store(template)
    path = template.parent / "judged-june.db"
    shutil.copy(before, path)
    with factories.environment(DATABASE_URL=f"sqlite:///{path}"), settings.standing_at(NOVEMBER):
        visit(people["province"])
        evaluate(people["office"])
        db.engine().dispose()
    return path, people


def copied(
    made: tuple[Path, dict[str, Actor]], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[dict[str, Actor]]:
    shutil.copy(made[0], folder / "netlift.db")
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{folder / 'netlift.db'}")
    monkeypatch.setenv("NETLIFT_VAR", str(folder))
    yield made[1]
    db.engine().dispose()


def an_entry(
    method: Method = Method.VISIT, day: date = WENT, scores: dict[str, int] | None = None, **words: str
) -> Entry:
    texts = {"visitors": POSTS, "findings": FOUND} | words
    return Entry(method, day, texts["visitors"], texts["findings"], SEEN if scores is None else scores)


def visit(actor: Actor, code: str = "533301", entry: Entry | None = None, *files: tuple[str, bytes]) -> Visit:
    with db.transaction() as session:
        return record_visit(session, actor, code, entry or an_entry(), files)


def evaluate(actor: Actor, month: Month = JUNE, reason: str = "") -> EvaluationIssue:
    with db.reading() as session:
        ready = prepare_evaluation(session, actor, month)
    with db.transaction() as session:
        return make_evaluation(session, actor, ready, reason)


def a_picture(shade: int = 0) -> bytes:
    buffer = io.BytesIO()
    Image.new("L", (2, 2), shade).save(buffer, "PNG")
    return buffer.getvalue()


def fill_every_table(office: Actor, province: Actor) -> None:
    """A visit with a score and a picture, and an evaluation of June, which was released."""
    visit(province, "533301", an_entry(), ("现场.png", a_picture()))
    evaluate(office)


def told(actor: Actor, number: int = 1) -> Evaluated:
    with db.reading() as session:
        return evaluated_for(session, actor, number)


def wrong_with(actor: Actor, number: int = 1) -> list[str]:
    with db.reading() as session:
        return verify_evaluation(session, actor, number)


def a_member(
    code: str = "533301", tier: Tier = Tier.CORE, core: int = 533301, brand: str = "老窝火腿", name: str = "泸水市"
) -> FrozenMember:
    return FrozenMember(int(code), code, name, "云南省", tier, core, brand, "草果", True, (98.9, 25.8))


def a_line(kpi: str, actual: int | None, tier: Tier = Tier.CORE, elapsed: Fraction = Fraction(1, 2)) -> Progress:
    """Against an even share of 100 stored units."""
    target = YEAR.target_of(catalogue().kpi(kpi), tier)
    assert target is not None
    return Progress(target, JUNE, actual, Fraction(100), elapsed, Light.NONE, None, 1, 1)


def some_facts(
    beside: Beside | None = None,
    member: FrozenMember | None = None,
    figures: tuple[int, int] = (14, 14),
    **actual: int | None,
) -> CountyFacts:
    """A county in the middle of the year; each indicator in its scope stands at 25 of 100 unless told otherwise."""
    member = member or a_member()
    reached = {kpi.code: actual.get(kpi.code, 25) for kpi in YEAR.kpis_of(member.tier)}
    lines = {kpi: a_line(kpi, figure, member.tier) for kpi, figure in reached.items()}
    in_time = Beside(handed_in=(HandedIn("2019-06", date(2019, 7, 5), date(2019, 7, 3)),), plan="accepted")
    return CountyFacts(member, JUNE.last_day, Fraction(1, 2), lines, figures, beside or in_time)
