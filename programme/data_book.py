"""The data of a release as a workbook: exact figures, what is not in it, and a dictionary of every column."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC
from decimal import Decimal
from fractions import Fraction
from typing import Final

from programme.calendar import Month
from programme.catalogue import TIER_NAMES, Kpi, Target, catalogue
from programme.documents import chinese_day
from programme.exports import Table, Value, book_xlsx
from programme.frozen_release import Frozen, FrozenMember
from programme.kpis import Progress
from programme.obligations import STATUS_NAMES, Status
from programme.release_help import help_needed
from programme.release_words import scope_name
from programme.settings import clock
from programme.wording import LIGHTS, NO_BASE_TEXT, NOT_APPLICABLE, NOT_REPORTED_TEXT, percent

NOT_IN: Final = "未接收"
EMPTIES: Final = "0 表示无发生；“未报”表示没有经接收的数；“不适用”表示该指标不在该县的范围内"


@dataclass(frozen=True)
class Column:
    """A column of a sheet and its entry in the dictionary."""

    name: str
    unit: str
    meaning: str
    source: str = ""


PLACE: Final = (
    Column("行政区划代码", "", "GB/T 2260 六位代码，文本"),
    Column("县", "", "发布时的名称"),
    Column("省（区、市）", "", "所在省级行政区"),
    Column("层级", "", "核心示范县或辐射带动县，发布时的名单"),
    Column("组", "", "所属核心示范县组，以核心示范县命名"),
)
PROGRESS: Final = (
    Column("指标", "", "方案中的指标"),
    Column("范围", "", "目标所指的县：核心示范县、辐射带动县或全部县"),
    Column("单位", "", "本行累计、目标的计量单位"),
    Column("累计", "见“单位”", "截至本期月末：流量为各月之和，存量为最近一次的期末数"),
    Column("目标（不低于）", "见“单位”", "方案的累计下限；“组”表中为按县数折算的份额"),
    Column("完成率", "%", "累计除以目标"),
    Column("序时进度", "%", "从启动日起已过天数占全部天数的比例，截至本期月末"),
    Column("与序时进度之差", "百分点", "完成率减序时进度"),
    Column("状态", "", "正常、偏慢或滞后，按完成率与序时进度之比；界线见“说明”"),
    Column("环比", "%", "本月新增与上月新增相比；没有基数时为“—”"),
    Column("已报县", "个", "本月有经接收的该项数的县"),
    Column("应报县", "个", "该项目标范围内的县"),
    Column("出处", "", "文号、条款和原句"),
)
GROUP: Final = (Column("组", "", "以核心示范县命名"), Column("核心示范县代码", "", "GB/T 2260 六位代码，文本"))
GROUPED: Final = (*GROUP, *PROGRESS[:-1])
MONTHLY: Final = (
    Column("报告期", "", "年和月"),
    Column("版次", "", "本期采用的月报版次；“未接收”表示当月没有经接收的月报"),
)
CORRECTED: Final = (
    Column("行政区划代码", "", "GB/T 2260 六位代码，文本"),
    Column("县", "", "发布时的名称"),
    Column("报告期", "", "被更正的月份"),
    Column("指标", "", "被更正的指标"),
    Column("单位", "", "原数和新数的计量单位"),
    Column("原数", "见“单位”", "上一期的数"),
    Column("新数", "见“单位”", "本期的数"),
    Column("版次", "", "新数所在的月报版次"),
    Column("原因", "", "报送单位写明的原因"),
)
ABSENT: Final = (
    Column("行政区划代码", "", "GB/T 2260 六位代码，文本"),
    Column("县", "", "发布时的名称"),
    Column("发布时的状态", "", "发布时该县本月月报的状态"),
)
HELP: Final = (
    Column("组", "", "所属核心示范县组"),
    Column("行政区划代码", "", "GB/T 2260 六位代码，文本"),
    Column("县", "", "发布时的名称"),
    Column("原因", "", "符合哪些规则；县的指标与县均份额相比，仅作参照"),
)


def data_xlsx(held: Frozen) -> bytes:
    """The same bytes for the same release."""
    tables = (
        _targets(held), _groups(held), _counties(held), _corrections(held), _absent(held), _help(held), _dictionary(held),
    )  # fmt: skip
    title = f"{held.year.name}数据 {held.title}"
    return book_xlsx(title, (_about(held, title, tables), *tables), held.made_at.astimezone(UTC))


# --- values -----------------------------------------------------------------------------------------------------------


def exact(stored: int | Fraction | None, kpi: Kpi) -> Value:
    """In the indicator's unit, to the last 分 where it is money; 未报 without a figure."""
    if stored is None:
        return NOT_REPORTED_TEXT
    if isinstance(stored, Fraction) and stored.denominator != 1:
        return float(stored / kpi.factor)
    return Decimal(int(stored)) / kpi.factor if kpi.factor != 1 else int(stored)


