"""From figures to scores: one small function for each source that a standard may name. A score is 0 to 100, exact; None is 无数据,
which is not 0. What was found is told in words beside it, down to the figure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from programme.county_evaluation_facts import CountyFacts, PlannedStep
from programme.county_evaluation_standard import WHOLE, Item, Method
from programme.wording import NOT_REPORTED_TEXT, figure, percent

PLAN_WORDS: Final = {
    "accepted": "执行方案已接收",
    "handed_in": "执行方案已报送，还没有接收",
    "none": "没有报送执行方案",
}


@dataclass(frozen=True)
class Judged:
    """A score, and the figures behind it as a sentence without a full stop."""

    score: Fraction | None
    told: str


Source = Callable[[CountyFacts, Item], Judged]


def judge(facts: CountyFacts, item: Item) -> Judged:
    return SOURCES[item.source](facts, item)


def attainment(facts: CountyFacts, item: Item) -> Judged:
    line = facts.lines[item.parameters["kpi"]]
    due = line.goal * facts.elapsed if item.parameters.get("pace") else line.goal
    kpi = line.target.kpi
    if line.actual is None:
        return Judged(None, NOT_REPORTED_TEXT)
    share = Fraction(line.actual) / due if due else Fraction(1)
    pace = f"×序时进度{percent(facts.elapsed)}" if item.parameters.get("pace") else ""
    told = f"累计{figure(line.actual, kpi)}，应达{figure(_decimal(due), kpi)}（县均份额{figure(_decimal(line.goal), kpi)}{pace}）"
    return Judged(min(max(share, Fraction(0)), Fraction(1)) * WHOLE, told)


def named_brand(facts: CountyFacts, item: Item) -> Judged:
    brand = facts.member.brand
    return Judged(Fraction(WHOLE), f"县名单登记的品牌：{brand}") if brand else Judged(None, "县名单没有登记品牌")


def timely(facts: CountyFacts, item: Item) -> Judged:
    owed = facts.beside.handed_in
    if not owed:
        return Judged(None, "没有应报的月份")
    in_time = sum(one.complete_on is not None and one.complete_on <= one.due for one in owed)
    late = sum(one.complete_on is not None and one.complete_on > one.due for one in owed)
    lacking = len(owed) - in_time - late
    rest = (f"，迟报{late}个月" if late else "") + (f"，未报或缺项{lacking}个月" if lacking else "")
    return Judged(_of(in_time, len(owed)), f"应报{len(owed)}个月，按时完整{in_time}个月{rest}")


def complete(facts: CountyFacts, item: Item) -> Judged:
    held, owed = facts.figures
    if not owed:
        return Judged(None, "没有应报的指标")
    return Judged(_of(held, owed), f"应报{owed}项次，已接收{held}项次")


def plan(facts: CountyFacts, item: Item) -> Judged:
    state = facts.beside.plan
    points = item.parameters.get(state)
    return Judged(None if points is None else Fraction(points), PLAN_WORDS[state])


def milestones(facts: CountyFacts, item: Item) -> Judged:
    due = [one for one in facts.beside.milestones if one.due <= facts.until]
    if not due:
        return Judged(None, "没有到期的里程碑")
    done = [one for one in due if one.done_on is not None and one.done_on <= facts.until]
    in_time = sum(_in_time(one) for one in done)
    late = len(done) - in_time
    points = in_time * WHOLE + late * int(item.parameters["late"])
    told = f"到期{len(due)}个，按期完成{in_time}个"
    told += (f"，延期完成{late}个" if late else "") + (
        f"，未完成{len(due) - len(done)}个" if len(done) < len(due) else ""
    )
    return Judged(Fraction(points, len(due)), told)


def _in_time(one: PlannedStep) -> bool:
    return one.done_on is not None and one.done_on <= one.due


def recorded(facts: CountyFacts, item: Item) -> Judged:
    found = [
        (one.day, one.scores[item.dimension])
        for one in facts.beside.visits
        if one.method is item.method and item.dimension in one.scores
    ]
    word = "督导" if item.method is Method.SUPERVISION else "考察"
    if not found:
        return Judged(None, f"还没有{word}评分")
    told = "、".join(f"{day.month}月{day.day}日{score}分" for day, score in sorted(found))
    return Judged(_mean([score for _, score in found]), f"{word}{len(found)}次：{told}")


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)


def _of(part: int, whole: int) -> Fraction:
    return Fraction(part * WHOLE, whole)


def _mean(scores: Sequence[int]) -> Fraction:
    return Fraction(sum(scores), len(scores))


SOURCES: Final[dict[str, Source]] = {
    "attainment": attainment,
    "named_brand": named_brand,
    "timely": timely,
    "complete": complete,
    "plan": plan,
    "milestones": milestones,
    "recorded": recorded,
}
