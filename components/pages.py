"""The register of pages: what exists, where, and which permission opens it. The menu and the guard read from here.

Pages have no icon of their own: Streamlit would take it for the favicon and ask a font host for it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import streamlit as st
from streamlit.navigation.page import Page

from components import session
from programme.permissions import Actor, Permission, refusal

MADE: Final = "pages"
SECTIONS: Final = ("进展", "填报", "展示", "项目", "管理", "账号")


@dataclass(frozen=True)
class PageLine:
    """One page. `filters` draws all of it below the filters (`filters.part`); `hidden` keeps it out of the menu alone.

    `acts`: in the menu only of who holds one of these, too; whoever may only look comes by a link. The guard asks for
    `permission` alone.
    """

    file: str
    title: str
    url_path: str
    permission: Permission
    section: str
    filters: bool = False
    hidden: bool = False
    acts: tuple[Permission, ...] = ()


PAGES: Final = (
    PageLine("pages/progress/overview.py", "总览", "overview", Permission.SEE_TOTALS, "进展"),
    PageLine(
        "pages/progress/indicator.py",
        "指标",
        "indicator",
        Permission.SEE_TOTALS,
        "进展",
        filters=True,
    ),
    PageLine("pages/progress/ahead.py", "展望", "ahead", Permission.SEE_TOTALS, "进展", filters=True),
    PageLine("pages/progress/map.py", "地图", "map", Permission.SEE_TOTALS, "进展", filters=True),
    PageLine("pages/progress/county.py", "县", "county", Permission.SEE_COUNTY, "进展"),
    PageLine(
        "pages/progress/assessment.py",
        "活动评估",
        "assessment",
        Permission.SEE_COUNTY_EVALUATION,
        "进展",
    ),
    PageLine("pages/returns/submit.py", "填报", "submit", Permission.SUBMIT_RETURN, "填报"),
    PageLine("pages/returns/review.py", "审核", "review", Permission.REVIEW_RETURN, "填报"),
    PageLine("pages/returns/accept.py", "接收", "accept", Permission.ACCEPT_RETURN, "填报"),
    PageLine("pages/returns/release.py", "发布", "release", Permission.SEE_TOTALS, "填报"),
    PageLine("pages/returns/board.py", "报送情况", "board", Permission.SEE_COUNTY, "填报"),
    PageLine("pages/returns/reminders.py", "催报", "reminders", Permission.SEE_COUNTY, "填报"),
    PageLine("pages/returns/warnings.py", "预警", "warnings", Permission.SEE_WARNING, "填报"),
    PageLine("pages/returns/registers.py", "佐证台账", "registers", Permission.SEE_REGISTER, "填报"),
    PageLine("pages/returns/plan.py", "执行方案", "plan", Permission.SEE_PLAN, "填报"),
    PageLine("pages/show/story.py", "展示材料", "story", Permission.WRITE_STORY, "展示"),
    PageLine("pages/show/library.py", "经验案例", "library", Permission.SEE_LIBRARY, "展示"),
    PageLine("pages/show/bulletin.py", "通报", "bulletin", Permission.SEE_TOTALS, "展示"),
    PageLine("pages/show/wall.py", "博览会大屏", "wall", Permission.ARRANGE_WALL, "展示"),
    PageLine("pages/projects/apply.py", "项目申报", "apply", Permission.APPLY, "项目"),
    PageLine("pages/projects/list.py", "项目", "projects", Permission.SEE_PROJECT, "项目"),
    PageLine(
        "pages/projects/project.py",
        "项目详情",
        "project",
        Permission.SEE_PROJECT,
        "项目",
        hidden=True,
    ),
    PageLine(
        "pages/projects/upload.py",
        "导入项目",
        "projects-import",
        Permission.IMPORT_PROJECTS,
        "项目",
    ),
    PageLine(
        "pages/projects/enterprises.py",
        "企业登记",
        "enterprises",
        Permission.CONFIRM_ENTERPRISE,
        "项目",
    ),
    PageLine("pages/projects/selection.py", "省内遴选", "selection", Permission.SELECT_PROJECT, "项目"),
    PageLine("pages/projects/panel.py", "专家评审", "panel", Permission.ORGANISE_REVIEW, "项目"),
    PageLine("pages/projects/scoring.py", "评审打分", "scoring", Permission.SCORE_PROJECT, "项目"),
    PageLine("pages/projects/shortlist.py", "入选名单", "shortlist", Permission.ORGANISE_NOTICE, "项目"),
    PageLine("pages/projects/notice.py", "公示与异议", "notice", Permission.ORGANISE_NOTICE, "项目"),
    PageLine(
        "pages/projects/carrying.py",
        "项目实施",
        "carrying",
        Permission.SEE_PROJECT,
        "项目",
        acts=(Permission.RUN_PROJECT, Permission.LAUNCH_PROJECT, Permission.REVIEW_PROGRESS),
    ),
    PageLine(
        "pages/projects/evaluation.py",
        "绩效评估",
        "evaluation",
        Permission.SEE_PROJECT,
        "项目",
        acts=(Permission.ORGANISE_EVALUATION, Permission.EVALUATE_PROJECT),
    ),
    PageLine(
        "pages/projects/recheck.py",
        "动态复核",
        "recheck",
        Permission.SEE_PROJECT,
        "项目",
        acts=(Permission.RECHECK_PROJECT, Permission.RUN_PROJECT, Permission.REVIEW_PROGRESS),
    ),
    PageLine("pages/admin/accounts.py", "账号管理", "accounts", Permission.MANAGE_ACCOUNTS, "管理"),
    PageLine("pages/admin/audit.py", "操作记录", "audit", Permission.SEE_AUDIT, "管理"),
    PageLine("pages/admin/channels.py", "通知渠道", "channels", Permission.MANAGE_CHANNELS, "管理"),
    PageLine("pages/account/password.py", "修改密码", "password", Permission.OWN_ACCOUNT, "账号"),
    PageLine("pages/account/contact.py", "通知地址", "contact", Permission.OWN_ACCOUNT, "账号"),
    PageLine("pages/account/manual.py", "使用手册", "manual", Permission.OWN_ACCOUNT, "账号"),
)
PASSWORD: Final = next(line for line in PAGES if line.url_path == "password")
URL_PATHS: Final = frozenset(line.url_path for line in PAGES)


def offered(actor: Actor) -> tuple[PageLine, ...]:
    """The pages in the actor's menu, by section and then in the register's order."""
    in_menu = (line for line in PAGES if not line.hidden and _has_business(actor, line))
    return tuple(sorted(in_menu, key=lambda line: SECTIONS.index(line.section)))


def _has_business(actor: Actor, line: PageLine) -> bool:
    acts = not line.acts or any(refusal(actor, permission) is None for permission in line.acts)
    return acts and refusal(actor, line.permission) is None


def line_of(page: Page) -> PageLine | None:
    """The register's line of the page that was asked for; None for the bare address."""
    return next((line for line in PAGES if line.url_path == page.url_path), None)


def navigation(actor: Actor | None, home: Callable[[], None]) -> Page:
    """Every page is registered for everybody, so that an address survives the sign-in; the menu shows the actor's own."""
    shown = offered(actor) if actor else ()
    menu: dict[str, list[Page]] = {section: [] for section in (*SECTIONS, "")}
    made = {line.file: _page(line, line in shown) for line in PAGES}
    session.remember(MADE, made)
    for line in PAGES:
        menu[line.section if line in shown else ""].append(made[line.file])
    menu[""].append(st.Page(home, title="首页", default=True, visibility="hidden"))
    return st.navigation(
        {section: entries for section, entries in menu.items() if entries},
        position="sidebar" if actor else "hidden",
        expanded=True,
    )


def linked(file: str) -> Page:
    """The page of this run, for a link: Streamlit would look for the file itself, five system calls a link."""
    page: Page = session.recall(MADE)[file]
    return page


def _page(line: PageLine, shown: bool) -> Page:
    return st.Page(
        line.file,
        title=line.title,
        url_path=line.url_path,
        visibility="visible" if shown else "hidden",
    )
