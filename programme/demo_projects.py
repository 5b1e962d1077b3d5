"""Sample projects (示例数据) as summary sheets that go through the same check and import as real ones.

No enterprise and no person of these lists exists; the codes have right check digits in a region number nobody has.
"""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from programme.organisation_codes import credit_check, organisation_check
from programme.project_facts import project_facts
from programme.project_form import summary_sheet
from programme.provinces import short_name
from programme.registry import Place, read_places
from programme.settings import data_folder

DIRECT = 7
_KINDS = {
    "telecom_operator": ("电信运营", "network_coverage", ("network_service", "equipment")),
    "equipment_maker": ("通信设备", "network_coverage", ("equipment",)),
    "internet_information": (
        "互联网信息",
        "information_service",
        ("information_service", "network_service", "telemedicine"),
    ),
    "ecommerce": ("电商", "rural_ecommerce", ("ecommerce",)),
    "investment_finance": ("互联网金融", "rural_ecommerce", ("finance", "investment")),
    "security": ("网络安全", "network_education", ("online_training", "equipment")),
    "other": ("在线教育", "network_education", ("online_training", "charity")),
}
_KIND_WEIGHTS = (12, 6, 24, 34, 8, 5, 11)
_WORKS = {
    "ecommerce": ("{place}农产品上行", "{place}电商服务站建设", "{place}一村一店"),
    "information_service": ("{place}农业信息服务平台", "{place}便民信息入户"),
    "network_service": ("{place}乡村宽带普及", "{place}村级网络服务点"),
    "equipment": ("{place}贫困村网络设备赠送", "{place}校园信息化设备支持"),
    "investment": ("{place}产业扶贫投资对接",),
    "finance": ("{place}助农普惠金融服务",),
    "online_training": ("{place}远程课堂", "{place}青年网络创业培训"),
    "telemedicine": ("{place}远程诊疗进乡村",),
    "charity": ("{place}网络公益助学", "{place}爱心认购"),
    "other": ("{place}网络扶贫综合服务",),
}
_STAGES = (
    ("application", 4), ("provincial_selection", 6), ("expert_review", 6), ("public_notice", 6), ("implementation", 26),
    ("evaluation", 30), ("recheck", 14), ("withdrawn", 3), ("declined", 5),
)  # fmt: skip
_OUTCOMES = {
    "evaluation": (("excellent", 5), ("good", 12), ("pass", 8), ("fail", 1), ("", 4)),
    "recheck": (("good", 2), ("pass", 6), ("fail", 4)),
    "withdrawn": (("fail", 1),),
}


@dataclass(frozen=True)
class _Maker:
    """Draws the projects of one run: repeatable by its seed."""

    random: Random
    places: Sequence[Place]

    def project(self, province_code: str, province: str, number: int, *, direct: bool = False) -> dict[str, str]:
        facts = project_facts()
        kind = self.random.choices(list(_KINDS), _KIND_WEIGHTS)[0]
        label, direction, categories = _KINDS[kind]
        category = self.random.choice(categories)
        targets = self._targets(province)
        stage = _drawn(self.random, _STAGES[4:7] if direct else _STAGES)
        where = "中央" if direct else short_name(province)
        return {
            "no": f"SL{province_code}{number:02d}",
            "name": f"{self._work(category, targets[0])}（示例项目）",
            "enterprise": f"示例{label}企业{number:02d}（{where}）",
            "head_of_unit": "总经理（示例）",
            "project_leader": "项目经理（示例）",
            "remark": "示例数据",
            "enterprise_code": sample_code(province_code, number),
            "enterprise_category": facts.word("enterprise_category", kind),
            "direction": facts.word("direction", "network_charity" if category == "charity" else direction),
            "category": facts.word("category", category),
            "channel": facts.word("channel", "direct" if direct else "province"),
            "stage": facts.word("stage", stage),
            "outcome": facts.word("outcome", outcome) if (outcome := self._outcome(stage)) else "",
            "target_counties": "、".join(f"{place.province}{place.name}" for place in targets),
        }

    def _targets(self, province: str) -> list[Place]:
        """One to four of the province's poorest counties; provinces without any help elsewhere."""
        near = [place for place in self.places if place.province == province] or list(self.places)
        return self.random.sample(near, min(len(near), self.random.choices((1, 2, 3, 4), (4, 3, 2, 1))[0]))

    def _work(self, category: str, place: Place) -> str:
        return self.random.choice(_WORKS[category]).format(place=place.name)

    def _outcome(self, stage: str) -> str:
        return _drawn(self.random, _OUTCOMES[stage]) if stage in _OUTCOMES else ""


def _drawn(random: Random, weighted: Sequence[tuple[str, int]]) -> str:
    return random.choices([code for code, _ in weighted], [weight for _, weight in weighted])[0]


def sample_code(province_code: str, number: int) -> str:
    """A well-formed 统一社会信用代码 that no organisation has: its region is nobody's (…0099)."""
    body = f"{int(province_code):04d}{number:04d}"
    code = f"99{province_code}0099{body}{organisation_check(body)}"
    return code + credit_check(code)


def sample_workbooks(seed: int) -> list[tuple[str, bytes]]:
    """File names and workbooks: one for each of 31 provinces, with three or four projects, and one of direct applications."""
    places = read_places(data_folder() / "registry")
    members = _members()
    maker = _Maker(Random(seed), [place for place in places if place.sanqu_sanzhou or place.code in members])  # noqa: S311
    without = project_facts().not_addressed
    provinces = {place.code[:2]: place.province for place in places if place.code[:2] not in without}
    return [*_of_provinces(maker, provinces), _direct(maker)]


def _members() -> frozenset[str]:
    """The sample choice of poverty counties; the official list is no part of the registry."""
    with (data_folder() / "demo" / "counties.csv").open(encoding="utf-8", newline="") as lines:
        return frozenset(row["adcode"] for row in csv.DictReader(lines))


def _of_provinces(maker: _Maker, provinces: dict[str, str]) -> Iterator[tuple[str, bytes]]:
    for code, name in provinces.items():
        count = maker.random.choice((3, 3, 3, 3, 2, 4))
        rows = [maker.project(code, name, number) for number in range(1, count + 1)]
        yield (
            f"{short_name(name)}_项目信息汇总表（示例数据）.xlsx",
            summary_sheet(name, rows, province_code=code, sample=True),
        )


def _direct(maker: _Maker) -> tuple[str, bytes]:
    rows = [maker.project("00", "", number, direct=True) for number in range(1, DIRECT + 1)]
    return "直接申报_项目信息汇总表（示例数据）.xlsx", summary_sheet("直接申报", rows, seal="国家网信办", sample=True)
