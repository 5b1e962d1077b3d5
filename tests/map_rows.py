"""Counties with figures that betray themselves, for the tests of the map."""

from datetime import date

import pandas as pd

import db
from components import map_figures, map_looks, maps
from components.map_figures import Figure
from components.palette import LIGHT
from programme import audit, standings
from programme.catalogue import Kpi, catalogue
from programme.county_queries import county_frame
from programme.standings import Chain, kpi_codes
from tests.factories import insert_return

YEAR = catalogue().years[0]
JUNE = YEAR.months[1]
AFTER = JUNE.plus(2).first_day
SALES, SHOPS = catalogue().kpi("online_sales"), catalogue().kpi("shops")
CORE, RADIATING, NOTHING_SOLD, SILENT, OTHER_GROUP = 533301, 532929, 533325, 533323, 653121


def report(county: int, **figures: int) -> None:
    """A return for June that stands."""
    row = [figures.get(code) for code in kpi_codes()]
    with db.transaction() as session:
        revision = insert_return(session, county, JUNE.number, row)
        standings.post(session, YEAR, Chain.of([(county, JUNE.number, revision)], [row]))
        audit.raise_data_version(session)


def members() -> pd.DataFrame:
    with db.reading() as session:
        return county_frame(session, YEAR, JUNE)


def sample() -> pd.DataFrame:
    """The sample's 110 counties; four of them have handed in their June, SILENT has not."""
    report(CORE, online_sales=80_000_000)
    report(RADIATING, online_sales=765_432_100, shops=2)
    report(NOTHING_SOLD, online_sales=0, shops=0)
    report(OTHER_GROUP, online_sales=918_273_600)
    return members()


def told(every: pd.DataFrame, shown: list[int], kpi: Kpi | None, today: date = AFTER) -> dict[int, Figure]:
    return map_figures.figures(every, shown, YEAR, JUNE, kpi, today)


def scene(every: pd.DataFrame, shown: list[int], kpi: Kpi | None = SALES, width: int = 600) -> maps.Scene:
    looks = map_looks.looks(LIGHT, of_returns=kpi is None)
    return maps.Scene(every, told(every, shown, kpi), looks, kpi.short if kpi else "", LIGHT, width)


def group_of(every: pd.DataFrame, core: int) -> list[int]:
    return every.index[every["core_county_id"] == core].tolist()
