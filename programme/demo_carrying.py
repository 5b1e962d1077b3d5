"""Sample projects (示例数据) as they are carried out, evaluated and re-checked: by the same verbs, each on its day.

The projects are those that came from the sample lists; a few get an enterprise, so that its account has something to do.
"""

from contextlib import AbstractContextManager
from datetime import date, datetime, time, timedelta
from typing import Final

from sqlmodel import Session, col, select

from programme import (
    accounts,
    commendations,
    enterprises,
    evaluation_rounds,
    launch_writing,
    progress_reports,
    project_life,
    promise_writing,
    recheck_writing,
    settings,
)
from programme.carrying_facts import carrying_facts
from programme.enterprises import Registration
from programme.exact_figures import written
from programme.launches import Address, LaunchRecord
from programme.milestones import State
from programme.models import Project
from programme.passwords import Prepared
from programme.permissions import Actor
from programme.progress_reports import ToTell
from programme.project_facts import project_facts
from programme.project_periods import Period, begun
from programme.promise_writing import BenefitLine, MilestoneLine, Written
from programme.promises import Promise, promise_of

PROVINCE: Final = "53"
CAPITAL: Final = "11"
SAMPLE_SIZE: Final = 8
CARRIED: Final = 4
MILESTONES: Final = (
    (30, "扶贫专区上线，首批产品上架"),
    (180, "培训县乡电商服务人员两期"),
    (400, "建立产地直供和售后标准"),
    (700, "年度产销对接会"),
    (1040, "第二批贫困村产品上架"),
    (1200, "项目总结和移交"),
)
"""Days after the launch on which each is due."""
BENEFITS: Final = (("带动销售额", "万元", 12_000_000, 115), ("带动贫困户", "户", 3_000_000, 92))
"""Name, unit, target in ten-thousandths, and how many hundredths of it are reached by now at a steady pace."""
TOLD_AFTER: Final = timedelta(days=8)
EVIDENCE: Final = b"%PDF-1.4\n% sample\n%%EOF\n"


def fill(session: Session, password: Prepared) -> int:
    """Play what happened to the sample projects of one province and those applied for directly; returns how many."""
    nation, cac = accounts.actor_named(session, "national-cac"), accounts.actor_named(session, f"cac-{PROVINCE}")
    evaluator = accounts.actor_named(session, "evaluator")
    _evaluate(session, nation, evaluator)
    _commend(session, nation)
    query = select(Project).where(
        col(Project.sample).is_(True), col(Project.state).in_(("running", "evaluating")),
        col(Project.province_code).in_(("", PROVINCE)),
    )  # fmt: skip
    projects = list(
        session.exec(query.order_by(col(Project.province_code).desc(), col(Project.state).desc(), Project.no))
    )[:CARRIED]
    for number, project in enumerate(projects):
        reviewer = cac if project.province_code else nation
        _carry(session, project, _enterprise(session, project, number, nation, password), reviewer, number)
    if projects:
        _complain(session, projects[0], nation)
    return len(projects)


def _on(day: date) -> AbstractContextManager[None]:
    return settings.standing_at(datetime.combine(day, time(10, 20), settings.BEIJING))


# --- accounts ---------------------------------------------------------------------------------------------------------


def _enterprise(session: Session, project: Project, number: int, nation: Actor, password: Prepared) -> Actor:
    """The enterprise that carries the project: it registers itself, is confirmed, and has the project as its own."""
    with _on(project_facts().issued):
        typed = Registration(
            project.enterprise, project.enterprise_code, project.province_code or CAPITAL, "项目办公室", "13800000000",
            "office@example.com",
        )  # fmt: skip
        actor = enterprises.register(session, typed, f"carrier-{number + 1}", password, sample=True)
        waiting = next(one for one in enterprises.enterprise_list(session, nation) if one.id == actor.enterprise_id)
        enterprises.confirm(session, nation, waiting)
    project.enterprise_id = actor.enterprise_id
    session.flush()
    return actor


# --- carrying out -----------------------------------------------------------------------------------------------------


