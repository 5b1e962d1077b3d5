"""The launch record of a project: training, day of launch, online addresses, the expo; and what it still lacks."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from programme.carrying_facts import carrying_facts
from programme.models import Project, ProjectEvent, ProjectLaunch
from programme.settings import BEIJING
from programme.web_addresses import why_no_address

EXPO = {"yes": "参展", "no": "不参展"}


@dataclass(frozen=True)
class Address:
    """Where a zone, a channel or a service is found; `kind` is a code of carrying.toml."""

    kind: str
    title: str
    url: str


@dataclass(frozen=True)
class LaunchRecord:
    """`expo` is yes, no or "" while it is not said; `expo_place` the booth or page."""

    training_on: date | None = None
    training_form: str = ""
    training_hours: int | None = None
    training_sessions: int | None = None
    launch_on: date | None = None
    addresses: tuple[Address, ...] = ()
    expo: str = ""
    expo_place: str = ""


@dataclass(frozen=True)
class KeptLaunch:
    """The newest revision, 0 while there is none."""

    record: LaunchRecord = LaunchRecord()
    revision: int = 0
    at: datetime | None = None
    user_name: str = ""
    reason: str = ""


def lacks(record: LaunchRecord) -> list[str]:
    """What is missing before the project can be launched, in the words of the form."""
    missing = {
        "培训日期": record.training_on,
        "培训形式": record.training_form,
        "培训学时或场次": record.training_hours or record.training_sessions,
        "推出日期": record.launch_on,
        "专区、频道或服务的网址": record.addresses,
        "是否参加网络博览会": record.expo,
        "博览会展位或页面": record.expo != "yes" or record.expo_place,
    }
    return [name for name, value in missing.items() if not value]


def wrong(record: LaunchRecord) -> list[str]:
    """What cannot be kept, each as a sentence."""
    facts, found = carrying_facts(), []
    limits = facts.limits
    if record.training_form not in ("", *facts.forms):
        found.append(f"没有“{record.training_form}”这种培训形式；可用的有：{'、'.join(facts.forms.values())}。")
    if record.expo not in ("", *EXPO):
        found.append("是否参加网络博览会，请选“参展”或“不参展”。")
    for number, name, most in (
        (record.training_hours, "培训学时", limits["max_hours"]),
        (record.training_sessions, "培训场次", limits["max_sessions"]),
    ):
        if number is not None and not 1 <= number <= most:
            found.append(f"{name}应在1至{most}之间。")
    if len(record.expo_place) > limits["max_place"]:
        found.append(f"博览会展位或页面请不超过{limits['max_place']}字。")
    if len(record.addresses) > limits["max_addresses"]:
        found.append(f"网址请不超过{limits['max_addresses']}个。")
    return found + [sentence for one in record.addresses for sentence in _wrong_address(one)]


def _wrong_address(one: Address) -> list[str]:
    facts, found = carrying_facts(), []
    if one.kind not in facts.kinds:
        found.append(f"请选择网址“{one.url[:60]}”的类别：{'、'.join(facts.kinds.values())}。")
    if len(one.title) > facts.limits["max_title"]:
        found.append(f"网址的名称请不超过{facts.limits['max_title']}字。")
    return found + [sentence for sentence in [why_no_address(one.url)] if sentence]


def launch_of(session: Session, project_id: int) -> KeptLaunch:
    """The record as it stands. Whether the actor may see the project is settled before."""
    kept = session.exec(
        select(ProjectLaunch)
        .where(ProjectLaunch.project_id == project_id)
        .order_by(col(ProjectLaunch.revision).desc())
        .limit(1)
    ).first()
    if kept is None:
        return KeptLaunch()
    record = LaunchRecord(
        kept.training_on, kept.training_form, kept.training_hours, kept.training_sessions, kept.launch_on,
        tuple(Address(*parts) for parts in json.loads(kept.addresses)), kept.expo, kept.expo_place,
    )  # fmt: skip
    return KeptLaunch(record, kept.revision, kept.at, kept.user_name, kept.reason)


# --- since when it runs -----------------------------------------------------------------------------------------------


def launch_day(session: Session, project: Project) -> date | None:
    """Since when the project runs; None before it was launched."""
    return None if project.state == "confirmed" else launch_days(session, [project])[project.id or 0]


def launch_days(session: Session, projects: Iterable[Project]) -> dict[int, date]:
    """By id, of projects that were launched: the recorded day, else that of the event, else that on which it became known."""
    found = {project.id or 0: project.imported_at.astimezone(BEIJING).date() for project in projects}
    events = select(ProjectEvent.project_id, ProjectEvent.at).where(
        col(ProjectEvent.project_id).in_(found), ProjectEvent.target == "running"
    )
    for project_id, at in session.exec(events.order_by(col(ProjectEvent.number).desc())):
        found[project_id] = at.astimezone(BEIJING).date()
    records = select(ProjectLaunch).where(col(ProjectLaunch.project_id).in_(found))
    for record in session.exec(records.order_by(col(ProjectLaunch.revision))):
        found[record.project_id] = record.launch_on or found[record.project_id]
    return found
