"""What a map depends on, and what is kept of it: figures and drawings, made once per data version, question and counties shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import pandas as pd

from components import map_figures, map_looks, maps, store
from components.charts_style import Spec
from components.map_figures import Figure
from components.map_looks import Look
from components.palette import DARK, LIGHT, Scheme
from programme import settings
from programme.calendar import Month
from programme.catalogue import Kpi, Year, catalogue
from programme.queries import year_named


@dataclass(frozen=True)
class Question:
    """An indicator's code, or "" for the state of the returns, and the counties (internal ids) whose figures may be shown.

    They are part of every key below, and so is the day, by which a return is late: nobody is given another's map.
    """

    url: str
    version: int
    year: int
    month: Month
    release: int
    kpi: str
    shown: tuple[int, ...]
    today: date

    @classmethod
    def of(
        cls, version: int, year: Year, month: Month, kpi: Kpi | None, shown: Sequence[int], release: int = 0
    ) -> "Question":
        code = kpi.code if kpi else ""
        return cls(settings.database_url(), version, year.year, month, release, code, tuple(shown), settings.today())

    @property
    def indicator(self) -> Kpi | None:
        return catalogue().kpi(self.kpi) if self.kpi else None

    @property
    def every(self) -> pd.DataFrame:
        """All members of the year: callers show figures of `shown` only."""
        return store.counties(self.version, year_named(self.year), self.month, self.release)

    @property
    def figures(self) -> dict[int, Figure]:
        return _figures(self)


@dataclass(frozen=True)
class Sight:
    """How the answer is drawn: the counties it is drawn around (none: the country), the one pointed at (0: none)."""

    question: Question
    focus: tuple[int, ...]
    chosen: int
    theme: str
    width: int

    @property
    def looks(self) -> dict[str, Look]:
        return map_looks.looks(self._scheme, of_returns=not self.question.kpi)

    @property
    def drawing(self) -> maps.Drawing:
        return _drawing(self)

    @property
    def told(self) -> dict[int, Figure]:
        """The figures that the words, the key and the table beside the map are about: those of the focus, or all."""
        figures = self.question.figures
        return {county: figures[county] for county in self.focus if county in figures} if self.focus else figures

    @property
    def sentence(self) -> str:
        return map_figures.sentence(self.told, self.question.indicator, self.question.month)

    @property
    def key(self) -> Spec:
        members = len(self.focus) or len(self.question.every)
        return map_looks.key(self.looks, self.told.values(), members - len(self.told), self._scheme)

    @property
    def table(self) -> pd.DataFrame:
        return map_figures.table(self.told, self.question.indicator)

    @property
    def sheet(self) -> pd.DataFrame:
        return map_figures.sheet(self.told, self.question.indicator)

    @property
    def _scheme(self) -> Scheme:
        return DARK if self.theme == DARK.name else LIGHT

    def scene(self) -> maps.Scene:
        asked = self.question
        subject = asked.indicator.short if asked.indicator else ""
        return maps.Scene(asked.every, asked.figures, self.looks, subject, self._scheme, self.width, self.chosen)


@lru_cache(maxsize=128)
def _figures(question: Question) -> dict[int, Figure]:
    year = store.year_in(question.version, year_named(question.year), question.release)
    return map_figures.figures(question.every, question.shown, year, question.month, question.indicator, question.today)


@lru_cache(maxsize=64)
def _drawing(sight: Sight) -> maps.Drawing:
    return maps.region(sight.scene(), sight.focus) if sight.focus else maps.national(sight.scene())


def focus(every: pd.DataFrame, shown: Sequence[int], core: int, chosen: int) -> tuple[int, ...]:
    """What to draw around: the group of a core county, of the county pointed at or of one's own; one province; or nothing."""
    lonely = shown[0] if len(shown) == 1 else 0
    if county := core or chosen or lonely:
        members = every.index[every["core_county_id"] == every.loc[county, "core_county_id"]]
        return tuple(int(member) for member in members)
    provinces = every.loc[list(shown), "province_code"].nunique()
    return tuple(shown) if provinces == 1 and len(shown) < len(every) else ()
