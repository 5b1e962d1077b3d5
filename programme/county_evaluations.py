"""活动评估: a month judged by the standard on the figures of its release, frozen with a hash over its content, and read back. It
never changes; a further one of the month takes its place, with a reason."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from functools import cached_property
from typing import Any, Final

from sqlalchemy import func
from sqlmodel import Session, select

from programme import audit, settings
from programme.calendar import Month
from programme.county_evaluation_facts import Beside, facts_of, gathered, packed, unpacked
from programme.county_evaluation_scores import (
    CountyScore,
    GroupScore,
    ItemScore,
    Scored,
    groups_of,
    score_county,
    together,
    total_of,
)
from programme.county_evaluation_standard import CountyStandard, from_facts, standard_facts
from programme.errors import NotFound, Outdated, ProgrammeError
from programme.form_parts import storable
from programme.frozen_release import Frozen, frozen
from programme.models import CountyEvaluation, CountyVisitScore, Release
from programme.permissions import Actor, Permission, Subject, refusal, require, scope_of
from programme.release_content import digest
from programme.release_issues import issue_of

LONGEST: Final = 500
NATION: Final = "全国"


@dataclass(frozen=True)
class EvaluationIssue:
    """An evaluation as lists show it (第 N 次评估). `superseded_by` is 0 while it is in force."""

    number: int
    month: Month
    release: int
    standard_version: str
    at: datetime
    user_name: str
    sha256: str
    supersedes: int | None
    superseded_by: int = 0

    @property
    def title(self) -> str:
        return f"第{self.number}次评估（{self.month.chinese}）"

    @property
    def replaced(self) -> str:
        """已被第2次替换, "" while it is in force."""
        return f"已被第{self.superseded_by}次替换" if self.superseded_by else ""


@dataclass(frozen=True)
class Evaluated:
    """Scores by a standard on a release; of all counties, or of those that somebody may see (then `nation` is still of all)."""

    month: Month
    release: int
    basis: str
    sample: bool
    standard: CountyStandard
    scores: tuple[CountyScore, ...]
    groups: tuple[GroupScore, ...]
    nation: GroupScore
    grades: dict[str, int]

    def score_of(self, code: str) -> CountyScore:
        return next(one for one in self.scores if one.member.code == code)


@dataclass(frozen=True)
class PreparedEvaluation:
    """What an evaluation of the month would hold, if it were made now."""

    number: int
    supersedes: int | None
    facts: dict[str, Any]
    evaluated: Evaluated

    def content(self, reason: str) -> str:
        """Canonical JSON: scores as exact fractions, None for 无数据."""
        return json.dumps(self.facts | {"reason": reason}, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @cached_property
    def fingerprint(self) -> str:
        return digest(self.content(""))


# --- making one -----------------------------------------------------------------------------------------------------


def prepare_evaluation(session: Session, actor: Actor, month: Month) -> PreparedEvaluation:
    """The month judged as things stand. Raises NotAllowed, and ProgrammeError while the month has no release."""
    require(actor, Permission.MAKE_COUNTY_EVALUATION)
    release = frozen(session, issue_of(session, month).number)
    rules = standard_facts()
    standard, beside = from_facts(rules), gathered(session, actor, release)
    evaluated = evaluate(release, standard, beside)
    before = [one for one in evaluations(session) if one.month == month and not one.superseded_by]
    number = (session.exec(select(func.max(CountyEvaluation.number))).one() or 0) + 1
    supersedes = before[0].number if before else None
    told = {
        "number": number, "month": str(month), "supersedes": supersedes, "sample": release.sample, "standard": rules,
        "release": {"number": release.number, "sha256": release.sha256, "basis": release.basis},
        "beside": {release.members[county].code: packed(one) for county, one in beside.items()},
        **_results(evaluated),
    }  # fmt: skip
    return PreparedEvaluation(number, supersedes, told, evaluated)


def evaluate(release: Frozen, standard: CountyStandard, beside: Mapping[int, Beside]) -> Evaluated:
    """Pure: every county of the release, in the order of their codes."""
    counties = sorted(release.members, key=lambda county: release.members[county].code)
    scores = tuple(score_county(facts_of(release, county, beside[county]), standard) for county in counties)
    return _evaluated(release.month, release.number, release.basis, release.sample, standard, scores)


def _evaluated(
    month: Month, release: int, basis: str, sample: bool, standard: CountyStandard, scores: tuple[CountyScore, ...]
) -> Evaluated:
    found = [one.grade(standard) for one in scores]
    grades = {one.code: found.count(one.code) for one in (*standard.grades, standard.ungraded)}
    return Evaluated(
        month, release, basis, sample, standard, scores, tuple(groups_of(scores)), together(scores, NATION), grades
    )


def _results(evaluated: Evaluated) -> dict[str, Any]:
    """Items with their scores, and the totals and grades that follow from them."""
    standard = evaluated.standard
    return {
        "items": {
            one.member.code: [[item.item.code, _written(item.score), item.told] for item in one.items]
            for one in evaluated.scores
        },
        "results": {
            one.member.code: _result(one, standard, unreported=one.unreported) for one in evaluated.scores
        },
        "groups": {str(one.core_county_id): _result(one, standard) for one in evaluated.groups},
        "nation": _result(evaluated.nation, standard),
    }  # fmt: skip


def _result(one: Scored, standard: CountyStandard, *, unreported: bool = False) -> list[str]:
    total = total_of(one.marks, standard.weights)
    return [str(total.earned), str(total.judged), standard.grade(total.earned, total.judged, unreported=unreported)]


def _written(score: Fraction | None) -> str | None:
    return None if score is None else str(score)


def make_evaluation(session: Session, actor: Actor, prepared: PreparedEvaluation, reason: str = "") -> EvaluationIssue:
    """Freeze what was prepared and seen. Raises NotAllowed, Outdated when something changed meanwhile, and ProgrammeError when an
    evaluation is to be superseded without a reason."""
    now = prepare_evaluation(session, actor, prepared.evaluated.month)
    why = storable(reason).strip()[:LONGEST]
    if now.fingerprint != prepared.fingerprint:
        raise Outdated("您查看期间，评估所依据的数据或记录已变。请核对新的结果后再确定。")
    if now.supersedes and not why:
        raise ProgrammeError(
            f"{now.evaluated.month.chinese}已有第{now.supersedes}次评估，再次评估将替换它，请写明原因。"
        )
    content = now.content(why)
    row = CountyEvaluation(
        number=now.number, month=now.evaluated.month.number, release=now.evaluated.release, supersedes=now.supersedes,
        standard_version=now.evaluated.standard.version, content=content, sha256=digest(content),
        sample=now.evaluated.sample, at=settings.moment(), user_id=actor.id, user_name=actor.name,
    )  # fmt: skip
    session.add(row)
    session.flush()
    audit.record(
        session, actor, "county_evaluation.made", subject=f"第{now.number}次评估", months=str(now.evaluated.month),
        release=now.evaluated.release, standard=row.standard_version, sha256=row.sha256, supersedes=now.supersedes, reason=why,
    )  # fmt: skip
    return _issue(row)


# --- reading --------------------------------------------------------------------------------------------------------


def evaluations(session: Session) -> list[EvaluationIssue]:
    """Every evaluation, newest first; those that were superseded too. Who may see them is for the caller."""
    columns: list[Any] = [
        CountyEvaluation.number, CountyEvaluation.month, CountyEvaluation.release, CountyEvaluation.standard_version,
        CountyEvaluation.at, CountyEvaluation.user_name, CountyEvaluation.sha256, CountyEvaluation.supersedes,
    ]  # fmt: skip
    rows: Any = session.exec(select(*columns).order_by(CountyEvaluation.number.desc())).all()  # type: ignore[attr-defined]
    follower = {row.supersedes: row.number for row in rows if row.supersedes}
    return [_issue(row, follower.get(row.number, 0)) for row in rows]


def _issue(row: Any, superseded_by: int = 0) -> EvaluationIssue:
    return EvaluationIssue(
        row.number, Month.from_number(row.month), row.release, row.standard_version, row.at, row.user_name, row.sha256,
        row.supersedes, superseded_by,
    )  # fmt: skip


def evaluation_content(session: Session, actor: Actor, number: int) -> tuple[str, str]:
    """The frozen content and its SHA-256: every county's scores. For those who see every county; raises NotAllowed, NotFound."""
    require(actor, Permission.SEE_COUNTY_EVALUATION, Subject(None, ""))
    row = _row(session, number)
    return row.content, row.sha256


