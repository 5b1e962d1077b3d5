"""What moves need while a project is carried out, evaluated and re-checked: each a sentence saying what is missing, or None.

The effects of the moves of a re-check are here too; that of `evaluate` is `evaluations.hand_in`.
"""

import json

from sqlmodel import Session

from programme import settings
from programme.evaluation_standard import thawed
from programme.evaluations import draft_of, round_of
from programme.evaluations import lacks as report_lacks
from programme.launches import lacks, launch_of
from programme.models import Project, Recheck
from programme.promises import promise_of
from programme.recheck_facts import deadline, recheck_facts
from programme.recheck_triggers import triggers_of
from programme.rechecks import current_number, outcome_of, plan_of


def launch_is_recorded(session: Session, project: Project) -> str | None:
    record = launch_of(session, project.id or 0).record
    if missing := lacks(record):
        return f"推出记录还缺：{'、'.join(missing)}。请承担企业在“项目实施”页填写。"
    if record.launch_on and record.launch_on > settings.today():
        return f"推出日期是{record.launch_on:%Y-%m-%d}，到期后才能启动实施。"
    return None


def something_is_promised(session: Session, project: Project) -> str | None:
    if promise_of(session, project.id or 0).revision:
        return None
    return "还没有填写里程碑和预期效益。请承担企业在“项目实施”页填写。"


# --- evaluation -------------------------------------------------------------------------------------------------------


def report_is_complete(session: Session, project: Project) -> str | None:
    drawn = round_of(session, project.id or 0)
    if drawn is None:
        return "项目没有被抽入评估样本，请国家网信办先抽样；在纸面上评估的，请导入填有评估结果的项目信息汇总表。"
    report, _ = draft_of(session, project.id or 0, drawn.number)
    if missing := report_lacks(report, thawed(drawn.standard)):
        return f"评估报告还没有写完：{''.join(missing)}"
    return None


# --- the re-check -----------------------------------------------------------------------------------------------------


def something_triggers(session: Session, project: Project) -> str | None:
    if triggers_of(session, [project])[project.id or 0]:
        return None
    return f"项目“{project.name}”没有达到任何一项复核启动条件。"


def open_recheck(session: Session, project: Project) -> None:
    """Effect of `trigger`: the record with its reasons, and the day by which the project is to be rectified."""
    assert project.id is not None
    sentences = [one.sentence for one in triggers_of(session, [project])[project.id]]
    project.due = deadline(settings.today())[0]
    session.add(
        Recheck(
            project_id=project.id, number=current_number(session, project.id) + 1, event=project.moves + 1,
            due=project.due, triggers=json.dumps(sentences, ensure_ascii=False), at=settings.moment(),
        )
    )  # fmt: skip
    session.flush()


def close_recheck(session: Session, project: Project) -> None:
    """Effect of `retain`, `adjust` and `remove`: no day is set for the project any more."""
    project.due = None


def rectification_is_planned(session: Session, project: Project) -> str | None:
    number = current_number(session, project.id or 0)
    return None if plan_of(session, project.id or 0, number).revision else "还没有保存整改方案和步骤。"


def rectification_is_told(session: Session, project: Project) -> str | None:
    number = current_number(session, project.id or 0)
    kept = outcome_of(session, project.id or 0, number)
    if not kept.text:
        return "还没有保存整改结果。"
    least = recheck_facts().limits["least_evidence"]
    return None if len(kept.evidence) >= least else f"整改结果须附佐证材料，至少{least}份。"
