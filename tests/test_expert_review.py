"""Expert review: who may judge what, the draw, scores kept apart, the mean without extremes, and the end of the review."""

import json
from collections import Counter
from fractions import Fraction

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from sqlmodel import select

import db
from programme import experts, panel_results, panels, project_life, scoring, settings
from programme.errors import NotAllowed, NotFound, Outdated, ProgrammeError
from programme.models import AuditEvent, PanelDraw, Project
from programme.organisation_codes import organisation_check
from programme.panel_rules import Expert, Unit, Wanting, drawn
from programme.permissions import Permission, Role, refusal
from programme.review_facts import review_facts
from programme.review_scores import points_text, result, total
from tests import review_acts
from tests.factories import a_user
from tests.project_people import a_project, an_enterprise, of_enterprise, state_of
from tests.review_acts import WORDS, a_panel, an_expert, given, points, score, scored, the_nation

CODE = "12345678" + organisation_check("12345678")
OTHER = "87654321" + organisation_check("87654321")


def wanting(no: str, direction: str = "rural_ecommerce", enterprise: Unit | None = None, wanted: int = 2) -> Wanting:
    return Wanting(no, f"项目{no}", enterprise or Unit("示例企业"), direction, wanted)


def someone(number: int, *fields: str, employer: Unit | None = None, ties: tuple[Unit, ...] = ()) -> Expert:
    return Expert(number, f"e{number}", f"专家{number}", frozenset(fields), employer or Unit(f"院校{number}"), ties)


def conclude(no: str = "53-001") -> None:
    with db.transaction() as session:
        project_life.move_project(session, the_nation(), no, "conclude_review")


# --- ties -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("employer", "enterprise", "same"),
    [
        (Unit("示例科技（云南）有限公司"), Unit(" 示例科技(云南)有限公司 "), True),
        (Unit("甲公司", CODE), Unit("乙公司", CODE), True),
        (Unit("甲公司", CODE), Unit("乙公司", "91530099" + CODE + "X"), True),
        (Unit("甲公司", CODE), Unit("乙公司", OTHER), False),
        (Unit("甲公司"), Unit("乙公司"), False),
        (Unit(""), Unit(""), False),
    ],
)
def test_units_are_the_same_by_code_old_or_new_or_by_name(employer: Unit, enterprise: Unit, same: bool) -> None:
    assert employer.is_same_as(enterprise) is same
    assert bool(someone(1, employer=employer).conflict(enterprise)) is same


def test_nobody_is_drawn_for_a_project_of_their_employer_or_of_a_declared_tie() -> None:
    enterprise = Unit("示例企业", CODE)
    people = [someone(1, employer=enterprise), someone(2, ties=(Unit("示例企业"),)), someone(3), someone(4)]
    for seed in range(20):
        assert set(drawn([wanting("1", enterprise=enterprise)], people, seed).given["1"]) == {"e3", "e4"}


def test_experts_of_the_direction_come_first_then_the_least_laden_and_the_seed_decides_the_rest() -> None:
    people = [someone(number, "rural_ecommerce") for number in range(1, 5)] + [someone(9, "network_coverage")]
    projects = [wanting(str(number)) for number in range(8)]
    made = drawn(projects, people, 7)
    assert Counter(name for names in made.given.values() for name in names) == {"e1": 4, "e2": 4, "e3": 4, "e4": 4}
    assert made == drawn(list(reversed(projects)), list(reversed(people)), 7)
    assert len({drawn(projects, people, seed).digest for seed in range(5)}) == 5


def test_others_are_drawn_where_there_are_too_few_of_the_direction() -> None:
    people = [someone(1, "rural_ecommerce"), someone(2, "network_coverage")]
    assert drawn([wanting("1")], people, 1).given == {"1": ("e1", "e2")}


def test_a_project_with_too_few_experts_gets_nobody_and_is_named_with_the_numbers() -> None:
    people = [someone(1), someone(2, ties=(Unit("示例企业"),))]
    made = drawn([wanting("1"), wanting("2", enterprise=Unit("另一企业"))], people, 1)
    assert set(made.given) == {"2"}
    assert [(one.no, one.wanted, one.eligible, one.tied) for one in made.short] == [("1", 2, 1, 1)]


def test_an_expert_whose_employer_is_not_on_record_takes_no_part(sqlite_store: str) -> None:
    a_user(Role.EXPERT, username="unknown")
    a_panel()
    a_project("received")
    with db.reading() as session:
        shown = panels.preview(session, the_nation(), 1)
    assert (shown.experts, shown.unknown, shown.given) == (5, ("expert · ",), 1)


