"""Provinces as users write them: full and short names, and names inside a title."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from programme.registry import Place

_UNIT = re.compile("(?:壮族|回族|维吾尔)?自治区$|特别行政区$|[省市]$")


def short_name(name: str) -> str:
    """广西壮族自治区 → 广西."""
    return _UNIT.sub("", name)


@dataclass(frozen=True)
class Provinces:
    """Two-digit codes and names."""

    names: dict[str, str]

    @classmethod
    def of(cls, places: Iterable[Place], units: Mapping[str, str]) -> "Provinces":
        """Those of the county registry, and further recommending `units`."""
        return cls({place.code[:2]: place.province for place in places} | dict(units))

    def code_of(self, text: str) -> str:
        """The code for a cell that holds a province and perhaps a place in it; "" when there is none or a doubt.

        云南, 云南省, 云南省昆明市, 53 and 530000 are all 53.
        """
        if text in self.names or text.removesuffix("0000") in self.names:
            return text[:2]
        for code, name in self._longest_first():
            if text in (name, short_name(name)) or text.startswith(name):
                return code
        return ""

    def named_in(self, text: str) -> tuple[str, ...]:
        """The codes of all provinces a title or seal names, in no case one name inside another."""
        found = []
        for code, name in self._longest_first():
            short = short_name(name)
            if short in text:
                found.append(code)
                text = text.replace(short, " ")
        return tuple(found)

    def _longest_first(self) -> list[tuple[str, str]]:
        return sorted(self.names.items(), key=lambda item: -len(short_name(item[1])))
