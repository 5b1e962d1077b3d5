"""The third party's evaluation: the draw, the standard, the report, and who sees and does what."""

import copy
import tomllib
from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from sqlmodel import select

import db
from programme import (
    commendations,
    evaluation_rounds,
    evaluation_standard,
    evaluations,
    evidence,
    project_search,
    settings,
)
from programme.errors import NotAllowed, NotFound, Outdated, ProgrammeError
from programme.evaluation_rounds import Preview
from programme.evaluation_standard import from_facts, standard
from programme.models import AuditEvent, EvaluationRound, FrozenList, Project, ProjectAssignment, StoredFile
from programme.permissions import Actor, Role
from programme.sampling import Candidate, draw
from tests.carrying_acts import NO, move, on, stands
from tests.factories import a_user
from tests.printed import docx_table
from tests.project_people import a_project, an_enterprise, of_enterprise
from tests.test_carrying import people, who_may

PDF = b"%PDF-1.7 evidence"
SCORES = {"effect": 92, "reputation": 90, "progress": 88, "precision": 91}
TEXTS = {
    "reputation": "受访群众普遍认可，没有发现投诉，县里评价好。",
    "effect": "承诺的效益已实现九成以上，带动明显，可持续。",
}
FACTS = tomllib.loads((settings.ROOT / "data" / "catalogue" / "evaluation.toml").read_text(encoding="utf-8"))


@pytest.fixture(autouse=True)
def _in_may() -> object:
    with on("2017-05-10"):
        yield


# --- the draw ---------------------------------------------------------------------------------------------------------


@st.composite
def draws(draw_: st.DrawFn) -> tuple[list[Candidate], int, str]:
    places = draw_(st.lists(st.tuples(st.sampled_from("ABCDE"), st.sampled_from("xyz")), min_size=1, max_size=60))
    candidates = [Candidate(f"{number:03d}", *place) for number, place in enumerate(places)]
    return candidates, draw_(st.integers(1, len(candidates))), draw_(st.text(min_size=1, max_size=8))


@given(draws())
def test_the_sizes_add_up_and_nobody_is_drawn_twice(given_: tuple[list[Candidate], int, str]) -> None:
    candidates, size, seed = given_
    drawn = draw(candidates, size, seed)
    assert len(drawn) == size
    assert len(set(drawn)) == size
    assert set(drawn) <= set(candidates)


@given(draws(), st.randoms())
def test_the_seed_repeats_the_draw_whatever_the_order_of_the_candidates(
    given_: tuple[list[Candidate], int, str], luck: object
) -> None:
    candidates, size, seed = given_
    shuffled = copy.copy(candidates)
    luck.shuffle(shuffled)  # type: ignore[attr-defined]
    assert draw(shuffled, size, seed) == draw(candidates, size, seed)


@given(draws())
def test_every_province_and_every_category_within_it_is_within_one_of_its_share(
    given_: tuple[list[Candidate], int, str],
) -> None:
    candidates, size, seed = given_
    drawn = draw(candidates, size, seed)
    for key in (lambda one: one.province_code, lambda one: (one.province_code, one.category)):
        every, chosen = Counter(map(key, candidates)), Counter(map(key, drawn))
        assert all(
            abs(chosen[stratum] - Fraction(count * size, len(candidates))) < 1 for stratum, count in every.items()
        )


def test_another_seed_draws_others() -> None:
    candidates = [Candidate(f"{number:03d}", str(number % 7), str(number % 3)) for number in range(60)]
    assert len({tuple(draw(candidates, 10, str(seed))) for seed in range(20)}) > 15


# --- the standard -----------------------------------------------------------------------------------------------------


def test_grades_follow_the_exact_weighted_score_at_their_borders() -> None:
    rules = standard()
    assert sum(one.weight for one in rules.dimensions) == 100
    for score, grade in (
        (100, "excellent"),
        (90, "excellent"),
        (89, "good"),
        (75, "good"),
        (74, "pass"),
        (60, "pass"),
        (59, "fail"),
        (0, "fail"),
    ):
        assert rules.grade({one.code: score for one in rules.dimensions}) == grade
    assert rules.total({"effect": 100, "reputation": 84, "progress": 84, "precision": 85}) == Fraction(898, 10)
    assert rules.grade({"effect": 100, "reputation": 84, "progress": 84, "precision": 85}) == "good"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda facts: facts["dimension"][0].update(weight=34), "weights"),
        (lambda facts: facts["dimension"][0].update(code="other"), "reputation and effect"),
        (lambda facts: facts["grade"][3].update(least=10), "down to 0"),
        (lambda facts: facts["grade"][1].update(least=95), "down to 0"),
        (lambda facts: facts["grade"][0].update(code="superb"), "outcomes"),
        (lambda facts: facts["scale"].update(highest=0), "rises"),
    ],
)
def test_a_standard_that_cannot_be_is_refused(change: object, sentence: str) -> None:
    facts = copy.deepcopy(FACTS)
    change(facts)  # type: ignore[operator]
    with pytest.raises(ValueError, match=sentence):
        from_facts(facts)