# --- the draw as it is made -----------------------------------------------------------------------------------------------


def test_a_draw_gives_the_projects_starts_the_review_and_keeps_its_seed(store: str) -> None:
    a_panel(7)
    for number in (1, 2):
        a_project("received", no=f"53-00{number}")
    made = review_acts.drawn(110)
    assert {no: len(names) for no, names in made.given.items()} == {"53-001": 5, "53-002": 5}
    assert [state_of(no) for no in made.given] == ["reviewing", "reviewing"]
    assert sorted(actor.username for actor in given()) == sorted(made.given["53-001"])
    with db.reading() as session:
        kept = session.exec(select(PanelDraw)).one()
        (record,) = session.exec(select(AuditEvent).where(AuditEvent.action == "panel.drawn"))
    assert (kept.seed, json.loads(kept.content)) == (110, {no: list(names) for no, names in made.given.items()})
    assert json.loads(record.detail) == {"seed": 110, "projects": 2, "short": []}


def test_a_draw_that_would_come_out_otherwise_than_shown_is_not_made(store: str) -> None:
    a_panel(7)
    a_project("received")
    with db.reading() as session:
        shown = panels.preview(session, the_nation(), 5).draw.digest
    a_project("received", no="53-002")
    with pytest.raises(Outdated), db.transaction() as session:
        panels.draw(session, the_nation(), 5, shown)
    assert given() == []


def test_a_review_does_not_start_without_its_experts(sqlite_store: str) -> None:
    a_project("received")
    with pytest.raises(ProgrammeError, match="还缺5名专家"), db.transaction() as session:
        project_life.move_project(session, the_nation(), "53-001", "start_review")
    with pytest.raises(ProgrammeError, match="没有可以分送的项目"):
        review_acts.drawn()


def test_an_expert_hands_a_project_back_with_a_reason_and_another_is_drawn(store: str) -> None:
    a_panel(6)
    a_project("received")
    review_acts.drawn()
    leaving = given()[0]
    with pytest.raises(ProgrammeError, match="请写明回避的原因"), db.transaction() as session:
        panels.recuse(session, leaving, "53-001", " ")
    with db.transaction() as session:
        panels.recuse(session, leaving, "53-001", "曾为该企业顾问")
    assert len(given()) == 4
    with pytest.raises(NotFound), db.transaction() as session:
        scoring.hand_in(session, leaving, "53-001", points(80), WORDS)
    review_acts.drawn(2)
    assert len(given()) == 5
    assert leaving not in given()
    with db.reading() as session:
        (one,) = panel_results.reviews(session, the_nation())
    assert one.away == ((leaving.name, "曾为该企业顾问"),)


def test_the_office_takes_a_project_back_from_who_does_not_judge_it_but_not_from_who_did(sqlite_store: str) -> None:
    a_panel()
    a_project("received")
    review_acts.drawn()
    first, second = given()[:2]
    score(first, 80)
    with pytest.raises(ProgrammeError, match="已提交评分"), db.transaction() as session:
        panels.take_back(session, the_nation(), "53-001", first.id, "示例")
    with db.transaction() as session:
        panels.take_back(session, the_nation(), "53-001", second.id, "逾期未评")
    assert second not in given()


def test_a_tie_declared_later_takes_back_what_falls_under_it_even_when_it_was_judged(store: str) -> None:
    a_panel(6)
    a_project("received")
    review_acts.drawn()
    tied = given()[0]
    score(tied, 100)
    with db.transaction() as session:
        back = experts.declare_tie(session, tied, tied.id, "示例企业", note="持有股份")
    assert back.sentence == "已收回其中1个项目（53-001），请另行抽取专家。"
    scored([80, 80, 80, 80])
    with db.reading() as session:
        (one,) = panel_results.reviews(session, the_nation())
    assert (one.result.mean, one.is_in) == (80, False)
    with pytest.raises(ProgrammeError, match="还缺1名专家"):
        conclude()
    review_acts.drawn(3)
    assert tied not in given()


def test_what_was_concluded_stays_when_a_tie_is_declared_afterwards(sqlite_store: str) -> None:
    a_panel()
    a_project("received")
    review_acts.drawn()
    scored([80] * 5)
    conclude()
    with db.transaction() as session:
        back = experts.declare_tie(session, given()[0], given()[0].id, "示例企业")
    assert back.projects == ()
    assert back.sentence == "53-001已评审完成，结果不变，如需重新评审请国家网信办决定。"


