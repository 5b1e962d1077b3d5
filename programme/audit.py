"""The record of what was done. Every verb writes its own event, in the transaction of the change itself."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import insert, update
from sqlmodel import Session, select

from programme import settings
from programme.models import AuditEvent, DataVersion
from programme.permissions import Actor

FIGURES, REGISTRY = 1, 2
_INSERT = insert(AuditEvent)
ACTIONS = {
    "return.submitted": "报送月报",
    "return.sent_back": "退回月报",
    "return.approved": "审核通过月报",
    "return.accepted": "接收月报",
    "return.confirmed": "确认更正后的数据",
    "return.extended": "延长报送期限",
    "release.made": "发布",
    "bulletin.drafted": "编写通报草稿",
    "bulletin.changed": "修改通报草稿",
    "bulletin.finished": "通报定稿",
    "return.reminded": "催报月报",
    "register.submitted": "报送佐证台账",
    "register.withdrawn": "撤回佐证台账",
    "register.explained": "说明台账差异",
    "platform.submitted": "上传平台数据",
    "plan.submitted": "报送执行方案",
    "plan.sent_back": "退回执行方案",
    "plan.approved": "审核通过执行方案",
    "plan.accepted": "接收执行方案",
    "milestone.reported": "报告里程碑进展",
    "visit.recorded": "登记考察督导",
    "visit.corrected": "更正考察督导记录",
    "visit.withdrawn": "作废考察督导记录",
    "county_evaluation.made": "开展“110”活动评估",
    "counties.imported": "导入县名单",
    "projects.imported": "导入项目",
    "project.moved": "办理项目",
    "enterprise.registered": "企业登记",
    "enterprise.amended": "修改企业登记",
    "enterprise.confirmed": "确认企业登记",
    "enterprise.refused": "不予确认企业登记",
    "document.added": "上传项目材料",
    "document.removed": "删除项目材料",
    "project.assessed": "录入项目评价",
    "projects.reported": "报送推荐名单",
    "expert.kept": "登记评审专家",
    "expert.tied": "登记专家关联企业",
    "expert.untied": "解除专家关联企业",
    "panel.drawn": "抽取评审专家",
    "panel.recused": "专家回避",
    "panel.taken_back": "收回专家的项目",
    "panel.discussed": "登记专家组讨论",
    "panel.minuted": "登记会议纪要",
    "project.scored": "提交评审打分",
    "list.settled": "名单定稿",
    "notice.opened": "发布公示",
    "notice.confirmed": "确认入选名单",
    "objection.received": "收到异议",
    "objection.verified": "核实异议",
    "objection.contacted": "查看异议人联系方式",
    "objection.upheld": "异议成立",
    "objection.rejected": "异议不成立",
    "project.launch_kept": "保存项目推出记录",
    "project.promised": "填写里程碑和预期效益",
    "progress.reported": "报送项目进展",
    "progress.confirmed": "确认项目进展",
    "progress.sent_back": "退回项目进展",
    "evaluation.sampled": "抽取评估样本",
    "evaluation.commended": "确定通报表扬名单",
    "complaint.noted": "登记群众反映",
    "complaint.found": "核实群众反映",
    "rectification.planned": "保存整改方案",
    "rectification.told": "保存整改结果",
    "material.submitted": "报送展示材料",
    "material.sent_back": "退回展示材料",
    "material.accepted": "审定展示材料",
    "material.shown": "展示材料上展",
    "material.taken_off": "撤下展示材料",
    "warning.taken_up": "处理预警",
    "warning.closed": "关闭预警",
    "wall.arranged": "编排大屏",
    "account.created": "新建账号",
    "account.changed": "变更账号",
    "account.password": "修改密码",
    "account.locked": "账号锁定",
    "account.contact": "修改通知地址",
    "channel.added": "新建通知渠道",
    "channel.changed": "变更通知渠道",
    "channel.tested": "测试通知渠道",
    "session.opened": "登录",
    "session.closed": "退出登录",
    "store.restored": "恢复数据",
}


def record(
    session: Session,
    actor: Actor,
    action: str,
    *,
    subject: str = "",
    county_id: int | None = None,
    province_code: str = "",
    **detail: Any,
) -> None:
    """Add one event. `action` is a key of ACTIONS; `detail` holds plain values only."""
    record_many(session, [event(settings.moment(), actor, action, subject, county_id, province_code, detail)])


def event(
    at: datetime,
    actor: Actor,
    action: str,
    subject: str,
    county_id: int | None,
    province_code: str,
    detail: dict[str, Any],
) -> dict[str, Any]:
    """One event's values, for verbs that write many at once."""
    return {
        "at": at,
        "user_id": actor.id,
        "user_name": actor.name,
        "action": action if action in ACTIONS else _unknown(action),
        "subject": subject,
        "county_id": county_id,
        "province_code": province_code,
        "detail": json.dumps(detail, ensure_ascii=False),
    }


def record_many(session: Session, events: list[dict[str, Any]]) -> None:
    session.connection().execute(_INSERT, events)


def _unknown(action: str) -> str:
    raise KeyError(f"no such action: {action}")


def data_version(session: Session, kind: int = FIGURES) -> int:
    """The number that grows with every change of what screens show; 0 in a store that never changed."""
    return session.exec(select(DataVersion.number).where(DataVersion.id == kind)).first() or 0


def raise_data_version(session: Session, kind: int = FIGURES) -> None:
    """Every cached figure (or the cached registry) is stale from the end of this transaction on."""
    statement = update(DataVersion).where(DataVersion.id == kind).values(number=DataVersion.number + 1)  # type: ignore[arg-type]
    if not session.connection().execute(statement).rowcount:
        session.add(DataVersion(id=kind, number=1))
        session.flush()
