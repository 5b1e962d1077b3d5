"""Sample applications (示例数据) of many enterprises and what became of them in their provinces: by the same verbs as real ones.

Of a province's applications some are still being written, some wait, some were sent back, and of the others the province
recommends as many as it has places left. No enterprise of these exists.
"""

from contextlib import AbstractContextManager
from datetime import datetime, time, timedelta
from typing import Final

from sqlmodel import Session

from programme import account_queries, accounts, application_writing, enterprises, project_life, settings
from programme.accounts import SYSTEM
from programme.application_counties import county_choices
from programme.demo_applications import WRITTEN
from programme.demo_selection import select_of_province
from programme.enterprises import Registration
from programme.organisation_codes import organisation_check
from programme.passwords import Prepared
from programme.permissions import Actor, Role
from programme.project_facts import project_facts
from programme.project_needs_selection import places_used
from programme.project_selection import send_back
from programme.provinces import short_name

CAPITAL, SHOWN = "11", "53"
APPLICANTS: Final = {"13": 6, "14": 5, "36": 5, "43": 6, "45": 5, "51": 7, "52": 6, "53": 5, "62": 5, CAPITAL: 2}
"""How many enterprises apply in each province; those of the last one apply to the national office directly."""
WORKS: Final = (
    ("山货网上集市", "ecommerce", "rural_ecommerce", "ecommerce"),
    ("村级宽带服务点", "telecom_operator", "network_coverage", "network_service"),
    ("农技信息到户", "internet_information", "information_service", "information_service"),
    ("乡村教师远程研修", "other", "network_education", "online_training"),
    ("爱心认购", "ecommerce", "network_charity", "charity"),
    ("远程会诊进乡镇", "internet_information", "information_service", "telemedicine"),
    ("助农普惠金融", "investment_finance", "rural_ecommerce", "finance"),
)
REST: Final = {
    "schedule": "（示例）第一年建点和培训，第二年推广；每季度报告进展。",
    "safeguards": "（示例）设专职团队和专项资金，与县里共建服务站。",
    "economic": "（示例）带动特色产品网上销售，增加农户收入。",
    "social": "（示例）培训返乡青年和村干部，带动就业。",
    "environmental": "无",
}
SCAN: Final = b"%PDF-1.4\n% sample\n%%EOF\n"
UNFINISHED: Final = {"benefits": "请按经济、社会、环境三项分别写明可核对的数量。（示例）"}
OUT: Final = "企业业务调整，申请退出。（示例）"
BEGINS_BEFORE, SUBMITS_BEFORE, SELECTS_BEFORE = 16, 9, 3  # days before the deadline of recommendation


def fill(session: Session, password: Prepared) -> int:
    """Let them all apply, and the provinces decide; returns how many applications there are."""
    nation = accounts.actor_named(session, "national-cac")
    names = dict(account_queries.provinces(session))
    begun = 0
    for province, many in APPLICANTS.items():
        places = list(county_choices(session, SHOWN if province == CAPITAL else province))
        written = []
        for at in range(many):
            actor = _register(session, nation, province, f"示例{short_name(names[province])}企业", begun + at, password)
            no = _write(session, actor, places[at], begun + at, direct=province == CAPITAL, whole=at > 0)
            written.append((actor, no))
        begun += many
        _decide(session, nation, province, names[province], written, password)
    return begun


def _before(days: int) -> AbstractContextManager[None]:
    day = project_facts().deadline("recommendation").day - timedelta(days=days)
    return settings.standing_at(datetime.combine(day, time(15, 10), settings.BEIJING))


def _register(session: Session, nation: Actor, province: str, name: str, at: int, password: Prepared) -> Actor:
    body = f"99910{at:03d}"
    code = body + organisation_check(body)
    typed = Registration(f"{name}{at + 1:02d}", code, province, "公共事务部负责人", "13800000000", "office@example.com")
    with _before(BEGINS_BEFORE):
        actor = enterprises.register(session, typed, f"applicant-{at + 1}", password, sample=True)
        seen = enterprises.enterprise_of(session, actor)
        assert seen is not None
        enterprises.confirm(session, nation, seen)
    return actor


def _write(session: Session, actor: Actor, county: int, at: int, *, direct: bool, whole: bool) -> str:
    """The number of the project; not `whole`: the last two sections are still empty."""
    work, kind, direction, category = WORKS[at % len(WORKS)]
    chosen = {"enterprise_category": kind, "direction": direction, "category": category}
    texts = WRITTEN | chosen | {"name": f"示例：{work}（{at + 1}）"} | (REST if whole or direct else {})
    with _before(BEGINS_BEFORE):
        channel, ground = ("direct", ("central", "key")[at % 2]) if direct else ("province", "")
        no = application_writing.begin(session, actor, channel, ground, sample=True).no
        application_writing.keep_texts(session, actor, no, texts)
        application_writing.keep_counties(session, actor, no, [county])
    return no


def _hand_in(session: Session, actor: Actor, no: str, days: int) -> None:
    with _before(days):
        application_writing.attach(session, actor, no, "licence", "营业执照（示例）.pdf", SCAN)
        application_writing.attach(session, actor, no, "seal", "盖章页（示例）.pdf", SCAN)
        project_life.move_project(session, actor, no, "submit")


def _decide(
    session: Session, nation: Actor, province: str, name: str, written: list[tuple[Actor, str]], password: Prepared
) -> None:  # fmt: skip
    """Of a province the first is still being written, the second sent back, the third withdrawn, and the last comes late."""
    if province == CAPITAL:
        for actor, no in written:
            _hand_in(session, actor, no, SUBMITS_BEFORE)
        with _before(SELECTS_BEFORE):
            project_life.move_project(session, nation, written[0][1], "admit")
        return
    _, (_, back), (leaver, left), *others = written
    for actor, no in written[1:-1]:
        _hand_in(session, actor, no, SUBMITS_BEFORE)
    cac = _cac(session, province, name, password)
    with _before(SELECTS_BEFORE):
        send_back(session, cac, back, UNFINISHED)
        project_life.move_project(session, leaver, left, "withdraw", OUT)
        places = max(project_facts().most - places_used(session, province), 0)
        select_of_province(session, cac, int(settings.demo()["seed"]), most=places, report=province != SHOWN)
    _hand_in(session, *others[-1], 1)


def _cac(session: Session, province: str, name: str, password: Prepared) -> Actor:
    """The province's office; that of the province which is shown has its account already."""
    if province != SHOWN:
        accounts.create_user(
            session, SYSTEM, username=f"cac-{province}", name=f"省网信办 · {name}", role=Role.PROVINCE_CAC,
            province_code=province, password=password, sample=True,
        )  # fmt: skip
    return accounts.actor_named(session, f"cac-{province}")