def test_a_new_employer_takes_back_its_projects_too(sqlite_store: str) -> None:
    a_panel()
    a_project("received")
    review_acts.drawn()
    moved = given()[0]
    with db.transaction() as session:
        back = experts.keep_profile(session, the_nation(), moved.id, ["rural_ecommerce"], "示例企业")
    assert back.projects == ("53-001",)


def test_a_tie_ends_with_a_reason_and_by_the_office_alone(store: str) -> None:
    expert = an_expert(1)
    with db.transaction() as session:
        experts.declare_tie(session, expert, expert.id, "示例企业", CODE)
    with pytest.raises(NotAllowed), db.transaction() as session:
        experts.end_tie(session, expert, expert.id, 1, "已不再任职")
    with db.transaction() as session:
        experts.end_tie(session, the_nation(), expert.id, 1, "已不再任职")
    with db.reading() as session:
        assert experts.ties(session) == []


def test_an_expert_declares_ties_of_their_own_only(sqlite_store: str) -> None:
    one, other = an_expert(1), an_expert(2)
    with pytest.raises(NotAllowed), db.transaction() as session:
        experts.declare_tie(session, one, other.id, "示例企业")
    for name, code, sentence in ((" ", "", "请填写关联企业的名称"), ("示例企业", "123456789", "校验位不对")):
        with pytest.raises(ProgrammeError, match=sentence), db.transaction() as session:
            experts.declare_tie(session, one, one.id, name, code)


# --- scores -----------------------------------------------------------------------------------------------------------


def test_the_total_is_weighted_and_the_weights_are_the_whole() -> None:
    assert sum(criterion.weight for criterion in review_facts().criteria) == 100
    assert total({"feasibility": 80, "operability": 90, "effect": 70}) == 7950


@pytest.mark.parametrize(
    ("totals", "mean", "spread", "wide"),
    [
        ([8000], Fraction(80), 0, False),
        ([8000, 8100, 8000, 8500], Fraction(163, 2), 5, False),
        ([1000, 8000, 8000, 8100, 10000], Fraction(241, 3), 90, True),
        ([7000, 7000, 8000, 9000, 9000], Fraction(80), 20, True),
        ([7001, 7000, 8000, 9000, 8999], Fraction(80), 20, True),
        ([7001, 7001, 8000, 9000, 9000], Fraction(24001, 300), Fraction(1999, 100), False),
    ],
)
def test_from_five_scores_up_the_highest_and_the_lowest_do_not_count(
    totals: list[int], mean: Fraction, spread: int | Fraction, wide: bool
) -> None:
    found = result(totals)
    assert (found.mean, found.spread, found.wide) == (mean, spread, wide)


def test_points_are_written_so_that_different_means_read_differently() -> None:
    assert [points_text(one) for one in (Fraction(241, 3), Fraction(8033, 100), Fraction(80), None)] == [
        "80.333", "80.33", "80", "—",
    ]  # fmt: skip


def test_what_is_typed_is_kept_and_what_is_handed_in_cannot_be_changed(store: str) -> None:
    a_panel()
    a_project("received")
    review_acts.drawn()
    expert = given()[0]
    with db.transaction() as session:
        scoring.keep_draft(session, expert, "53-001", points(70) | {"effect": None}, "写了一半")
    with db.reading() as session:
        (task,) = scoring.own_tasks(session, expert)
    assert (task.points["effect"], task.points["feasibility"], task.comment, task.is_open) == (
        None,
        70,
        "写了一半",
        True,
    )
    for typed, words, sentence in (
        (points(70) | {"effect": None}, WORDS, "还没有打分：预期效果。"),
        (points(101), WORDS, "0至100"),
        (points(70), "可以", "评审意见请至少写20字，现有2字。"),
    ):
        with pytest.raises(ProgrammeError, match=sentence), db.transaction() as session:
            scoring.hand_in(session, expert, "53-001", typed, words)
    score(expert, 70)
    with pytest.raises(ProgrammeError, match="不能再改"):
        score(expert, 90)
    for statement in ("UPDATE expert_score SET effect = 1", "DELETE FROM expert_score"):
        with pytest.raises(DatabaseError), db.transaction() as session:
            session.connection().execute(text(statement))


def test_an_expert_sees_neither_the_scores_of_others_nor_other_projects(store: str) -> None:
    a_panel()
    a_project("received")
    review_acts.drawn()
    outsider = an_expert(6)
    first, second = given()[:2]
    score(first, 91)
    with db.reading() as session:
        (task,) = scoring.own_tasks(session, second)
        assert "91" not in repr(task)
        assert scoring.own_tasks(session, outsider) == []
        for actor in (first, second, outsider):
            with pytest.raises(NotAllowed):
                panel_results.reviews(session, actor)
    with pytest.raises(NotFound), db.transaction() as session:
        scoring.hand_in(session, outsider, "53-001", points(80), WORDS)


