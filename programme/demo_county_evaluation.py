"""The sample programme's visits, supervisions, and its evaluation of a month (示例数据): by the same verbs as real ones."""

import io
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Final

from PIL import Image, ImageDraw, ImageFont
from sqlmodel import Session

from programme import accounts, settings
from programme.calendar import Month
from programme.catalogue import catalogue
from programme.county_evaluation_standard import Method
from programme.county_evaluations import make_evaluation, prepare_evaluation
from programme.county_visits import Entry, Visit, correct_visit, record_visit
from programme.permissions import Actor

AFTER_RELEASE: Final = 16  # days after the due day on which the month is evaluated
PROVINCIAL: Final = "省农业农村厅信息中心副主任、市场信息科科长"
NATIONAL: Final = "领导小组办公室副主任、综合协调组组长"
SIZE: Final = (720, 405)


@dataclass(frozen=True)
class Sample:
    """A visit some days after the launch; by the office, or by the province when `by_office` is not set."""

    code: str
    days: int
    findings: str
    scores: Mapping[str, int] = field(default_factory=dict)
    by_office: bool = False
    supervised: bool = False
    pictured: bool = False


SAMPLES: Final = (
    Sample("533301", 82, "品牌标识、包装已统一，两家合作社获授权；学员能独立拍摄剪辑，每周更新。走访12户，8户说得清增收来源。"
           "问题：冷链不足，采收季易断货。（示例）", {"brand": 82, "training": 86, "benefit": 78}, pictured=True),
    Sample("533301", 115, "工作小组按月调度，县财政资金到位；农业农村、商务两部门数据口径不一致，已要求统一。（示例）",
           {"organisation": 85}, by_office=True, supervised=True),
    Sample("433124", 90, "品牌授权管理规范，直播间由返乡青年运营。走访10户，收购价高于市场价。（示例）",
           {"brand": 91, "training": 88, "benefit": 90}, pictured=True),
    Sample("433124", 97, "领导小组成员单位分工明确，里程碑按期完成。（示例）", {"organisation": 92}, supervised=True),
    Sample("653121", 104, "核桃、石榴产品有市场，品牌尚未定名；培训以线下集中为主，结业后跟踪少。（示例）",
           {"brand": 55, "training": 60, "benefit": 72}, by_office=True),
    Sample("653121", 105, "执行方案退回后未及时修改，工作小组未开过会，要求限期整改。（示例）", {"organisation": 48},
           supervised=True),
    Sample("532929", 83, "随泸水市培训班参训3人，回县后开设账号2个；走访6户，均有订单。（示例）", {"training": 75, "benefit": 84}),
    Sample("533323", 84, "网店由县电商中心代运营，农户参与少。（示例）", {"brand": 60, "benefit": 58}),
    Sample("141032", 100, "红枣加工企业带动较好，直播内容单一。（示例）", {"brand": 78, "training": 70, "benefit": 80}),
    Sample("621226", 140, "苹果采收季产销对接会现场，签约后回访未及时。（示例，9月以后的考察计入下一次评估）",
           {"brand": 76, "benefit": 70}, by_office=True),
)  # fmt: skip
CORRECTED: Final = ("533323", "走访户数经核对有误，更正带贫评分（示例说明）。", {"brand": 60, "benefit": 64})


def fill(session: Session) -> int:
    """Record the visits, correct one, evaluate the newest month released; returns how many records there are."""
    year = catalogue().current_year
    months = [month for month in year.months if month < Month.of(settings.demo()["last_month"])]
    office = accounts.actor_named(session, "office")
    for sample in SAMPLES:
        with _on(year.launch, sample.days + 2):
            seen = _record(session, office, sample, year.launch + timedelta(days=sample.days))
        if sample.code == CORRECTED[0]:
            with _on(year.launch, sample.days + 9):
                entry = Entry(seen.entry.method, seen.entry.day, seen.entry.visitors, seen.entry.findings, CORRECTED[2])
                correct_visit(session, _province(session, sample.code), seen, entry, CORRECTED[1])
    with _on(catalogue().due(months[-1]), AFTER_RELEASE):
        make_evaluation(session, office, prepare_evaluation(session, office, months[-1]))
    return len(SAMPLES)


def _record(session: Session, office: Actor, sample: Sample, day: date) -> Visit:
    actor = office if sample.by_office else _province(session, sample.code)
    method = Method.SUPERVISION if sample.supervised else Method.VISIT
    entry = Entry(method, day, NATIONAL if sample.by_office else PROVINCIAL, sample.findings, sample.scores)
    files = [("现场照片.png", _picture(f"示例图片 {day:%Y-%m-%d}"))] if sample.pictured else []
    return record_visit(session, actor, sample.code, entry, files, sample=True)


def _province(session: Session, code: str) -> Actor:
    return accounts.actor_named(session, f"province-{code[:2]}")


def _on(day: date, days: int) -> AbstractContextManager[None]:
    return settings.standing_at(datetime.combine(day + timedelta(days=days), time(9, 20), settings.BEIJING))


def _picture(words: str) -> bytes:
    """Not a photograph: hills, a road, and what it is."""
    width, height = SIZE
    picture = Image.new("RGB", SIZE, "#dfe9f1")
    draw = ImageDraw.Draw(picture)
    draw.polygon(
        [(0, 250), (190, 110), (360, 230), (540, 90), (width, 240), (width, height), (0, height)], fill="#8fae8b"
    )
    draw.polygon([(300, height), (350, 240), (372, 240), (440, height)], fill="#e8e0cf")
    face = ImageFont.truetype(str(settings.data_folder() / "fonts" / "NotoSansCJKsc-Bold-part.otf"), 30)
    draw.text((width // 2, 40), words, fill="#33424f", font=face, anchor="mm")
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()