def test_the_notice_is_cited_and_a_frozen_standard_is_the_same() -> None:
    assert standard().citation.startswith("网发[2016]290号，三(二)5：“国家网信办组织专业机构")
    assert {one.code: one.clause for one in standard().dimensions}["reputation"] == "三(二)5"
    assert evaluation_standard.thawed(evaluation_standard.frozen()) == standard()


# --- a round ----------------------------------------------------------------------------------------------------------


def sixteen() -> None:
    for number in range(1, 17):
        a_project("running", no=f"{51 + number % 4}-{number:03d}")


def previewed(actor: Actor, size: int = 4, seed: str = "2017-05-10-1") -> Preview:
    with db.reading() as session:
        return evaluation_rounds.preview(session, actor, size, seed)


def sampled(actor: Actor, evaluator: Actor, seen: Preview | None = None) -> int:
    with db.transaction() as session:
        return evaluation_rounds.make_round(session, actor, seen or previewed(actor), evaluator.username)


def test_a_round_is_what_was_previewed_with_seed_and_standard_and_its_projects_are_given(store: str) -> None:
    sixteen()
    nation, evaluator = a_user(Role.NATIONAL_CAC), a_user(Role.EVALUATOR)
    seen = previewed(nation)
    assert [(code, drawn) for code, _, drawn in seen.shares("province_code")] == [
        ("51", 1),
        ("52", 1),
        ("53", 1),
        ("54", 1),
    ]
    assert sampled(nation, evaluator, seen) == 1
    with db.reading() as session:
        drawn = session.exec(select(EvaluationRound)).one()
        given_ = session.exec(select(Project.no).where(Project.state == "evaluating").order_by(Project.no)).all()
        tasks = set(session.exec(select(ProjectAssignment.task)))
        listed = project_search.project_list(session, evaluator)["no"].tolist()
        actions = session.exec(select(AuditEvent.action).order_by(AuditEvent.id)).all()
    assert (drawn.seed, drawn.size, drawn.candidates, drawn.standard_version) == (
        "2017-05-10-1",
        4,
        16,
        standard().version,
    )
    assert sorted(listed) == list(given_) == [one.no for one in seen.drawn]
    assert tasks == {"evaluation"}
    assert actions[1:] == ["project.moved"] * 4 + ["evaluation.sampled"]


def test_what_changed_since_the_preview_stops_the_draw(sqlite_store: str) -> None:
    sixteen()
    nation, evaluator = a_user(Role.NATIONAL_CAC), a_user(Role.EVALUATOR)
    seen = previewed(nation)
    a_project("running", no="55-099")
    with pytest.raises(Outdated, match="请重新预览"):
        sampled(nation, evaluator, seen)
    for name in (nation.username, "nobody"):
        with pytest.raises(NotFound), db.transaction() as session:
            evaluation_rounds.make_round(session, nation, previewed(nation), name)
    for size, seed, sentence in ((0, "s", "样本数应在1至17之间"), (18, "s", "样本数"), (1, " ", "请填写抽样种子")):
        with pytest.raises(ProgrammeError, match=sentence):
            previewed(nation, size, seed)


def test_a_project_is_sampled_again_after_it_runs_again(sqlite_store: str) -> None:
    project = a_project("running")
    nation, evaluator = a_user(Role.NATIONAL_CAC), a_user(Role.EVALUATOR)
    sampled(nation, evaluator, previewed(nation, 1))
    write(evaluator)
    move(evaluator, "evaluate")
    stands(project, "running")
    assert sampled(nation, evaluator, previewed(nation, 1, "2017-05-10-2")) == 2
    with db.reading() as session:
        assert evaluation_rounds.own_draft(session, evaluator, NO)[0] == evaluations.Report()


