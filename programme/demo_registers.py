"""Evidence registers of the sample programme (示例数据): a few counties, through the same verbs as real input."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlmodel import Session

from programme import accounts, organisation_codes, settings
from programme.calendar import Month
from programme.exports import table_xlsx
from programme.permissions import Actor
from programme.reconciliation import Line, explain, reconcile
from programme.register_facts import register_facts
from programme.register_submissions import submit_register
from programme.registers import check_register

SHARED: Final = 2
"""Of the shops of the second sample county, so many that the third has too."""
REASON: Final = "有几条信息发布后被作者删除，链接已失效，未列入台账（示例说明）。"
Rows = list[list[Any]]


def fill(session: Session, county: str, neighbours: tuple[str, str], month: Month, at: datetime) -> int:
    """Registers of a core county for the month, shops of two radiating ones, the platform's export; returns the number of files."""
    with settings.standing_at(at):
        files = _core(session, county, month) + _shops(session, neighbours, month)
        lines = reconcile(session, _actor(session, county), month)
        for line in lines:
            if line.asks:
                explain(session, _actor(session, county), line, REASON)
    return files


def _actor(session: Session, county: str) -> Actor:
    return accounts.actor_named(session, f"county-{county}")


def _core(session: Session, county: str, month: Month) -> int:
    actor = _actor(session, county)
    reported = {line.kpi.code: line.reported or 0 for line in reconcile(session, actor, month)}
    posts = _posts(month, max(reported.get("posts", 0) - 3, 1), reported.get("reads", 0))
    made: list[tuple[str, Rows]] = [
        ("classes", _classes(month, reported.get("trainees", 0))),
        ("posts", posts),
        ("households", [[f"SL{county}{number:08d}"] for number in range(1, reported.get("households", 0) + 1)]),
    ]
    done = sum(_hand_in(session, actor, county, month, kind, rows) for kind, rows in made if rows)
    office = accounts.actor_named(session, "office")
    played = [
        [link, platform, day, reads * 6 // 10, reads - reads * 6 // 10] for link, platform, _, day, reads in posts
    ]
    return done + _hand_in(session, office, county, month, "platform", played)


def _classes(month: Month, trainees: int) -> Rows:
    """Classes of at most 45, a third of them online."""
    sizes = [45] * (trainees // 45) + ([trainees % 45] if trainees % 45 else [])
    return [
        [f"短视频与直播电商培训第{number}期", _day(month, number), "线上" if number % 3 == 0 else "线下", size]
        for number, size in enumerate(sizes, 1)
    ]


def _posts(month: Month, count: int, reads: int) -> Rows:
    platforms = ("今日头条", "抖音短视频", "西瓜视频")
    return [
        [
            f"https://example.com/{month}/{number}", platforms[number % 3], f"扶贫达人{number % 9 + 1}号",
            _day(month, number), reads // count + (number <= reads % count),
        ]
        for number in range(1, count + 1)
    ]  # fmt: skip


def _day(month: Month, number: int) -> str:
    return f"{month}-{number % 27 + 1:02d}"


def _shops(session: Session, counties: tuple[str, str], month: Month) -> int:
    done = 0
    for place, county in enumerate(counties):
        actor = _actor(session, county)
        lines: dict[str, Line] = {line.kpi.code: line for line in reconcile(session, actor, month)}
        wanted = (lines["shops"].reported or 0) if "shops" in lines else 0
        first = 1 if place == 0 else max(wanted - SHARED + 1, 1) + 1_000
        numbers = [*range(first, first + max(wanted - (SHARED if place else 0), 1))]
        numbers += range(1, SHARED + 1) if place else ()
        rows = [_shop(number, month) for number in numbers]
        done += _hand_in(session, actor, county, month, "shops", rows)
    return done


def _shop(number: int, month: Month) -> list[Any]:
    body = f"SL{number:06d}".replace("S", "M")
    code = f"91533300{body}{organisation_codes.organisation_check(body)}"
    code += organisation_codes.credit_check(code)
    return [f"示例农产品店{number}号", "示例电商平台", f"https://shop{number}.example.com/", code, f"{month}-01"]


def _hand_in(
    session: Session, actor: Actor, county: str, month: Month, kind: str, rows: Sequence[Sequence[Any]]
) -> int:
    register = register_facts().register(kind)
    columns, place = [column.heading for column in register.columns], ""
    if register.third:
        columns, rows, place = [*columns, "行政区划代码"], [[*row, county] for row in rows], "平台"
    content = table_xlsx(f"示例{register.title}", [], columns, rows)
    name = f"{place or county}_{month}_{register.title}.xlsx"
    checked = check_register(session, actor, content, name, county="" if register.third else county, month=month)
    return int(submit_register(session, actor, checked, "", sample=True).submission_id is not None)