def evaluated_for(session: Session, actor: Actor, number: int) -> Evaluated:
    """An evaluation as the actor may see it: their counties, the groups that lie wholly within them, what all come to together.
    Raises NotAllowed, NotFound."""
    require(actor, Permission.SEE_COUNTY_EVALUATION)
    return narrowed(whole_evaluation(session, number), actor)


def whole_evaluation(session: Session, number: int) -> Evaluated:
    """All of it, whoever looks: for `narrowed`. It never changes. Raises NotFound."""
    return _thawed(session, json.loads(_row(session, number).content))


def narrowed(every: Evaluated, actor: Actor) -> Evaluated:
    """What of an evaluation the actor may see."""
    if refusal(actor, Permission.SEE_COUNTY_EVALUATION, Subject(None, "")) is None:
        return every
    scope = scope_of(actor, Permission.SEE_COUNTY_EVALUATION)
    seen = tuple(
        one for one in every.scores if scope and scope(actor, Subject(one.member.county_id, one.member.code[:2]))
    )
    hidden = {one.member.core_county_id for one in every.scores if one not in seen}
    groups = tuple(one for one in every.groups if one.core_county_id not in hidden)
    return Evaluated(
        every.month, every.release, every.basis, every.sample, every.standard, seen, groups, every.nation, every.grades
    )