# --- the report -------------------------------------------------------------------------------------------------------


def in_evaluation() -> tuple[int, Actor, Actor]:
    """A project of an enterprise that was drawn; the project, the enterprise and the evaluator."""
    enterprise = an_enterprise()
    project = a_project("running", enterprise_id=enterprise)
    nation, evaluator = a_user(Role.NATIONAL_CAC), a_user(Role.EVALUATOR)
    sampled(nation, evaluator, previewed(nation, 1))
    return project, of_enterprise(enterprise), evaluator


def write(
    evaluator: Actor, scores: dict[str, int | None] | None = None, texts: dict[str, str] = TEXTS, files: bool = True
) -> None:
    with db.transaction() as session:
        evaluation_rounds.save_draft(session, evaluator, NO, scores or dict(SCORES), texts)
        if files:
            evaluation_rounds.attach(session, evaluator, NO, "现场照片.pdf", PDF)


def test_a_report_is_kept_unfinished_and_handed_in_when_it_is_complete(store: str) -> None:
    project, _enterprise, evaluator = in_evaluation()
    write(evaluator, {"effect": 92, "reputation": None}, {"reputation": "好"}, files=False)
    with pytest.raises(
        ProgrammeError,
        match=r"“口碑”还没有评分。“质量和进度”还没有评分。“精准”还没有评分。.*至少写20字，现有1字.*现有0份",
    ):
        move(evaluator, "evaluate")
    write(evaluator)
    with db.reading() as session:
        assert evaluations.results_of(session, project) == []
    move(evaluator, "evaluate")
    with db.reading() as session:
        (result,) = evaluations.results_of(session, project)
        there = session.get_one(Project, project)
        name, content = evaluations.evidence_content(session, there, result.report.evidence[0].sha256)
        task = session.exec(select(ProjectAssignment)).one()
    assert (result.total_e2, result.grade, result.user_name) == (9050, "excellent", evaluator.name)
    assert (result.report.scores, result.report.reputation) == (SCORES, TEXTS["reputation"])
    assert (name, content) == ("现场照片.pdf", PDF)
    assert (there.outcome, there.state, task.ended_at) == ("excellent", "evaluated", None)
    with pytest.raises(ProgrammeError, match="不在评估中"):
        write(evaluator)


def test_only_the_evaluator_of_the_sample_writes_and_only_of_these_projects(sqlite_store: str) -> None:
    _project, enterprise, evaluator = in_evaluation()
    a_project("evaluating", no="53-777")
    found = people(an_enterprise(3), username="x-") | {"own enterprise": enterprise, "the evaluator": evaluator}
    acts = {
        "draft": lambda session, actor: evaluation_rounds.save_draft(session, actor, NO, SCORES, TEXTS),
        "attach": lambda session, actor: evaluation_rounds.attach(session, actor, NO, "a.pdf", PDF),
        "detach": lambda session, actor: evaluation_rounds.detach(session, actor, NO, "0"),
        "read": lambda session, actor: evaluation_rounds.own_draft(session, actor, NO),
    }
    assert {name: who_may(found, act) for name, act in acts.items()} == {name: {"the evaluator"} for name in acts}
    organising = {
        "preview": lambda session, actor: evaluation_rounds.preview(session, actor, 1, "s"),
        "eligible": commendations.eligible,
    }
    a_project("running", no="53-888")
    assert {name: who_may(found, act) for name, act in organising.items()} == {
        name: {"national_cac"} for name in organising
    }
    with pytest.raises(NotFound), db.transaction() as session:
        evaluation_rounds.save_draft(session, evaluator, "53-777", SCORES, TEXTS)
    with db.reading() as session:
        assert project_search.project_list(session, evaluator)["no"].tolist() == [NO]


def test_an_evaluator_whose_task_has_ended_sees_the_project_no_more(sqlite_store: str) -> None:
    _project, _, evaluator = in_evaluation()
    with db.transaction() as session:
        session.exec(select(ProjectAssignment)).one().ended_at = settings.moment()
    with pytest.raises(NotFound):
        write(evaluator)