def _carry(session: Session, project: Project, actor: Actor, reviewer: Actor, number: int) -> None:
    """The first project has been silent for long and is behind; of the others the newest report waits."""
    launch = project_facts().deadline("launch", project_facts().issued).day - timedelta(days=1)
    address = Address("zone", "扶贫专区", f"https://www.example.com/{project.no.lower()}")
    record = LaunchRecord(
        launch - timedelta(days=10), "both", 16, 2, launch, (address,), "yes", f"第{number + 1}号网上展位"
    )
    with _on(launch):
        launch_writing.keep_launch(session, actor, project.no, record, "补录推出时的情况")
        promise_writing.promise(session, actor, project.no, _lines(launch))
    periods = [
        one for one in begun(launch, settings.today(), carrying_facts().rhythm) if one.last_day < settings.today()
    ]
    promised = promise_of(session, project.id or 0)
    for at, period in enumerate(reversed(periods[3:] if number == 0 else periods)):
        told = _report(promised, launch, period.last_day + TOLD_AFTER)
        _tell(session, project, actor, reviewer, period, told, waits=number > 0 and at == len(periods) - 1)


def _lines(launch: date) -> Written:
    milestones = (MilestoneLine(0, title, (launch + timedelta(days=days)).isoformat()) for days, title in MILESTONES)
    benefits = (BenefitLine(0, name, unit, written(target)) for name, unit, target, _ in BENEFITS)
    return Written(tuple(milestones), tuple(benefits))


def _tell(
    session: Session, project: Project, actor: Actor, reviewer: Actor, period: Period, told: ToTell, *, waits: bool
) -> None:  # fmt: skip
    with _on(period.last_day + TOLD_AFTER):
        progress_reports.report(session, actor, project.no, period, told)
        if waits:
            return
        found = progress_reports.reports_of(session, project.id or 0)
        progress_reports.confirm(session, reviewer, project.no, next(one for one in found if one.period == period))


def _report(promise: Promise, launch: date, told: date) -> ToTell:
    """Milestones are done when they are due; benefits grow by the day."""
    days, whole = (told - launch).days, (settings.demo()["today"] - launch).days
    states = {
        one.milestone: (State.DONE, one.due) if one.due <= told else
        (State.UNDER_WAY if (one.due - told).days < 90 else State.NOT_STARTED, None)
        for one in promise.milestones
    }  # fmt: skip
    figures = {
        one.benefit: written(one.target * share * days // (100 * whole) // 10_000 * 10_000)
        for one, (*_, share) in zip(promise.benefits, BENEFITS, strict=True)
    }
    return ToTell("专区运营正常，本期新增上架产品，组织培训和产销对接。（示例）", states, figures)


# --- evaluation and re-check ------------------------------------------------------------------------------------------


def _complain(session: Session, project: Project, nation: Actor) -> None:
    today = settings.today()
    for number, (text, upheld) in enumerate(
        (
            ("反映专区下单后迟迟不发货。（示例）", True),
            ("反映收购价格低于约定。（示例）", True),
            ("反映客服无人接听。（示例）", None),
        ),
        1,
    ):
        with _on(today - timedelta(days=40 - number)):
            recheck_writing.note_complaint(session, nation, project.no, text, "来电", settings.today())
            if upheld is not None:
                recheck_writing.find_complaint(
                    session, nation, project.no, number, upheld=upheld, reason="经核查订单和约定，情况属实。（示例）"
                )


SCORES: Final = ((95, 93, 90, 92), (88, 84, 80, 85), (72, 70, 68, 75), (55, 50, 60, 58))
TEXTS: Final = {
    "reputation": "走访受益户和县里有关部门，多数评价较好，反映的问题能及时处理。（示例）",
    "effect": "承诺的效益按进度实现，带动了特色产品销售和贫困户增收。（示例）",
}


def _evaluate(session: Session, nation: Actor, evaluator: Actor) -> None:
    """A round over all that run; of its projects four are evaluated, the others are being evaluated."""
    with _on(settings.today() - timedelta(days=30)):
        seen = evaluation_rounds.preview(session, nation, SAMPLE_SIZE, f"{settings.today():%Y%m%d}-1")
        evaluation_rounds.make_round(session, nation, seen, evaluator.username)
    for one, scores in zip(seen.drawn, SCORES, strict=False):
        with _on(settings.today() - timedelta(days=12)):
            by_code = dict(zip(("effect", "reputation", "progress", "precision"), scores, strict=True))
            evaluation_rounds.save_draft(session, evaluator, one.no, by_code, TEXTS)
            evaluation_rounds.attach(session, evaluator, one.no, "走访记录（示例）.pdf", EVIDENCE)
            project_life.move_project(session, evaluator, one.no, "evaluate")


def _commend(session: Session, nation: Actor) -> None:
    """All that were graded best: those of the round and those of the lists on paper."""
    with _on(settings.today() - timedelta(days=5)):
        commendations.commend(session, nation, [one.no for one in commendations.eligible(session, nation)])
