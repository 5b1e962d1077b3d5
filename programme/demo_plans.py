"""Sample execution plans (示例数据): the ten core counties in every stage, and a radiating county that wants one too."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from sqlmodel import Session

from programme import accounts, plan_reviews, plan_writing, settings
from programme.catalogue import Year, catalogue
from programme.milestones import State
from programme.models import Membership
from programme.permissions import Actor
from programme.plan_content import Row, Written
from programme.plans import CountyPlan, plan_of

EARLY: Final = (
    (22, "成立县工作小组，印发执行方案"),
    (32, "完成产业调研，确定主导产业"),
    (52, "首期新媒体运营培训班结业"),
    (78, "“{brand}”品牌标识和包装定稿"),
    (104, "首批网店开业，产品上架"),
    (144, "“山货上头条”专题上线"),
    (170, "采收季专场直播"),
    (205, "年度总结和成效评估"),
)
LATE: Final = (
    (162, "成立县工作小组，印发执行方案"),
    (168, "新媒体运营培训班结业"),
    (174, "“{brand}”品牌标识和包装定稿"),
    (185, "首批网店开业，产品上架"),
    (195, "年货节专场直播"),
    (208, "年度总结和成效评估"),
)
"""Days after the launch on which each milestone is due, of the counties that planned at once and of those that took longer."""

NOTES: Final = {
    "D": "已完成，材料存县农业农村局备查。",
    "L": "因汛期道路中断推迟，现已完成。",
    "U": "正在推进，已落实责任单位。",
}
SENT_BACK: Final = {"brand": "品牌名称与商标注册信息不一致，请核对。", "funds": "请分列县财政资金和项目资金。"}


@dataclass(frozen=True)
class Sample:
    """How far a county has come. `reports` has a letter for each milestone: done, late, under way, nothing said."""

    code: str
    handed_in: int
    reports: str = ""
    approved: bool = True
    accepted: bool = True
    sent_back: bool = False
    rewritten: bool = False

    @property
    def is_early(self) -> bool:
        return self.handed_in < 60


SAMPLES: Final = (
    Sample("533301", 16, "DDLDUUU", rewritten=True),
    Sample("433124", 18, "DDDDDDU"),
    Sample("141032", 17, "DDLDDUU"),
    Sample("522633", 18, "DDDDDDU"),
    Sample("621226", 19, "DDLLD"),
    Sample("360726", 16, "DDDDDDU"),
    Sample("513431", 146, "DU", accepted=False),
    Sample("653121", 148, "D", approved=False, accepted=False, sent_back=True),
    Sample("130624", 159, "", approved=False, accepted=False),
    Sample("532929", 155, "", approved=False, accepted=False),
)


def fill(session: Session) -> int:
    """Hand in, review and report as the counties of SAMPLES would have; returns how many plans there are then."""
    year = catalogue().current_year
    for sample in SAMPLES:
        _play(session, year, sample)
    return len(SAMPLES)


def _play(session: Session, year: Year, sample: Sample) -> None:
    county = accounts.actor_named(session, f"county-{sample.code}")
    province = accounts.actor_named(session, f"province-{sample.code[:2]}")
    written = _written(session, year, _seen(session, county, sample), early=sample.is_early)
    with _on(year, sample.handed_in):
        if sample.rewritten:
            draft = written.with_text("brand", "text", "打造县域特色品牌。").with_text("funds", "source", "县级资金。")
            plan_writing.submit(session, county, _seen(session, county, sample), draft, sample=True)
        else:
            plan_writing.submit(session, county, _seen(session, county, sample), written, sample=True)
    if sample.rewritten or sample.sent_back:
        with _on(year, sample.handed_in + 2):
            plan_reviews.send_back(session, province, _seen(session, province, sample), SENT_BACK)
    if sample.rewritten:
        with _on(year, sample.handed_in + 4):
            plan_writing.submit(session, county, _seen(session, county, sample), written, sample=True)
    _review(session, year, sample, province)
    _report(session, year, sample, county)


def _review(session: Session, year: Year, sample: Sample, province: Actor) -> None:
    if sample.approved:
        with _on(year, sample.handed_in + 6):
            plan_reviews.approve(session, province, _seen(session, province, sample))
    if sample.accepted:
        office = accounts.actor_named(session, "office")
        with _on(year, sample.handed_in + 8):
            plan_reviews.accept(session, office, _seen(session, office, sample))


def _report(session: Session, year: Year, sample: Sample, county: Actor) -> None:
    dates = [days for days, _ in (EARLY if sample.is_early else LATE)]
    for number, (letter, due) in enumerate(zip(sample.reports, dates, strict=False)):
        done = {"D": due - 1, "L": due + 9}.get(letter)
        told = max(done + 1 if done else due - 12, sample.handed_in + 10)
        with _on(year, told):
            one = _seen(session, county, sample)
            state, done_on = (State.DONE, _day(year, done)) if done else (State.UNDER_WAY, None)
            milestone = one.milestones[number].milestone
            plan_writing.report(session, county, one, milestone, state, done_on, NOTES[letter])


def _written(session: Session, year: Year, one: CountyPlan, *, early: bool) -> Written:
    part = session.get_one(Membership, (year.year, one.county_id))
    brand = part.brand or f"{one.county}特产"
    products = part.products or "特色农产品"
    money = 60 + one.county_id % 7 * 12.5
    words = {
        "organisation": {
            "head": "县委副书记任组长，分管农业农村工作的副县长任副组长",
            "members": "县农业农村局局长：产业和培训；县商务局副局长：产销对接；\n"
            "县融媒体中心主任：内容和推介；县扶贫办副主任：带贫机制。",
        },
        "industry": {"text": f"以{products}为主导产业，依托合作社和家庭农场，统一标准、统一收购。（示例）"},
        "training": {"text": "线下培训3期、线上培训6期，面向合作社、返乡青年和村干部约300人次；为周边辐射带动县预留60个名额。"},
        "brand": {"text": f"集中打造“{brand}”，统一标识、包装和质量标准，授权合作社使用。"},
        "marketing": {"text": f"以{products}为主推产品，采收季开展专场直播，开设网店，与批发市场签订产销协议。"},
        "promotion": {"text": "“山货上头条”专题和短视频账号，每周不少于10条；省农业农村网站同步推介。"},
        "funds": {
            "amount": f"{money:g}",
            "source": "县财政配套资金50万元，其余为电商进农村综合示范资金；用于培训、包装设计和物流补贴。",
        },
        "effect": {"text": "年底前网络销售额100万元以上，培训300人次，惠及贫困户200户以上。（示例）"},
    }  # fmt: skip
    rows = [
        Row(0, title.format(brand=brand), _day(year, days).isoformat()) for days, title in (EARLY if early else LATE)
    ]
    return Written(words, tuple(rows))


def _seen(session: Session, actor: Actor, sample: Sample) -> CountyPlan:
    return plan_of(session, actor, sample.code, catalogue().current_year)


def _day(year: Year, days: int) -> date:
    return year.launch + timedelta(days=days)


def _on(year: Year, days: int) -> AbstractContextManager[None]:
    return settings.standing_at(datetime.combine(_day(year, days), time(10, 20), settings.BEIJING))
