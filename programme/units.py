"""Units of measurement as they are written beside figures: 万元, 亿次, 千人次."""

from functools import lru_cache

MULTIPLES = {
    "": 1,
    "十": 10,
    "百": 100,
    "千": 10**3,
    "万": 10**4,
    "十万": 10**5,
    "百万": 10**6,
    "千万": 10**7,
    "亿": 10**8,
    "十亿": 10**9,
    "百亿": 10**10,
    "千亿": 10**11,
    "万亿": 10**12,
}

SAME = {
    "元": ("元", "人民币元", "元人民币", "块", "块钱", "圆"),
    "次": ("次", "人次"),
    "个": ("个", "种", "款", "项", "件", "品", "品牌"),
    "家": ("家", "个", "户", "家企业", "企业"),
    "户": ("户", "户贫困户", "贫困户", "家"),
    "人次": ("人次", "人", "名", "次"),
    "条": ("条", "篇", "个", "件", "条信息"),
}
"""For each unit of an indicator the words that mean the same there."""

KNOWN = frozenset(word for words in SAME.values() for word in words)
WRITTEN = frozenset(prefix + word for prefix in MULTIPLES for word in KNOWN)


@lru_cache
def words_of(unit: str) -> tuple[str, ...]:
    """The words for a unit, the longest first."""
    return tuple(sorted(SAME.get(unit, (unit,)), key=len, reverse=True))


def multiple(text: str, unit: str) -> int | None:
    """How many of `unit` the written unit is: 10,000 for 万元 of 元; None when it is none of it."""
    for word in words_of(unit):
        if text.endswith(word) and text.removesuffix(word) in MULTIPLES:
            return MULTIPLES[text.removesuffix(word)]
    return None