# --- the end of the review ------------------------------------------------------------------------------------------------


def test_a_review_ends_when_all_scores_are_in_and_a_wide_spread_was_discussed(store: str) -> None:
    a_panel()
    a_project("received")
    review_acts.drawn()
    scored([60, 80, 80, 80])
    with pytest.raises(ProgrammeError, match="还有1名专家没有提交评分"):
        conclude()
    with pytest.raises(ProgrammeError, match="还有1名"), db.transaction() as session:
        panel_results.discuss(session, the_nation(), "53-001", "示例")
    score(given()[4], 85)
    with pytest.raises(ProgrammeError, match="相差20分以上"):
        conclude()
    with db.transaction() as session:
        panel_results.discuss(session, the_nation(), "53-001", "专家组讨论后维持原评分。")
    with db.reading() as session:
        (one,) = panel_results.reviews(session, the_nation())
    assert (one.result.mean, one.is_ready, one.discussion) == (80, True, "专家组讨论后维持原评分。")
    with db.transaction() as session:
        assert panel_results.conclude(session, the_nation(), ["53-001"]) == 1
    assert state_of("53-001") == "reviewed"


def test_minutes_are_kept_with_their_day_and_never_altered(store: str) -> None:
    day = settings.today()
    with db.transaction() as session:
        assert panel_results.add_minutes(session, the_nation(), day, "专家组会议讨论了示例项目。") == 1
    with pytest.raises(ProgrammeError, match="不能晚于今天"), db.transaction() as session:
        panel_results.add_minutes(session, the_nation(), day.replace(year=day.year + 1), "示例")
    with db.reading() as session:
        assert [(one.number, one.held_on) for one in panel_results.minutes(session, the_nation())] == [(1, day)]
    with pytest.raises(DatabaseError), db.transaction() as session:
        session.connection().execute(text("DELETE FROM panel_minutes"))


# --- who may ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", list(Role))
def test_only_the_national_office_organises_and_only_experts_judge(sqlite_store: str, role: Role) -> None:
    a_panel()
    a_project("received")
    review_acts.drawn()
    bounds = {
        Role.COUNTY: {"county": "533301"},
        Role.PROVINCE: {"province": "53"},
        Role.PROVINCE_CAC: {"province": "53"},
    }
    actor = (
        of_enterprise(an_enterprise())
        if role is Role.ENTERPRISE
        else a_user(role, username="asker", **bounds.get(role, {}))
    )
    expert = given()[0]
    organises = {
        "preview": lambda s: panels.preview(s, actor, 1),
        "draw": lambda s: panels.draw(s, actor, 1, ""),
        "profile": lambda s: experts.keep_profile(s, actor, expert.id, ["rural_ecommerce"], "示例院校"),
        "tie": lambda s: experts.declare_tie(s, actor, expert.id, "另一示例企业"),
        "untie": lambda s: experts.end_tie(s, actor, expert.id, 1, "示例"),
        "take back": lambda s: panels.take_back(s, actor, "53-001", expert.id, "示例"),
        "reviews": lambda s: panel_results.reviews(s, actor),
        "discuss": lambda s: panel_results.discuss(s, actor, "53-001", "示例"),
        "minute": lambda s: panel_results.add_minutes(s, actor, settings.today(), "示例"),
        "minutes": lambda s: panel_results.minutes(s, actor),
    }
    judges = {
        "tasks": lambda s: scoring.own_tasks(s, actor),
        "profile": lambda s: experts.own_profile(s, actor),
    }
    for may, acts in ((Permission.ORGANISE_REVIEW, organises), (Permission.SCORE_PROJECT, judges)):
        assert {name: refused(act) for name, act in acts.items()} == dict.fromkeys(
            acts, refusal(actor, may) is not None
        )


def refused(act: object) -> bool:
    """Whether permission was refused; any other refusal comes after it."""
    try:
        with db.transaction() as session:
            act(session)  # type: ignore[operator]
    except NotAllowed:
        return True
    except ProgrammeError:
        return False
    return False


def test_a_paper_project_never_given_to_experts_is_no_part_of_the_review(sqlite_store: str) -> None:
    a_project("running")
    with db.reading() as session:
        assert panel_results.reviews(session, the_nation()) == []
        assert session.exec(select(Project.state)).all() == ["running"]
