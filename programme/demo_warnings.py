"""The sample programme's early warnings: of those that hold, some are being handled and one is closed, by the verbs themselves."""

from datetime import datetime, time, timedelta
from typing import Final

from sqlmodel import Session

from programme import accounts, settings
from programme.catalogue import catalogue
from programme.early_warnings import EarlyWarning, close, early_warnings, take_up
from programme.permissions import Actor, Role
from programme.queries import latest_month

HANDLED: Final = {
    "group_behind": "已请省级信息中心组织核心示范县结对指导，11月底前回访各辐射带动县（示例说明）。",
    "no_growth": "已与企业逐户核对，3家企业的新品正在办理上线，预计11月有增长（示例说明）。",
}
CLOSED: Final = {
    "reads_without_sales": "9月集中发货、10月退货较多，扣除退款后数值无误，已与平台核对（示例说明）。",
}


def fill(session: Session) -> int:
    """Handle the first warning of each of these rules as its owner would; returns how many steps were taken."""
    year = catalogue().current_year
    day = catalogue().due(latest_month(session, year)) + timedelta(days=2)
    first: dict[str, EarlyWarning] = {}
    for one in early_warnings(session, year):
        if one.is_present:
            first.setdefault(one.rule.code, one)
    taken = 0
    with settings.standing_at(datetime.combine(day, time(16, 30), settings.BEIJING)):
        for notes, verb in ((HANDLED, take_up), (CLOSED, close)):
            for code, note in notes.items():
                if code in first:
                    verb(session, _owner(session, first[code]), first[code], note)
                    taken += 1
    return taken


def _owner(session: Session, one: EarlyWarning) -> Actor:
    username = f"county-{one.member.code}" if one.rule.owner is Role.COUNTY else "office"
    return accounts.actor_named(session, username)