def _share(share: Fraction | None) -> Value:
    return NO_BASE_TEXT if share is None else share


def _progress(line: Progress) -> list[Value]:
    kpi, attained = line.target.kpi, line.attainment
    gap = NO_BASE_TEXT if attained is None else round(float(attained - line.elapsed) * 100, 4)
    return [
        kpi.name, scope_name(line.target), kpi.unit, exact(line.actual, kpi), exact(line.goal, kpi), _share(attained),
        line.elapsed, gap, LIGHTS[line.light.value].word, _share(line.month_on_month), line.counties_reported,
        line.counties_expected, line.target.citation,
    ]  # fmt: skip


# --- sheets -----------------------------------------------------------------------------------------------------------


def _sheet(
    held: Frozen, name: str, columns: Sequence[Column], rows: Sequence[Sequence[Value]], fixed: int = 1
) -> Table:
    notes = _notes(held) if rows else ["没有需要列出的内容。", *_notes(held)]
    return Table(f"{name}　{held.title}", notes, [column.name for column in columns], rows, name, fixed)


def _notes(held: Frozen) -> list[str]:
    return [held.basis, EMPTIES, f"内容指纹（SHA-256）：{held.sha256}"]


def _about(held: Frozen, title: str, tables: Sequence[Table]) -> Table:
    rows: list[Sequence[Value]] = [
        ("活动", held.year.name),
        ("文件", held.year.document),
        ("期", held.title),
        ("口径", held.basis),
        ("发布时间", clock(held.made_at)),
        ("截至", chinese_day(held.month.last_day)),
        ("内容指纹（SHA-256）", held.sha256),
        ("怎样读", EMPTIES + "。"),
        ("", "金额以元为单位，保留到分；其余指标为整数；完成率、序时进度和环比为比例，单元格显示为百分数。"),
        ("", "流量指标（本月数、累计）各月相加；存量指标（期末数）以最近一次报送的为准。"),
        (
            "",
            f"状态：完成率达到序时进度的{percent(held.year.green)}为正常，达到{percent(held.year.amber)}为偏慢，再低为滞后。",
        ),
        ("", held.year.reading),
        ("", "每列的含义、单位和出处见“数据字典”。"),
        *((f"工作表“{table.name}”", f"{len(list(table.rows))}行") for table in tables),
    ]
    return Table(title, [], ["项目", "内容"], rows, "说明")


def _targets(held: Frozen) -> Table:
    return _sheet(held, "十项目标", PROGRESS, [_progress(line) for line in held.lines()], fixed=2)


def _groups(held: Frozen) -> Table:
    rows = [
        [core.name, core.code, *_progress(line)[:-1]]
        for core in held.cores
        for line in held.lines([member.county_id for member in held.group(core.county_id)])
    ]
    return _sheet(held, "组", GROUPED, rows)


