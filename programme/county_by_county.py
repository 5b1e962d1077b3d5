"""A file of many counties is taken county by county: what is sound can go in, what is not comes back, and it is said which."""

from collections import Counter
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from programme.assessment import Assessed
from programme.findings import Finding, Severity, errors
from programme.returns import Checked

ROWS_ALONE: Final = frozenset({"unknown_county", "ambiguous_county", "county_conflict", "not_a_member", "out_of_scope"})
"""Errors that keep back the row they lie in and say nothing about any other county."""


@dataclass(frozen=True)
class Parted:
    """The sound part of a file, to be submitted as it is, and what stays behind: county's name → number of errors; rows whose
    county could not be told, or is not the sender's."""

    sound: Checked
    kept_back: dict[str, int]
    rows: int

    @property
    def counties(self) -> int:
        return len(set(self.sound.chain.county.tolist()))

    @property
    def sentence(self) -> str:
        """What would come back."""
        named = "、".join(f"{county}（{count}处错误）" for county, count in self.kept_back.items())
        rows = f"{'，' if named else ''}认不出或不在范围内的{self.rows}行" if self.rows else ""
        return f"{named}{rows}"


def parted(checked: Checked) -> Parted | None:
    """None when there is nothing to part: no error, an error of the whole file, or no county left without one."""
    wrong = errors(checked.findings)
    if not wrong or checked.assessed is None or any(not one.county and one.rule not in ROWS_ALONE for one in wrong):
        return None
    names = {member.code: member for member in checked.members.values()}
    back = Counter(one.county for one in wrong if one.county)
    kept = ~np.isin(checked.assessed.chain.county, [names[code].county_id for code in back if code in names])
    if not kept.any():
        return None
    return Parted(
        sound=_restricted(checked, np.flatnonzero(kept), set(back)),
        kept_back={names[code].name if code in names else code: count for code, count in back.items()},
        rows=len({(one.sheet, one.cell) for one in wrong if not one.county}),
    )


def _restricted(checked: Checked, rows: np.ndarray[tuple[int], np.dtype[np.int64]], back: set[str]) -> Checked:
    assert checked.assessed is not None
    return replace(
        checked,
        findings=[one for one in checked.findings if not _stays_behind(one, back)],
        assessed=Assessed(checked.assessed.chain.taken(rows), checked.assessed.index[rows], []),
        base=checked.base[rows],
        changed=checked.changed[rows],
    )


def _stays_behind(finding: Finding, back: set[str]) -> bool:
    return finding.county in back or (finding.severity is Severity.ERROR and not finding.county)