@pytest.mark.parametrize(
    ("scores", "texts", "sentence"),
    [
        ({"effect": 101}, TEXTS, "“效果”的评分应在0至100之间"),
        ({"effect": -1}, TEXTS, "评分应在"),
        ({"beauty": 1}, TEXTS, "没有“beauty”这一项"),
        (SCORES, {"effect": "长" * 3001}, "“效果”请不超过3000字"),
    ],
)
def test_what_cannot_be_is_not_drafted(
    sqlite_store: str, scores: dict[str, int], texts: dict[str, str], sentence: str
) -> None:
    *_, evaluator = in_evaluation()
    with pytest.raises(ProgrammeError, match=sentence):
        write(evaluator, dict(scores), texts)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("报告.pdf", PDF, None),
        ("照片.JPG", b"\xff\xd8\xff\xe0", None),
        ("表.xlsx", b"PK\x03\x04", None),
        ("报告.pdf", b"MZ\x90", "内容与扩展名不符"),
        ("程序.exe", b"MZ", "不是可用的材料"),
        ("pdf", PDF, "不是可用的材料"),
        ("报告.pdf", b"", "是空文件"),
        ("报告.pdf", PDF + b"x" * 100, "请不超过"),
    ],
)
def test_evidence_is_known_by_its_first_bytes(name: str, content: bytes, sentence: str | None) -> None:
    told = evidence.why_unfit(name, content, 100)
    assert (told is None) if sentence is None else (sentence in (told or ""))


@given(st.text(max_size=30), st.binary(max_size=40))
def test_whatever_is_offered_as_evidence_is_taken_or_refused_with_a_sentence(name: str, content: bytes) -> None:
    told = evidence.why_unfit(name, content, 30)
    assert told is None or told.endswith("。")


def test_the_same_file_is_kept_once_and_can_be_taken_out_again(sqlite_store: str) -> None:
    *_, evaluator = in_evaluation()
    write(evaluator)
    write(evaluator)
    with db.reading() as session:
        (file,) = evaluation_rounds.own_draft(session, evaluator, NO)[0].evidence
        assert len(session.exec(select(StoredFile.sha256)).all()) == 1
    with db.transaction() as session:
        evaluation_rounds.detach(session, evaluator, NO, file.sha256)
    with pytest.raises(ProgrammeError, match="现有0份"):
        move(evaluator, "evaluate")


def test_what_was_evaluated_cannot_be_altered_in_the_store(store: str) -> None:
    *_, evaluator = in_evaluation()
    write(evaluator)
    move(evaluator, "evaluate")
    for table in ("evaluation_round", "evaluation_sample", "evaluation", "evaluation_score", "evaluation_evidence"):
        for statement in (
            f"UPDATE {table} SET {'number = number' if table == 'evaluation_round' else 'round = round'}",
            f"DELETE FROM {table}",
        ):
            with pytest.raises(DatabaseError), db.transaction() as session:
                session.connection().execute(text(statement))


# --- commendation -----------------------------------------------------------------------------------------------------


def test_only_excellent_projects_are_commended_and_the_list_is_frozen(store: str) -> None:
    nation = a_user(Role.NATIONAL_CAC)
    for number, (state, outcome) in enumerate(
        (("evaluated", "excellent"), ("running", "excellent"), ("withdrawn", "excellent"), ("evaluated", "good")), 1
    ):
        stands(a_project(state, no=f"53-00{number}"), state, outcome=outcome)

    def commend(nos: list[str], reason: str = "") -> FrozenList:
        with db.transaction() as session:
            return commendations.commend(session, nation, nos, reason)

    for nos, reason, sentence in (
        ([], "", "至少选一个"), (["53-004"], "", "不能通报表扬：53-004"), (["53-003"], "", "不能通报表扬"), (["53-001"], "", "请写明原因"),
    ):  # fmt: skip
        with pytest.raises(ProgrammeError, match=sentence):
            commend(nos, reason)
    assert commend(["53-001"], "53-002尚有群众反映待核实").number == 1
    kept = commend(["53-002", "53-001"])
    assert [row.no for row in commendations.rows_of(kept)] == ["53-001", "53-002"]
    with db.reading() as session:
        printed = commendations.document(session, kept)
    assert [row[1] for row in docx_table(printed, -1)[1:]] == ["53-001", "53-002"]
    with pytest.raises(ProgrammeError, match="没有变化"):
        commend(["53-001", "53-002"])
    with pytest.raises(NotAllowed), db.transaction() as session:
        commendations.commend(session, a_user(Role.PROVINCE_CAC, province="53"), ["53-001"], "x")