def _counties(held: Frozen) -> Table:
    members = sorted(held.members.values(), key=lambda member: member.code)
    rows = [_county_row(held, member, month) for member in members for month in held.months]
    return _sheet(held, "县", (*PLACE, *MONTHLY, *_figure_columns()), rows, fixed=2)


def _figure_columns() -> Iterator[Column]:
    """Two columns an indicator: as accepted for the month, and to date."""
    for kpi in catalogue().kpis:
        one, other = ("本月数", "累计") if kpi.is_flow else ("期末数", "期末数（沿用）")
        yield Column(f"{kpi.short}{one}（{kpi.unit}）", kpi.unit, f"当月经接收的{one}。{kpi.definition}")
        told = "活动开始以来各月之和" if kpi.is_flow else "当月没有报时沿用最近一次报送的期末数"
        yield Column(f"{kpi.short}{other}（{kpi.unit}）", kpi.unit, f"截至当月底：{told}。")


def _county_row(held: Frozen, member: FrozenMember, month: Month) -> list[Value]:
    found = held.returns.get(member.county_id, {}).get(month)
    inside = held.year.kpis_of(member.tier)
    figures: list[Value] = []
    for kpi in catalogue().kpis:
        if kpi not in inside:
            figures += [str(NOT_APPLICABLE.value)] * 2
            continue
        figures.append(exact(held.of_month(kpi, member.county_id, month), kpi))
        figures.append(exact(held.to_date(kpi, [member.county_id], month), kpi))
    group = held.members[member.core_county_id].name
    place = [member.code, member.name, member.province, TIER_NAMES[member.tier.value], group]
    return [*place, month.chinese, found[0] if found else NOT_IN, *figures]


def _corrections(held: Frozen) -> Table:
    rows: list[Sequence[Value]] = []
    for one in held.facts["corrections"]:
        kpi, month = catalogue().kpi(one["kpi"]), Month.parse(one["month"]).chinese
        figures = (exact(one["old"], kpi), exact(one["new"], kpi))
        rows.append((one["county"], one["name"], month, kpi.name, kpi.unit, *figures, one["revision"], one["reason"]))
    return _sheet(held, "更正", CORRECTED, rows, fixed=2)


def _absent(held: Frozen) -> Table:
    rows = [(one["county"], one["name"], STATUS_NAMES[Status(one["status"])]) for one in held.facts["absent"]]
    return _sheet(held, "未计入", ABSENT, rows, fixed=2)


def _help(held: Frozen) -> Table:
    rows = [(one.group, one.county.code, one.county.name, one.text) for one in help_needed(held)]
    return _sheet(held, "需要帮助的县", HELP, rows)


# --- dictionary -------------------------------------------------------------------------------------------------------


def _dictionary(held: Frozen) -> Table:
    """Every column of every sheet: name, unit, 口径, source; then every indicator with its targets."""
    sheets = {
        "十项目标": PROGRESS, "组": GROUPED, "县": (*PLACE, *MONTHLY), "更正": CORRECTED, "未计入": ABSENT,
        "需要帮助的县": HELP,
    }  # fmt: skip
    rows: list[list[Value]] = [
        [name, column.name, column.unit or NO_BASE_TEXT, column.meaning, NO_BASE_TEXT]
        for name, columns in sheets.items()
        for column in columns
    ]
    sources = [_sources(held, kpi) for kpi in catalogue().kpis for _ in range(2)]
    rows += [
        ["县", column.name, column.unit, column.meaning, source]
        for column, source in zip(_figure_columns(), sources, strict=True)
    ]
    return Table(
        f"数据字典　{held.title}", _notes(held), ["工作表", "列", "单位", "含义和口径", "出处"], rows, "数据字典", 2
    )


def _sources(held: Frozen, kpi: Kpi) -> str:
    targets: list[Target] = [target for target in held.year.targets if target.kpi == kpi]
    return "；".join(f"{scope_name(target)}：{target.citation}" for target in targets) or NO_BASE_TEXT
