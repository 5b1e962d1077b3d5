"""Chinese numerals, read only when they are written as one writes them: 一百零二 is 102, 一百二 is left to a person."""

_PLAIN = str.maketrans("壹贰貳叁參肆伍陆陸柒捌玖拾佰仟萬億〇○两兩", "一二二三三四五六六七八九十百千万亿零零二二")
_DIGITS = "零一二三四五六七八九"
_UNITS = {"十": 10, "百": 100, "千": 1000}
_NEXT_LOWER = {"百": "十", "千": "百", "万": "千", "亿": "千万"}


def chinese_integer(text: str) -> int | None:
    """The number, or None when the text is no numeral or not the usual form of one."""
    plain = text.translate(_PLAIN)
    if not plain or not set(plain) <= set(_DIGITS) | set(_UNITS) | {"万", "亿"}:
        return None
    if plain.startswith("一十"):
        plain = plain[1:]
    number = _value(plain)
    return number if chinese_text(number) == plain else None


def colloquial(text: str) -> int | None:
    """What 一百二 (120), 三万五 (35,000) and 一百十二 (112) probably mean."""
    plain = text.translate(_PLAIN)
    if len(plain) > 1 and plain[-1] in _DIGITS and plain[-2] in _NEXT_LOWER:
        return chinese_integer(plain + _NEXT_LOWER[plain[-2]])
    return chinese_integer(plain.replace("百十", "百一十"))


def digits(text: str) -> str:
    """Chinese digits one by one as Arabic ones, as in 二〇一九; other characters stay."""
    return "".join(str(_DIGITS.index(sign)) if sign in _DIGITS else sign for sign in text.translate(_PLAIN))


def _value(plain: str) -> int:
    for mark, scale in (("亿", 10**8), ("万", 10**4)):
        if mark in plain:
            high, _, low = plain.rpartition(mark)
            return _value(high) * scale + _value(low)
    total = digit = 0
    for sign in plain:
        if sign in _UNITS:
            total, digit = total + (digit or 1) * _UNITS[sign], 0
        else:
            digit = _DIGITS.index(sign)
    return total + digit


def chinese_text(number: int) -> str:
    """The usual form of a number that is not negative: 12 is 十二, 10,002 is 一万零二."""
    text = _spelt(number)
    return text[1:] if text.startswith("一十") else text


def _spelt(number: int) -> str:
    for mark, scale in (("亿", 10**8), ("万", 10**4), ("千", 1000), ("百", 100), ("十", 10)):
        if number >= scale:
            high, low = divmod(number, scale)
            gap = "零" if 0 < low < scale // 10 else ""
            return _spelt(high) + mark + gap + (_spelt(low) if low else "")
    return _DIGITS[number]
