"""The life of a project as one table (网发[2016]290号, 三(二)): a row per move.

Buttons, permissions, history, deadlines and the diagram come from it. A move that needs something beyond where the project
stands names functions of the `project_needs` modules: each gets the session and the project, and says in a sentence what is
missing, or None.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sqlmodel import Session

from programme import evaluations
from programme.models import Project
from programme.national_lists import CONFIRMED, PROPOSED
from programme.permissions import Permission
from programme.project_facts import project_facts
from programme.project_needs_application import (
    enterprise_is_confirmed,
    every_section_is_finished,
    hand_in,
    licence_is_attached,
    seal_is_of_this_text,
)
from programme.project_needs_carrying import (
    close_recheck,
    launch_is_recorded,
    open_recheck,
    rectification_is_planned,
    rectification_is_told,
    report_is_complete,
    something_is_promised,
    something_triggers,
)
from programme.project_needs_review import (
    an_objection_is_upheld,
    is_on_a_notice,
    no_objection_is_open,
    notice_is_over,
    panel_is_complete,
    place_is_free,
    scores_are_all_in,
    wide_spread_is_discussed,
)
from programme.project_needs_selection import on_settled_list, quota_not_full, scores_complete

Need = Callable[[Session, Project], str | None]
Effect = Callable[[Session, Project], None]
BEGIN: Final = "begin"
OWN_DAY: Final = "own"
"""A deadline that is set for the project alone (`Project.due`)."""
OWN_DAY_NAME: Final = "本项目的期限"


@dataclass(frozen=True)
class Move:
    """`sources` and `target` are states of projects.toml; "" is a project that does not exist yet.

    `public` is what the enterprise reads in the track. `deadline` names the day of projects.toml by which the move is due.
    `note`: a reason must be given. `channel`: only for projects that came this way. `effect` is carried out with the move.
    `settles`: the list of the national office that is settled when the move is made with a single project; verbs that move
    whole lists settle theirs. `on_paper`: asked for instead of `permission` where no enterprise carries the project here.
    """

    code: str
    name: str
    sources: tuple[str, ...]
    target: str
    permission: Permission
    public: str
    needs: tuple[Need, ...] = ()
    deadline: str = ""
    note: bool = False
    channel: str = ""
    effect: Effect | None = None
    settles: str = ""
    on_paper: Permission | None = None

    def asks(self, enterprise_id: int | None) -> Permission:
        """The permission the move asks for with a project of this enterprise, or of none."""
        return self.on_paper if self.on_paper and enterprise_id is None else self.permission


ALIVE: Final = (
    "draft", "returned", "submitted", "assessing", "recommended", "received", "reviewing", "reviewed", "reserve",
    "proposed", "noticed", "confirmed", "running", "evaluated", "triggered", "rectifying", "rechecking",
)  # fmt: skip

MOVES: Final = (
    # 1 企业申报
    Move(BEGIN, "开始申报", ("",), "draft", Permission.APPLY, "开始填写申报书"),
    Move(
        "submit", "提交申报", ("draft", "returned"), "submitted", Permission.APPLY, "提交申报书",
        needs=(enterprise_is_confirmed, every_section_is_finished, licence_is_attached, seal_is_of_this_text),
        effect=hand_in, deadline="recommendation",
    ),
    Move("retract", "撤回修改", ("submitted",), "draft", Permission.APPLY, "撤回申报书修改"),
    # 2 省内遴选
    Move(
        "take_up", "受理", ("submitted",), "assessing", Permission.SELECT_PROJECT, "省网信办受理",
        deadline="recommendation", channel="province",
    ),
    Move(
        "admit", "受理直接申报", ("submitted",), "received", Permission.SELECT_PROJECT, "国家网信办受理",
        deadline="notice", channel="direct",
    ),
    Move(
        "send_back", "退回修改", ("submitted", "assessing"), "returned", Permission.SELECT_PROJECT, "退回修改",
        deadline="recommendation", note=True,
    ),
    Move(
        "recommend", "拟推荐", ("assessing",), "recommended", Permission.SELECT_PROJECT, "省内评价",
        needs=(scores_complete, quota_not_full), deadline="recommendation", note=True, channel="province",
    ),
    Move(
        "reconsider", "取消拟推荐", ("recommended",), "assessing", Permission.SELECT_PROJECT, "省内评价",
        note=True, channel="province",
    ),
    Move(
        "decline", "不予推荐", ("submitted", "assessing"), "declined", Permission.SELECT_PROJECT, "未获推荐",
        deadline="recommendation", note=True,
    ),
    Move(
        "report", "报送国家网信办", ("recommended",), "received", Permission.SELECT_PROJECT, "省网信办推荐，报国家网信办",
        needs=(on_settled_list,), deadline="recommendation", channel="province",
    ),
    # 3 审核公示
    Move(
        "start_review", "分送专家", ("received",), "reviewing", Permission.ORGANISE_REVIEW, "进入专家评审",
        needs=(panel_is_complete,), deadline="notice",
    ),
    Move(
        "conclude_review", "评审完成", ("reviewing",), "reviewed", Permission.ORGANISE_REVIEW, "专家评审完成",
        needs=(scores_are_all_in, wide_spread_is_discussed), deadline="notice",
    ),
    Move(
        "propose", "列入拟入选名单", ("reviewed",), "proposed", Permission.ORGANISE_NOTICE, "列入拟入选名单",
        needs=(place_is_free,), deadline="notice", settles=PROPOSED,
    ),
    Move(
        "hold_in_reserve", "列入备选名单", ("reviewed",), "reserve", Permission.ORGANISE_NOTICE, "列入备选名单",
        deadline="notice",
    ),
    Move(
        "not_select", "不入选", ("reviewed", "reserve"), "declined", Permission.ORGANISE_NOTICE, "未入选",
        deadline="notice", note=True,
    ),
    Move(
        "promote", "递补", ("reserve",), "proposed", Permission.ORGANISE_NOTICE, "由备选名单递补",
        needs=(place_is_free,), note=True, settles=PROPOSED,
    ),
    Move(
        "put_on_notice", "公示", ("proposed",), "noticed", Permission.ORGANISE_NOTICE, "拟入选名单公示",
        needs=(is_on_a_notice,), deadline="notice",
    ),
    Move(
        "confirm", "确认入选", ("noticed",), "confirmed", Permission.ORGANISE_NOTICE, "公示期满，确认入选",
        needs=(notice_is_over, no_objection_is_open), settles=CONFIRMED,
    ),
    Move(
        "strike", "取消入选资格", ("proposed", "noticed"), "declined", Permission.ORGANISE_NOTICE, "异议成立，取消入选资格",
        needs=(an_objection_is_upheld,), note=True,
    ),
    # 4 统一组织实施
    Move(
        "launch", "启动实施", ("confirmed",), "running", Permission.LAUNCH_PROJECT, "项目统一推出",
        needs=(launch_is_recorded, something_is_promised), deadline="launch",
    ),
    # 5 绩效评估和动态复核
    Move("sample", "抽入评估", ("running",), "evaluating", Permission.ORGANISE_EVALUATION, "进入第三方评估"),
    Move(
        "evaluate", "提交评估报告", ("evaluating",), "evaluated", Permission.EVALUATE_PROJECT, "第三方评估完成",
        needs=(report_is_complete,), effect=evaluations.hand_in,
    ),
    Move(
        "trigger", "启动复核", ("running", "evaluated"), "triggered", Permission.RECHECK_PROJECT, "启动动态复核",
        needs=(something_triggers,), note=True, effect=open_recheck,
    ),
    Move(
        "rectify", "提交整改方案", ("triggered",), "rectifying", Permission.RUN_PROJECT, "提交整改方案",
        needs=(rectification_is_planned,), deadline=OWN_DAY, on_paper=Permission.LAUNCH_PROJECT,
    ),
    Move(
        "complete_rectification", "提交整改结果", ("rectifying",), "rechecking", Permission.RUN_PROJECT, "提交整改结果",
        needs=(rectification_is_told,), deadline=OWN_DAY, on_paper=Permission.LAUNCH_PROJECT,
    ),
    Move(
        "retain", "复核保留", ("rechecking",), "running", Permission.RECHECK_PROJECT, "复核通过，予以保留",
        note=True, effect=close_recheck,
    ),
    Move(
        "adjust", "复核调整", ("rechecking",), "running", Permission.RECHECK_PROJECT, "复核后调整项目内容",
        note=True, effect=close_recheck,
    ),
    Move(
        "remove", "复核退出", ("triggered", "rectifying", "rechecking"), "withdrawn", Permission.RECHECK_PROJECT,
        "复核后退出", note=True, effect=close_recheck,
    ),
    # A way out for the enterprise at any time (自愿参与, 三(二)1), except while it is being evaluated.
    Move("withdraw", "申请退出", ALIVE, "withdrawn", Permission.APPLY, "企业申请退出", note=True, effect=close_recheck),
)  # fmt: skip
NEED_NAMES: Final[dict[Need, str]] = {
    enterprise_is_confirmed: "企业登记已确认",
    every_section_is_finished: "申报书各部分都已写好",
    licence_is_attached: "已上传营业执照",
    seal_is_of_this_text: "盖章页与现在的申报书一致",
    scores_complete: "省内评分达到规定人数",
    quota_not_full: "本省推荐名额未满",
    on_settled_list: "已列入定稿的报送名单",
    panel_is_complete: "评审专家已抽齐",
    scores_are_all_in: "专家评分已全部提交",
    wide_spread_is_discussed: "分差大的已经专家组讨论",
    place_is_free: "入选名额未满",
    is_on_a_notice: "已列入正在进行的公示",
    notice_is_over: "公示期已满",
    no_objection_is_open: "没有未处理或成立的异议",
    an_objection_is_upheld: "有成立的异议",
    launch_is_recorded: "推出记录已填写，推出日期已到",
    something_is_promised: "里程碑和预期效益已填写",
    report_is_complete: "评估报告已写完",
    something_triggers: "达到复核启动条件",
    rectification_is_planned: "整改方案和步骤已保存",
    rectification_is_told: "整改结果和佐证材料已保存",
}
"""What each need asks for, for tables of the moves; what is missing of it the need says itself."""
_BY_CODE: Final = {move.code: move for move in MOVES}
IMPORTED: Final = "imported"
"""The event of a project whose standing came from a list on paper: no move of the table."""


def move_named(code: str) -> Move | None:
    return _BY_CODE.get(code)


def moves_from(state: str, channel: str = "") -> tuple[Move, ...]:
    """The moves that lead away from a state, for projects of this channel when one is named."""
    return tuple(move for move in MOVES if state in move.sources and (not channel or move.channel in ("", channel)))


def deadlines_of(state: str) -> tuple[str, ...]:
    """Codes of the deadlines of the moves that lead away from a state, without repetition."""
    return tuple(dict.fromkeys(move.deadline for move in moves_from(state) if move.deadline))


def diagram() -> str:
    """The table as a Mermaid state diagram, in the words of the catalogue; the way out of every state is told once."""
    facts = project_facts()
    names = {"": "[*]"} | {state.code: state.code for state in facts.states}
    lines = [f'    state "{state.name}" as {state.code}' for state in facts.states]
    for move in MOVES:
        if move.code != "withdraw":
            lines += [f"    {names[source]} --> {move.target}: {move.name}" for source in move.sources]
    lines.append("    note right of withdrawn: 评估中以外的任何阶段，企业都可申请退出")
    return "\n".join(["stateDiagram-v2", *lines])