def _row(session: Session, number: int) -> CountyEvaluation:
    row = session.get(CountyEvaluation, number)
    if row is None:
        raise NotFound(f"没有第{number}次评估。")
    return row


def _thawed(session: Session, facts: Mapping[str, Any]) -> Evaluated:
    """The items as frozen; totals and grades follow from them by the frozen standard."""
    standard, told = from_facts(facts["standard"]), facts["release"]
    release = frozen(session, told["number"])
    members = {one.code: one for one in release.members.values()}
    scores = []
    for code, items in sorted(facts["items"].items()):
        known = ((standard.item(name), score, words) for name, score, words in items)
        scores.append(CountyScore(members[code], tuple(
            ItemScore(item, item.parts[members[code].tier], None if score is None else Fraction(score), words)
            for item, score, words in known
        )))  # fmt: skip
    month = Month.parse(facts["month"])
    return _evaluated(month, told["number"], told["basis"], facts["sample"], standard, tuple(scores))


# --- is it still what it was? ---------------------------------------------------------------------------------------


def verify_evaluation(session: Session, actor: Actor, number: int) -> list[str]:
    """What is wrong with an evaluation, as sentences: its hash, the release it names, the records it counted, its items judged
    again, its totals added up again. [] when everything agrees. Raises NotAllowed, NotFound."""
    content, sha256 = evaluation_content(session, actor, number)
    if digest(content) != sha256:
        return [f"第{number}次评估的内容与其 SHA-256 不符。"]
    facts = json.loads(content)
    if not _release_agrees(session, facts):
        return [f"第{number}次评估所依据的第{facts['release']['number']}期与评估时的不一致。"]
    release = frozen(session, facts["release"]["number"])
    beside = {county: unpacked(facts["beside"][member.code]) for county, member in release.members.items()}
    again = _plain(_results(evaluate(release, from_facts(facts["standard"]), beside)))
    return [
        f"第{number}次评估{sentence}"
        for sentence, agrees in (
            ("所列的考察督导评分与库中的记录不一致。", _records_agree(session, release, beside)),
            ("的评分与按标准重新计算的不一致。", _scores_only(again) == _scores_only(facts)),
            ("的得分或等次与各项评分不一致。", _totals(again) == _totals(facts)),
        )
        if not agrees
    ]


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json.dumps(values))
    return found


def _scores_only(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Without the words beside them, which may be put better one day."""
    return {county: [[code, score] for code, score, _ in items] for county, items in facts["items"].items()}


def _totals(facts: Mapping[str, Any]) -> list[Any]:
    return [facts[name] for name in ("results", "groups", "nation")]


def _release_agrees(session: Session, facts: Mapping[str, Any]) -> bool:
    release = session.get(Release, facts["release"]["number"])
    return release is not None and digest(release.content) == release.sha256 == facts["release"]["sha256"]


def _records_agree(session: Session, release: Frozen, beside: Mapping[int, Beside]) -> bool:
    """Whether each revision that was counted holds the scores that were counted."""
    held: dict[tuple[int, int, int], dict[str, int]] = {}
    for row in session.exec(select(CountyVisitScore)):
        held.setdefault((row.county_id, row.number, row.revision), {})[row.dimension] = row.score
    counted = ((county, one) for county, found in beside.items() for one in found.visits)
    return all(held.get((county, one.number, one.revision), {}) == dict(one.scores) for county, one in counted)
