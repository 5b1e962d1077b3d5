"""The sample programme (示例数据): made by the same verbs as real input, repeatable, labelled wherever it is shown."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlmodel import Session, col, select

from programme import (
    accounts,
    counties,
    demo_bulletins,
    demo_carrying,
    demo_plans,
    demo_reminders,
    demo_review,
    demo_showcase,
    demo_warnings,
    forms,
    passwords,
    settings,
)
from programme.calendar import Month
from programme.catalogue import Kpi, Target, Tier, Year, catalogue
from programme.findings import warnings
from programme.models import AppUser
from programme.obligations import Step, obligations
from programme.passwords import Prepared
from programme.permissions import Actor, Role
from programme.release_content import prepare
from programme.releases import release
from programme.returns import Member, check_file, members_of
from programme.reviews import accept, approve, why_not
from programme.submissions import submit
from programme.templates import batch_form, monthly_form

Transaction = Callable[[], AbstractContextManager[Session]]
Figures = dict[tuple[int, str], list[int]]
ENTERPRISE = ("enterprise-53", "申报企业 · 云南省")
SHARE_OF_OTHERS = 0.7  # of the target of an indicator that demo.toml does not name
LISTS_BEFORE = timedelta(days=31)
"""When the lists of projects on paper are taken in: before whatever is played with their projects."""
REASON = "经核对数值无误：当月集中开展了直播带货、培训等活动（示例说明）。"


@dataclass(frozen=True)
class Plan:
    """What the sample counties will have reported: figures per county and indicator, and when each hands in."""

    year: Year
    months: tuple[Month, ...]
    figures: Figures
    handed_in: dict[tuple[int, Month], datetime | None]
    own_form: frozenset[tuple[int, Month]]


def fill_if_empty(transaction: Transaction, say: Callable[[str], None]) -> bool:
    """Fill a store without accounts: members, accounts, projects, and the figures of every month up to the last.

    The registry is there already. Several processes may start at once when `transaction` lets in one at a time.
    """
    with transaction() as session:
        if session.exec(select(AppUser.id)).first() is not None:
            return False
        sample = (settings.data_folder() / "demo" / "counties.csv").read_bytes()
        with settings.standing_at(_clock(catalogue().current_year.launch, 9)):
            count = counties.import_membership(
                session,
                _operator(Role.OFFICE),
                sample,
                "示例县名单.csv",
                year=catalogue().current_year.year,
                sample=True,
            )
        say(f"已装入示例县名单：{count}个县")
        password = passwords.prepare(settings.demo()["password"])
        _create_accounts(session, password)
        plan = make_plan(members_of(session, catalogue().current_year), settings.demo())
        for month in plan.months:
            _hand_in(session, plan, month)
            _review(session, plan, month)
            _release(session, plan, month)
            say(f"已装入{month.chinese}的示例月报")
        say(f"已装入示例项目：{_import_projects(session)}个")
        say(f"已装入示例催报：{demo_reminders.remind(session, _actor(session, 'office'), plan.months)}条")
        say(f"已装入示例台账：{_hand_in_registers(session, plan)}份")
        say(f"已装入示例执行方案：{demo_plans.fill(session)}份")
        say(f"已装入示例申报企业：{_register_enterprises(session, password)}家")
        say(f"已装入示例项目实施情况：{demo_carrying.fill(session, password)}个")
        say(f"已装入示例专家评审：{demo_review.fill(session)}个项目")
        say(f"已装入示例展示材料和经验案例：{demo_showcase.fill(session)}份")
        say(f"已装入示例通报：{demo_bulletins.fill(session, _actor(session, 'office'))}份")
        say(f"已装入示例预警处理：{demo_warnings.fill(session)}件")
        say(f"已装入示例考察督导和活动评估：{_evaluate(session)}条")
    return True


def account_lines(session: Session) -> str:
    """The demo accounts, one per role, as `make run` prints them; or that this store is no demo."""
    if not session.exec(select(AppUser.id).where(col(AppUser.sample).is_(True))).first():
        return "库中已有正式账号，没有装入示例数据。"
    password = settings.demo()["password"]
    lines = [f"  {username:<18}{name}" for username, name, *_ in (*_accounts_shown(), ENTERPRISE)]
    return "\n".join([f"示例账号（密码均为 {password}）：", *lines])


# --- accounts -------------------------------------------------------------------------------------------------------


def _operator(role: Role) -> Actor:
    return Actor(0, "system", "系统", role)


def _accounts_shown() -> list[tuple[str, str, Role, str]]:
    """Username, name, role and scope (county code or two digits) of one account per role."""
    return [
        ("leader", "领导小组", Role.LEADER, ""),
        ("office", "领导小组办公室", Role.OFFICE, ""),
        ("province-53", "省 · 云南省", Role.PROVINCE, "53"),
        ("county-533301", "县 · 泸水市", Role.COUNTY, "533301"),
        ("national-cac", "国家网信办", Role.NATIONAL_CAC, ""),
        ("expert-1", "评审专家1", Role.EXPERT, ""),
        ("evaluator", "第三方评估机构", Role.EVALUATOR, ""),
        ("cac-53", "省网信办 · 云南省", Role.PROVINCE_CAC, "53"),
        ("admin", "系统管理员", Role.ADMIN, ""),
    ]


def _create_accounts(session: Session, password: Prepared) -> None:
    admin = _operator(Role.ADMIN)
    for username, name, role, scope in _every_account(session):
        accounts.create_user(
            session, admin, username=username, name=name, role=role, password=password, sample=True,
            county_code=scope if role is Role.COUNTY else "", province_code="" if role is Role.COUNTY else scope,
        )  # fmt: skip


def _every_account(session: Session) -> list[tuple[str, str, Role, str]]:
    members = members_of(session, catalogue().current_year).values()
    provinces = sorted({(member.code[:2], member.province) for member in members})
    every = {account[0]: account for account in _accounts_shown()}
    for code, name in provinces:
        every.setdefault(f"province-{code}", (f"province-{code}", f"省 · {name}", Role.PROVINCE, code))
    for member in members:
        username = f"county-{member.code}"
        every.setdefault(username, (username, f"县 · {member.name}", Role.COUNTY, member.code))
    return list(every.values())


def _actor(session: Session, username: str) -> Actor:
    return accounts.actor_named(session, username)


# --- figures --------------------------------------------------------------------------------------------------------


def make_plan(members: dict[int, Member], demo: dict[str, Any]) -> Plan:
    """Figures with a heavy tail; what is handed in of them adds up to the shares of the targets named in demo.toml."""
    year, random = catalogue().current_year, np.random.default_rng(demo["seed"])
    last = Month.of(demo["last_month"])
    months = tuple(month for month in year.months if month <= last)
    everybody = sorted(members.values(), key=lambda member: member.code)
    handed_in, own = _occasions(random, everybody, months, demo)
    figures: Figures = {}
    for target in year.targets:
        group = [member for member in everybody if member.tier in target.tiers]
        arrives = np.array([[handed_in[member.county_id, month] is not None for month in months] for member in group])
        table = (
            _brands(random, target, arrives, demo)
            if target.kpi.code == "brands"
            else _spread(random, target, arrives, demo)
        )
        figures |= {(member.county_id, target.kpi.code): row for member, row in zip(group, table, strict=True)}
    return Plan(year, months, figures, handed_in, own)


def _total(target: Target, demo: dict[str, Any]) -> float:
    return float(target.stored * demo["attainment"].get(f"{target.kpi.code}.{target.tier}", SHARE_OF_OTHERS))


def _spread(
    random: np.random.Generator, target: Target, arrives: npt.NDArray[np.bool_], demo: dict[str, Any]
) -> list[list[int]]:
    """One list per county: a flow's amounts by month, or a stock's levels. `arrives` [counties × months]: is handed in."""
    counties_in, months = arrives.shape
    weights = random.lognormal(0, demo["spread"], (counties_in, 1)) * np.array(demo["months"][:months])
    weights *= random.lognormal(0, demo["noise"], arrives.shape)
    if target.kpi.is_flow:
        weights[random.random(arrives.shape) < demo["zero_share"]] = 0
    reached = np.cumsum(weights, axis=1)
    newest = months - 1 - arrives[:, ::-1].argmax(axis=1)
    counted = weights[arrives].sum() if target.kpi.is_flow else reached[np.arange(counties_in), newest].sum()
    grain = _grain(target.kpi)
    levels = np.rint(reached / counted * _total(target, demo) / grain).astype(np.int64) * grain
    return (np.diff(levels, prepend=0, axis=1) if target.kpi.is_flow else levels).tolist()


def _brands(
    random: np.random.Generator, target: Target, arrives: npt.NDArray[np.bool_], demo: dict[str, Any]
) -> list[list[int]]:
    """One brand a county, finished in some month, by as many of them as the total says."""
    counties_in, months = arrives.shape
    finished = random.integers(2, months, (counties_in,))
    finished[random.permutation(counties_in)[round(_total(target, demo)) :]] = months
    return [[int(month >= done) for month in range(months)] for done in finished]


def _grain(kpi: Kpi) -> int:
    """People report money to the hundred 元 and reads to the hundred."""
    return {"万元": 100 * kpi.factor, "万次": 100}.get(kpi.entry_unit, 1)


def _occasions(
    random: np.random.Generator, members: list[Member], months: tuple[Month, ...], demo: dict[str, Any]
) -> tuple[dict[tuple[int, Month], datetime | None], frozenset[tuple[int, Month]]]:
    """When each return is handed in (None: never), and which counties send a form of their own."""
    handed_in: dict[tuple[int, Month], datetime | None] = {}
    own: set[tuple[int, Month]] = set()
    for month in months:
        due = catalogue().due(month)
        missing = demo["missing_last"] / len(members) if month == months[-1] else demo["missing_share"]
        for member, luck, day in zip(
            members, random.random(len(members)), random.integers(1, 4, len(members)), strict=True
        ):
            on_time, late = _clock(due - timedelta(days=1), 10), _clock(due + timedelta(days=int(day)), 15)
            is_late = missing <= luck < missing + demo["late_share"] and month != months[-1]
            handed_in[member.county_id, month] = None if luck < missing else late if is_late else on_time
        chosen = random.permutation(len(members))[: demo["own_forms"]]
        own |= {(members[index].county_id, month) for index in chosen}
        own |= {(member.county_id, month) for member in members if member.code == _accounts_shown()[3][3]}
    return handed_in, frozenset(own)


def _clock(day: Any, hour: int) -> datetime:
    return datetime.combine(day, time(hour, 20), settings.BEIJING)


# --- handing in -----------------------------------------------------------------------------------------------------


def _hand_in(session: Session, plan: Plan, month: Month) -> None:
    """A month's batches by province and time, then the forms of single counties."""
    members = members_of(session, plan.year)
    batches: dict[tuple[datetime, str], list[Member]] = {}
    for (county, period), at in plan.handed_in.items():
        if period != month or at is None:
            continue
        if (county, month) in plan.own_form:
            with settings.standing_at(at):
                _submit(session, f"county-{members[county].code}", *_own_form(session, plan, members[county], month))
        else:
            batches.setdefault((at, members[county].code[:2]), []).append(members[county])
    for (at, province), group in sorted(batches.items(), key=lambda item: item[0]):
        with settings.standing_at(at):
            content = _batch(plan, group, month)
            _submit(session, f"province-{province}", content, f"{group[0].province}汇总_{month}.xlsx")


