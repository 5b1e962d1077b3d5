"""Reading the record of what was done."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, or_
from sqlmodel import Session, col, select

from programme.audit import ACTIONS
from programme.models import AuditEvent, County
from programme.permissions import ROLE_NAMES, Actor, Permission, require
from programme.settings import BEIJING

PORTION = 1000
WORDS = {
    "accepted": "接收县数",
    "added": "新增",
    "address": "地址",
    "assessor": "评价人",
    "benefits": "效益数",
    "by": "催报人",
    "candidates": "候选数",
    "change": "内容",
    "changed": "变更",
    "code": "单位代码",
    "confirmed": "确认的警告",
    "conflict": "利益关系",
    "counted": "明细数",
    "counties": "县数",
    "county": "县代码",
    "day": "日期",
    "document": "材料",
    "done_on": "完成日期",
    "employer": "工作单位",
    "enterprise": "企业",
    "evidence": "佐证材料",
    "fields": "方向",
    "file": "文件",
    "findings": "问题数",
    "first_day": "起始日",
    "ground": "依据",
    "held_on": "会议日期",
    "kpi": "指标",
    "lacks": "还缺",
    "last_day": "截止日",
    "material": "展示材料",
    "method": "方式",
    "milestone": "里程碑",
    "milestones": "里程碑数",
    "months": "月份",
    "move": "步骤",
    "note": "说明",
    "number": "序号",
    "period": "报告期",
    "place": "位置",
    "platform": "平台数据",
    "points": "打分",
    "project": "项目",
    "projects": "项目",
    "reason": "原因",
    "register": "台账",
    "release": "所依据的期",
    "replaces": "替换的打分",
    "reported": "上报数",
    "result": "结果",
    "returns": "月报数",
    "revision": "版本",
    "revisions": "各版",
    "role": "角色",
    "roles": "服务对象",
    "round": "轮次",
    "rule": "预警",
    "sample": "示例",
    "scenes": "场景",
    "sections": "改动的部分",
    "seed": "抽取种子",
    "sessions": "结束的登录",
    "sha256": "文件指纹",
    "short": "专家不足的项目",
    "since": "因何更正",
    "size": "样本数",
    "source": "来源",
    "standard": "标准版本",
    "state": "状态",
    "steps": "步骤数",
    "submission": "批次",
    "supersedes": "替换的期",
    "taken_back": "收回的项目",
    "unchanged": "未变",
    "until": "延期至",
    "upheld": "属实",
    "year": "年度",
}
_COUNTY = County, col(County.id) == col(AuditEvent.county_id)
CHANGES = {"disabled": "停用", "enabled": "启用", "unlocked": "解除锁定", "reset": "重置密码", "own": "本人修改"}
VALUES: dict[str, str] = CHANGES | {role.value: name for role, name in ROLE_NAMES.items()}


@dataclass(frozen=True)
class Wanted:
    """What to look for. Dates are days in Beijing, first and last included."""

    action: str = ""
    user: str = ""
    text: str = ""
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True)
class Event:
    id: int
    at: datetime
    user: str
    action: str
    subject: str
    county: str
    detail: str


def event_count(session: Session, actor: Actor, wanted: Wanted) -> int:
    require(actor, Permission.SEE_AUDIT)
    query = select(func.count(col(AuditEvent.id))).select_from(AuditEvent)
    return session.exec(query.join(*_COUNTY, isouter=True).where(*_conditions(wanted))).one()


def events(
    session: Session, actor: Actor, wanted: Wanted, *, limit: int, offset: int = 0, before: int | None = None
) -> list[Event]:
    """The newest first, `limit` of them after the first `offset`, all older than event `before`; times are Beijing time."""
    require(actor, Permission.SEE_AUDIT)
    query = select(AuditEvent, County.name).join(*_COUNTY, isouter=True).where(*_conditions(wanted))
    if before is not None:
        query = query.where(col(AuditEvent.id) < before)
    newest_first = query.order_by(col(AuditEvent.id).desc()).limit(limit).offset(offset)
    return [_event(event, county) for event, county in session.exec(newest_first)]


def every_event(session: Session, actor: Actor, wanted: Wanted) -> Iterator[Event]:
    """All of them, read from the store in portions."""
    last = None
    while portion := events(session, actor, wanted, limit=PORTION, before=last):
        yield from portion
        last = portion[-1].id


def _conditions(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    if wanted.action:
        yield col(AuditEvent.action) == wanted.action
    if wanted.user.strip():
        yield col(AuditEvent.user_name).icontains(wanted.user.strip(), autoescape=True)
    if wanted.text.strip():
        columns = col(AuditEvent.subject), col(AuditEvent.detail), col(County.name)
        yield or_(*(column.icontains(wanted.text.strip(), autoescape=True) for column in columns))
    if wanted.first:
        yield col(AuditEvent.at) >= datetime.combine(wanted.first, time.min, BEIJING)
    if wanted.last:
        yield col(AuditEvent.at) < datetime.combine(wanted.last + timedelta(days=1), time.min, BEIJING)


def _event(event: AuditEvent, county: str | None) -> Event:
    assert event.id is not None
    return Event(
        event.id, event.at.astimezone(BEIJING), event.user_name, ACTIONS.get(event.action, event.action), event.subject,
        county or "", detail_text(json.loads(event.detail)),
    )  # fmt: skip


def detail_text(detail: dict[str, Any]) -> str:
    """内容：停用；结束的登录：2 — what is empty is left out."""
    told = {key: value for key, value in detail.items() if value is not False and value not in ("", None, [])}
    shown = {WORDS.get(key, key): _word(value) for key, value in told.items()}
    return "；".join(f"{key}：{value}" for key, value in shown.items())


def _word(value: Any) -> str:
    if value is True:
        return "是"
    if isinstance(value, list):
        return "、".join(_word(part) for part in value)
    return VALUES.get(value, value) if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
