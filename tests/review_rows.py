"""A row in every table of expert review and public notice."""

from datetime import timedelta

import db
from programme import settings
from programme.models import (
    ExpertProfile,
    ExpertScore,
    ExpertScoreDraft,
    ExpertTie,
    NoticeMember,
    Objection,
    ObjectionContact,
    ObjectionEvent,
    ObjectionTry,
    PanelDiscussion,
    PanelDraw,
    PanelMinutes,
    PublicNotice,
    Recusal,
)

BY = {"user_id": 1, "user_name": "国家网信办"}


def fill(project: int, expert: int) -> None:
    """For a project and an expert that there are."""
    day, whose = settings.today(), {"project_id": project, "user_id": expert}
    points = {"feasibility": 80, "operability": 80, "effect": 80, "comment": "示例意见"}
    with db.transaction() as session:
        session.add(ExpertProfile(user_id=expert, fields="rural_ecommerce", employer="示例院校", kept_by="国家网信办"))
        session.add(ExpertTie(user_id=expert, number=1, enterprise="示例企业", declared_by="专家"))
        session.add(PanelDraw(number=1, seed=110, content="{}", **BY))
        session.add(Recusal(**whose, reason="曾任职", by_tie=False, user_name="专家"))
        session.add(ExpertScoreDraft(**whose, **points))
        session.add(ExpertScore(**whose, **points, total=8000))
        session.add(PanelDiscussion(project_id=project, number=1, note="维持", **BY))
        session.add(PanelMinutes(number=1, held_on=day, text="示例纪要", **BY))
        session.add(PublicNotice(number=1, first_day=day, last_day=day + timedelta(days=7), working_days=5, **BY))
        session.flush()
        session.add(NoticeMember(notice=1, project_id=project))
        objection = Objection(receipt="YY-TEST", notice=1, project_id=project, text="示例异议")
        session.add(objection)
        session.flush()
        assert objection.id is not None
        session.add(ObjectionContact(objection_id=objection.id, name="示例单位", contact="office@example.com"))
        session.add(ObjectionEvent(objection_id=objection.id, number=1, step="received", **BY))
        session.add(ObjectionTry(kind="objection", address="0" * 64))