def _review(session: Session, plan: Plan, month: Month) -> None:
    """The provinces approve what counties sent themselves, the office accepts; the last month has come half way."""
    office, is_last = _actor(session, "office"), month == plan.months[-1]
    with settings.standing_at(_clock(catalogue().due(month) + timedelta(days=2 if is_last else 6), 9)):
        waiting = [] if is_last else obligations(session, office, plan.year, month)
        for province in sorted({one.code[:2] for one in waiting}):
            actor = _actor(session, f"province-{province}")
            approve(session, actor, [one for one in waiting if why_not(actor, one, Step.APPROVED) is None])
        ready = [
            one for one in obligations(session, office, plan.year, month) if why_not(office, one, Step.ACCEPTED) is None
        ]
        accept(session, office, ready[: len(ready) // 2] if is_last else ready)


def _release(session: Session, plan: Plan, month: Month) -> None:
    """The office releases a month some days after it has accepted it; the last one is still open."""
    if month == plan.months[-1]:
        return
    with settings.standing_at(_clock(catalogue().due(month) + timedelta(days=8), 9)):
        office = _actor(session, "office")
        release(session, office, prepare(session, office, month))


def _submit(session: Session, username: str, content: bytes, file_name: str) -> None:
    actor = _actor(session, username)
    checked = check_file(session, actor, content, file_name)
    submit(session, actor, checked, REASON if warnings(checked.findings) else "", sample=True)


def _figure(plan: Plan, member: Member, kpi: Kpi, month: Month) -> int:
    return plan.figures[member.county_id, kpi.code][plan.months.index(month)]


def _own_form(session: Session, plan: Plan, member: Member, month: Month) -> tuple[bytes, str]:
    rows = [
        forms.form_row(row.kpi, row.to_date_last_month, _figure(plan, member, row.kpi, month))
        for row in forms.form_rows(session, member, month)
    ]
    head = forms.form_head(session, member, month, catalogue().due(month))
    return monthly_form(head, rows, plan.year), f"{member.name}_{month}_月报表.xlsx"


def _batch(plan: Plan, group: list[Member], month: Month) -> bytes:
    kpis = catalogue().kpis
    scopes = {tier: {kpi.code for kpi in plan.year.kpis_of(tier)} for tier in Tier}
    missing = {(member.code, kpi.code) for member in group for kpi in kpis if kpi.code not in scopes[member.tier]}
    figures = {
        (member.code, month, kpi.code): _figure(plan, member, kpi, month)
        for member in group
        for kpi in kpis
        if kpi.code in scopes[member.tier]
    }
    rows = [(member.code, member.name, month) for member in group]
    return batch_form(rows, kpis, plan.year, missing, figures, sample=True)


def _import_projects(session: Session) -> int:
    from programme import demo_projects, projects  # noqa: PLC0415

    actor, added = _actor(session, "national-cac"), 0
    with settings.standing_at(_clock(settings.demo()["today"] - LISTS_BEFORE, 9)):
        for file_name, content in demo_projects.sample_workbooks(settings.demo()["seed"]):
            checked = projects.check_projects(session, actor, content, file_name)
            added += projects.import_projects(session, actor, checked, "示例数据", sample=True).added
    return added


def _evaluate(session: Session) -> int:
    from programme import demo_county_evaluation  # noqa: PLC0415

    return demo_county_evaluation.fill(session)


def _register_enterprises(session: Session, password: Prepared) -> int:
    from programme import demo_applications, demo_life  # noqa: PLC0415

    return demo_applications.fill(session, password) + demo_life.fill(session, password)


def _hand_in_registers(session: Session, plan: Plan) -> int:
    """Of the county with an account of its own in the list, and of the first two counties around it."""
    from programme import demo_registers  # noqa: PLC0415

    month, county = plan.months[-1], _accounts_shown()[3][3]
    members = members_of(session, plan.year).values()
    core = next(member.core_county_id for member in members if member.code == county)
    around = sorted(m.code for m in members if m.core_county_id == core and m.tier is Tier.RADIATING)
    at = _clock(catalogue().due(month) + timedelta(days=1), 16)
    return demo_registers.fill(session, county, (around[0], around[1]), month, at)
