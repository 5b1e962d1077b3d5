"""Who may do what, as one table (domain: roles). Scope comes from the actor, who is read from the store at every rerun."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from programme.errors import NotAllowed


class Role(StrEnum):
    COUNTY = "county"
    PROVINCE = "province"
    OFFICE = "office"
    LEADER = "leader"
    ENTERPRISE = "enterprise"
    PROVINCE_CAC = "province_cac"
    NATIONAL_CAC = "national_cac"
    EXPERT = "expert"
    EVALUATOR = "evaluator"
    ADMIN = "admin"


ROLE_NAMES = {
    Role.COUNTY: "县工作小组",
    Role.PROVINCE: "省级信息中心",
    Role.OFFICE: "领导小组办公室",
    Role.LEADER: "领导小组",
    Role.ENTERPRISE: "申报企业",
    Role.PROVINCE_CAC: "省网信办",
    Role.NATIONAL_CAC: "国家网信办",
    Role.EXPERT: "评审专家",
    Role.EVALUATOR: "第三方评估机构",
    Role.ADMIN: "系统管理员",
}


class Permission(StrEnum):
    OWN_ACCOUNT = "own_account"
    SEE_TOTALS = "see_totals"
    SEE_COUNTY = "see_county"
    SUBMIT_RETURN = "submit_return"
    REVIEW_RETURN = "review_return"
    ACCEPT_RETURN = "accept_return"
    EXTEND_DUE = "extend_due"
    MAKE_RELEASE = "make_release"
    REMIND = "remind"
    SEE_PLAN = "see_plan"
    SUBMIT_PLAN = "submit_plan"
    REVIEW_PLAN = "review_plan"
    ACCEPT_PLAN = "accept_plan"
    IMPORT_COUNTIES = "import_counties"
    SEE_PROJECT = "see_project"
    IMPORT_PROJECTS = "import_projects"
    MANAGE_ACCOUNTS = "manage_accounts"
    SEE_AUDIT = "see_audit"
    MANAGE_CHANNELS = "manage_channels"
    SEE_REGISTER = "see_register"
    SUBMIT_REGISTER = "submit_register"
    SUBMIT_PLATFORM_DATA = "submit_platform_data"
    APPLY = "apply"
    CONFIRM_ENTERPRISE = "confirm_enterprise"
    SELECT_PROJECT = "select_project"
    ORGANISE_REVIEW = "organise_review"
    SCORE_PROJECT = "score_project"
    ORGANISE_NOTICE = "organise_notice"
    LAUNCH_PROJECT = "launch_project"
    RUN_PROJECT = "run_project"
    REVIEW_PROGRESS = "review_progress"
    ORGANISE_EVALUATION = "organise_evaluation"
    EVALUATE_PROJECT = "evaluate_project"
    RECHECK_PROJECT = "recheck_project"
    WRITE_STORY = "write_story"
    SHOW_STORY = "show_story"
    SEE_LIBRARY = "see_library"
    ARRANGE_WALL = "arrange_wall"
    MAKE_BULLETIN = "make_bulletin"
    SEE_WARNING = "see_warning"
    HANDLE_WARNING = "handle_warning"
    SEE_COUNTY_EVALUATION = "see_county_evaluation"
    RECORD_VISIT = "record_visit"
    MAKE_COUNTY_EVALUATION = "make_county_evaluation"


PERMISSION_NAMES = {
    Permission.OWN_ACCOUNT: "修改本人密码",
    Permission.SEE_TOTALS: "查看全国汇总",
    Permission.SEE_COUNTY: "查看县级数据",
    Permission.SUBMIT_RETURN: "报送月报",
    Permission.REVIEW_RETURN: "审核月报",
    Permission.ACCEPT_RETURN: "接收月报",
    Permission.EXTEND_DUE: "延长报送期限",
    Permission.MAKE_RELEASE: "发布",
    Permission.REMIND: "催报",
    Permission.SEE_PLAN: "查看执行方案",
    Permission.SUBMIT_PLAN: "报送执行方案",
    Permission.REVIEW_PLAN: "审核执行方案",
    Permission.ACCEPT_PLAN: "接收执行方案",
    Permission.IMPORT_COUNTIES: "导入县名单",
    Permission.SEE_PROJECT: "查看“双百”项目",
    Permission.IMPORT_PROJECTS: "导入“双百”项目",
    Permission.MANAGE_ACCOUNTS: "管理账号",
    Permission.SEE_AUDIT: "查看操作记录",
    Permission.MANAGE_CHANNELS: "设置通知渠道",
    Permission.SEE_REGISTER: "查看佐证台账",
    Permission.SUBMIT_REGISTER: "报送佐证台账",
    Permission.SUBMIT_PLATFORM_DATA: "上传平台数据",
    Permission.APPLY: "申报项目",
    Permission.CONFIRM_ENTERPRISE: "确认企业登记",
    Permission.SELECT_PROJECT: "受理和遴选项目",
    Permission.ORGANISE_REVIEW: "组织专家评审",
    Permission.SCORE_PROJECT: "评审打分",
    Permission.ORGANISE_NOTICE: "确定和公示入选名单",
    Permission.LAUNCH_PROJECT: "启动项目实施",
    Permission.RUN_PROJECT: "报告项目进展和整改",
    Permission.REVIEW_PROGRESS: "审核项目进展",
    Permission.ORGANISE_EVALUATION: "组织绩效评估",
    Permission.EVALUATE_PROJECT: "评估项目",
    Permission.RECHECK_PROJECT: "动态复核",
    Permission.WRITE_STORY: "编写展示材料",
    Permission.SHOW_STORY: "审定展示材料",
    Permission.SEE_LIBRARY: "查看经验案例",
    Permission.ARRANGE_WALL: "编排大屏",
    Permission.MAKE_BULLETIN: "编制通报",
    Permission.SEE_WARNING: "查看预警",
    Permission.HANDLE_WARNING: "处理预警",
    Permission.SEE_COUNTY_EVALUATION: "查看“110”活动评估",
    Permission.RECORD_VISIT: "登记实地考察和督导",
    Permission.MAKE_COUNTY_EVALUATION: "开展“110”活动评估",
}


@dataclass(frozen=True)
class Actor:
    """The person acting, as the store knows them now. `county_id` and `province_code` (two digits) bound what they reach."""

    id: int
    username: str
    name: str
    role: Role
    county_id: int | None = None
    province_code: str = ""
    must_change_password: bool = False
    enterprise_id: int | None = None


@dataclass(frozen=True)
class Subject:
    """What a scope is compared with: a county by its internal id and the two digits of its province.

    Of a project: the province that recommends it ("" for one applied for directly), the enterprise that carries it, and the
    ids of the experts or evaluators it was given to.
    """

    county_id: int | None
    province_code: str
    enterprise_id: int | None = None
    assigned: frozenset[int] = frozenset()


Scope = Callable[[Actor, Subject], bool]


def everywhere(actor: Actor, subject: Subject) -> bool:
    return True


def own_county(actor: Actor, subject: Subject) -> bool:
    return actor.county_id is not None and actor.county_id == subject.county_id


def own_province(actor: Actor, subject: Subject) -> bool:
    return actor.province_code != "" and actor.province_code == subject.province_code


def own_enterprise(actor: Actor, subject: Subject) -> bool:
    return actor.enterprise_id is not None and actor.enterprise_id == subject.enterprise_id


def applied_directly(actor: Actor, subject: Subject) -> bool:
    return subject.province_code == ""


def assigned_to(actor: Actor, subject: Subject) -> bool:
    return actor.id in subject.assigned


REACH: dict[Scope, str] = {
    own_county: "本县",
    own_province: "本省",
    own_enterprise: "本企业",
    applied_directly: "直接申报的项目",
    assigned_to: "分配给您的项目",
}


@dataclass(frozen=True)
class Grant:
    role: Role
    permission: Permission
    scope: Scope = everywhere


GRANTS = (
    *(Grant(role, Permission.OWN_ACCOUNT) for role in Role),
    Grant(Role.COUNTY, Permission.SEE_TOTALS),
    Grant(Role.COUNTY, Permission.SEE_COUNTY, own_county),
    Grant(Role.COUNTY, Permission.SUBMIT_RETURN, own_county),
    Grant(Role.COUNTY, Permission.SEE_PLAN, own_county),
    Grant(Role.COUNTY, Permission.SUBMIT_PLAN, own_county),
    Grant(Role.PROVINCE, Permission.SEE_TOTALS),
    Grant(Role.PROVINCE, Permission.SEE_COUNTY, own_province),
    Grant(Role.PROVINCE, Permission.SUBMIT_RETURN, own_province),
    Grant(Role.PROVINCE, Permission.REVIEW_RETURN, own_province),
    Grant(Role.PROVINCE, Permission.REMIND, own_province),
    Grant(Role.PROVINCE, Permission.SEE_PLAN, own_province),
    Grant(Role.PROVINCE, Permission.REVIEW_PLAN, own_province),
    Grant(Role.OFFICE, Permission.SEE_TOTALS),
    Grant(Role.OFFICE, Permission.SEE_COUNTY),
    Grant(Role.OFFICE, Permission.SUBMIT_RETURN),
    Grant(Role.OFFICE, Permission.ACCEPT_RETURN),
    Grant(Role.OFFICE, Permission.EXTEND_DUE),
    Grant(Role.OFFICE, Permission.MAKE_RELEASE),
    Grant(Role.OFFICE, Permission.REMIND),
    Grant(Role.OFFICE, Permission.IMPORT_COUNTIES),
    Grant(Role.OFFICE, Permission.SEE_PROJECT),
    Grant(Role.OFFICE, Permission.SEE_PLAN),
    Grant(Role.OFFICE, Permission.ACCEPT_PLAN),
    Grant(Role.LEADER, Permission.SEE_TOTALS),
    Grant(Role.LEADER, Permission.SEE_COUNTY),
    Grant(Role.LEADER, Permission.SEE_PROJECT),
    Grant(Role.LEADER, Permission.SEE_PLAN),
    Grant(Role.PROVINCE_CAC, Permission.SEE_PROJECT, own_province),
    Grant(Role.PROVINCE_CAC, Permission.IMPORT_PROJECTS, own_province),
    Grant(Role.NATIONAL_CAC, Permission.SEE_PROJECT),
    Grant(Role.NATIONAL_CAC, Permission.IMPORT_PROJECTS),
    Grant(Role.ADMIN, Permission.MANAGE_ACCOUNTS),
    Grant(Role.ADMIN, Permission.SEE_AUDIT),
    Grant(Role.ADMIN, Permission.MANAGE_CHANNELS),
    Grant(Role.COUNTY, Permission.SEE_REGISTER, own_county),
    Grant(Role.COUNTY, Permission.SUBMIT_REGISTER, own_county),
    Grant(Role.PROVINCE, Permission.SEE_REGISTER, own_province),
    Grant(Role.PROVINCE, Permission.SUBMIT_REGISTER, own_province),
    Grant(Role.OFFICE, Permission.SEE_REGISTER),
    Grant(Role.OFFICE, Permission.SUBMIT_REGISTER),
    Grant(Role.OFFICE, Permission.SUBMIT_PLATFORM_DATA),
    Grant(Role.LEADER, Permission.SEE_REGISTER),
    Grant(Role.ENTERPRISE, Permission.SEE_PROJECT, own_enterprise),
    Grant(Role.ENTERPRISE, Permission.APPLY, own_enterprise),
    Grant(Role.ENTERPRISE, Permission.RUN_PROJECT, own_enterprise),
    Grant(Role.PROVINCE_CAC, Permission.CONFIRM_ENTERPRISE, own_province),
    Grant(Role.PROVINCE_CAC, Permission.SELECT_PROJECT, own_province),
    Grant(Role.PROVINCE_CAC, Permission.LAUNCH_PROJECT, own_province),
    Grant(Role.PROVINCE_CAC, Permission.REVIEW_PROGRESS, own_province),
    Grant(Role.NATIONAL_CAC, Permission.CONFIRM_ENTERPRISE),
    Grant(Role.NATIONAL_CAC, Permission.SELECT_PROJECT, applied_directly),
    Grant(Role.NATIONAL_CAC, Permission.ORGANISE_REVIEW),
    Grant(Role.NATIONAL_CAC, Permission.ORGANISE_NOTICE),
    Grant(Role.NATIONAL_CAC, Permission.LAUNCH_PROJECT),
    Grant(Role.NATIONAL_CAC, Permission.REVIEW_PROGRESS, applied_directly),
    Grant(Role.NATIONAL_CAC, Permission.ORGANISE_EVALUATION),
    Grant(Role.NATIONAL_CAC, Permission.RECHECK_PROJECT),
    Grant(Role.COUNTY, Permission.WRITE_STORY, own_county),
    Grant(Role.COUNTY, Permission.SEE_LIBRARY),
    Grant(Role.COUNTY, Permission.SEE_WARNING, own_county),
    Grant(Role.COUNTY, Permission.HANDLE_WARNING, own_county),
    Grant(Role.COUNTY, Permission.SEE_COUNTY_EVALUATION, own_county),
    Grant(Role.PROVINCE, Permission.SEE_LIBRARY),
    Grant(Role.PROVINCE, Permission.SEE_WARNING, own_province),
    Grant(Role.PROVINCE, Permission.SEE_COUNTY_EVALUATION, own_province),
    Grant(Role.PROVINCE, Permission.RECORD_VISIT, own_province),
    Grant(Role.OFFICE, Permission.WRITE_STORY),
    Grant(Role.OFFICE, Permission.SHOW_STORY),
    Grant(Role.OFFICE, Permission.SEE_LIBRARY),
    Grant(Role.OFFICE, Permission.ARRANGE_WALL),
    Grant(Role.OFFICE, Permission.MAKE_BULLETIN),
    Grant(Role.OFFICE, Permission.SEE_WARNING),
    Grant(Role.OFFICE, Permission.HANDLE_WARNING),
    Grant(Role.OFFICE, Permission.SEE_COUNTY_EVALUATION),
    Grant(Role.OFFICE, Permission.RECORD_VISIT),
    Grant(Role.OFFICE, Permission.MAKE_COUNTY_EVALUATION),
    Grant(Role.LEADER, Permission.SEE_LIBRARY),
    Grant(Role.LEADER, Permission.SEE_WARNING),
    Grant(Role.LEADER, Permission.SEE_COUNTY_EVALUATION),
    Grant(Role.EXPERT, Permission.SEE_PROJECT, assigned_to),
    Grant(Role.EXPERT, Permission.SCORE_PROJECT, assigned_to),
    Grant(Role.EVALUATOR, Permission.SEE_PROJECT, assigned_to),
    Grant(Role.EVALUATOR, Permission.EVALUATE_PROJECT, assigned_to),
)
_SCOPES = {(grant.role, grant.permission): grant.scope for grant in GRANTS}
_GIVEN = frozenset(grant.role for grant in GRANTS if grant.scope is assigned_to)


def scope_of(actor: Actor, permission: Permission) -> Scope | None:
    """The scope in which the actor holds the permission, or None when they do not hold it at all."""
    if actor.must_change_password and permission is not Permission.OWN_ACCOUNT:
        return None
    return _SCOPES.get((actor.role, permission))


def reaches_what_is_given(actor: Actor) -> bool:
    """Whether to whom a project was given decides anything the actor may."""
    return actor.role in _GIVEN


def refusal(actor: Actor, permission: Permission, subject: Subject | None = None) -> str | None:
    """Why the actor may not, as a sentence; None when they may. Without a subject only the permission itself is asked."""
    scope = scope_of(actor, permission)
    if scope is None:
        if actor.must_change_password:
            return "请先修改初始密码，再进行其他操作。"
        return f"{ROLE_NAMES[actor.role]}没有“{PERMISSION_NAMES[permission]}”的权限，如有需要请联系系统管理员。"
    if subject is not None and not scope(actor, subject):
        return f"这不在您的范围内：您只能对{REACH[scope]}“{PERMISSION_NAMES[permission]}”。"
    return None


def require(actor: Actor, permission: Permission, subject: Subject | None = None) -> None:
    """Raise NotAllowed with the sentence of `refusal`."""
    if sentence := refusal(actor, permission, subject):
        raise NotAllowed(sentence)
