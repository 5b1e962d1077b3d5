"""An evaluation as a workbook: scores of groups and counties, the make-up of every county, the standard. Numbers stay numbers."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from programme.catalogue import TIER_NAMES, Tier
from programme.county_evaluation_scores import Scored, one_decimal, total_of
from programme.county_evaluation_standard import CountyStandard
from programme.county_evaluations import Evaluated, EvaluationIssue
from programme.exports import Table, Value, book_xlsx

Rows = list[list[Value]]


def evaluation_xlsx(found: Evaluated, issue: EvaluationIssue) -> bytes:
    """Of what somebody may see of an evaluation."""
    standard = found.standard
    notes = [
        f"{issue.title}，{found.basis}，标准版本{standard.version}",
        f"得分、得到的分和权重按百分制，一位小数；空白为{standard.no_data}（未报、没有考察），不是0",
        f"SHA-256 {issue.sha256}",
    ]
    dimensions = [one.name for one in standard.dimensions]
    scores = ["得分", "等次", "得到的分", "已评权重", *dimensions]
    groups: Rows = [[one.name, one.counties, *_scores(one, standard)] for one in (*found.groups, found.nation)]
    counties: Rows = [
        [one.code, one.name, one.member.province, TIER_NAMES[one.member.tier], *_scores(one, standard)]
        for one in found.scores
    ]
    named = ["行政区划代码", "县", "省", "县类别"]
    items = ["行政区划代码", "县", "评估内容", "权重", "评分项", "方式", "占比", "得分", "依据"]
    rules = ["评估内容", "权重", "评分项", "方式", *(TIER_NAMES[tier] for tier in Tier), "条款", "原文"]
    tables = (
        ("各县", [*named, *scores], counties),
        ("各组和平均", ["组", "县数", *scores], groups),
        ("得分构成", items, _items(found)),
        ("评估标准", rules, _rules(standard)),
    )
    return book_xlsx("活动评估", [Table(name, notes, columns, rows) for name, columns, rows in tables])


def _scores(one: Scored, standard: CountyStandard) -> list[Value]:
    total = total_of(one.marks, standard.weights)
    marks = [_number(one.marks[each.code].score) for each in standard.dimensions]
    grade = standard.grade_name(one.grade(standard))
    return [_number(total.score), grade, _number(total.earned), _number(total.judged), *marks]


def _number(value: Fraction | None) -> Value:
    """One decimal, as it is shown elsewhere."""
    return None if value is None else float(Decimal(one_decimal(value)))


def _items(found: Evaluated) -> Iterator[list[Value]]:
    standard = found.standard
    for one in found.scores:
        for each in one.items:
            dimension = standard.dimension(each.item.dimension)
            method = standard.methods[each.item.method]
            yield [one.code, one.name, dimension.name, dimension.weight, each.item.name, method, Fraction(each.part, 100),
                   _number(each.score), each.told]  # fmt: skip


def _rules(standard: CountyStandard) -> Iterator[list[Value]]:
    for one in standard.dimensions:
        for item in one.items:
            parts = [Fraction(item.parts[tier], 100) if tier in item.parts else "不适用" for tier in Tier]
            yield [one.name, one.weight, item.name, standard.methods[item.method], *parts, one.clause, one.sentence]
