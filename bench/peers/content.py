"""What both pages show, in plain pandas. figures.csv: one row per county, month and indicator, with the names people filter by."""

import os
from pathlib import Path

import pandas as pd

ALL = "全部"
FILTERS = {"province": "省（区、市）", "tier": "县类别", "core": "核心示范县组"}


def figures() -> pd.DataFrame:
    return pd.read_csv(Path(os.environ["FIGURES"]), dtype={"code": str})


def targets() -> pd.DataFrame:
    return pd.read_csv(Path(os.environ["FIGURES"]).with_name("targets.csv"))


def options(frame: pd.DataFrame, column: str) -> list[str]:
    return [ALL, *sorted(frame[column].unique())]


def narrowed(frame: pd.DataFrame, chosen: dict[str, str]) -> pd.DataFrame:
    for column, value in chosen.items():
        if value != ALL:
            frame = frame[frame[column] == value]
    return frame


def progress(frame: pd.DataFrame, goals: pd.DataFrame, month: int) -> pd.DataFrame:
    """Indicator, actual, target, attainment at the end of a month."""
    actual = frame[frame["month"] == month].groupby("kpi")["to_date"].sum()
    table = goals.set_index("kpi").assign(actual=actual).reset_index()
    return table.assign(attainment=table["actual"] / table["target"])


def by_month(frame: pd.DataFrame, goals: pd.DataFrame, kpi: str) -> pd.DataFrame:
    """Month, actual and required of one indicator."""
    rows = frame[frame["kpi"] == kpi].groupby("month")["to_date"].sum().reset_index(name="actual")
    goal = goals.set_index("kpi")["target"][kpi]
    return rows.assign(required=[goal * (at + 1) / max(len(rows), 1) for at in range(len(rows))])


def behind(frame: pd.DataFrame, goals: pd.DataFrame, month: int) -> pd.DataFrame:
    """The eight counties with the most indicators below an even share."""
    now = frame[frame["month"] == month].merge(goals, on="kpi")
    slow = now[now["to_date"] < now["target"] / max(now["code"].nunique(), 1)]
    return slow.groupby("county").size().sort_values(ascending=False).head(8).reset_index(name="behind")


def latest(frame: pd.DataFrame) -> pd.DataFrame:
    return (
        frame.sort_values("at", ascending=False).drop_duplicates(["county", "month"]).head(8)[["county", "month", "at"]]
    )
