"""The working days of the years in which the 2016 programme is played, as facts of `data/calendar` would hold them.

From the yearly notices of the State Council's office (国办发明电〔2015〕18号, 〔2016〕17号, 〔2017〕12号).
"""

import shutil
from datetime import date
from pathlib import Path

from programme import settings

WORKED = {
    2016: ("02-06", "02-14", "06-12", "09-18", "10-08", "10-09"),
    2017: ("01-22", "02-04", "04-01", "05-27", "09-30"),
    2018: ("02-11", "02-24", "04-08", "04-28", "09-29", "09-30", "12-29"),
}
FREE = {
    2016: {
        "元旦": ("01-01", "01-03"), "春节": ("02-07", "02-13"), "清明节": ("04-02", "04-04"), "劳动节": ("04-30", "05-02"),
        "端午节": ("06-09", "06-11"), "中秋节": ("09-15", "09-17"), "国庆节": ("10-01", "10-07"),
    },
    2017: {
        "元旦": ("01-01", "01-02"), "春节": ("01-27", "02-02"), "清明节": ("04-02", "04-04"), "劳动节": ("04-29", "05-01"),
        "端午节": ("05-28", "05-30"), "国庆节、中秋节": ("10-01", "10-08"),
    },
    2018: {
        "元旦": ("01-01", "01-01"), "春节": ("02-15", "02-21"), "清明节": ("04-05", "04-07"), "劳动节": ("04-29", "05-01"),
        "端午节": ("06-16", "06-18"), "中秋节": ("09-22", "09-24"), "国庆节": ("10-01", "10-07"),
    },
}  # fmt: skip
"""First and last day of each holiday."""


def a_data_folder(folder: Path) -> Path:
    """The facts in force, and the calendars of these years beside those there are."""
    folder.mkdir()
    for one in settings.data_folder().iterdir():
        if one.name != "calendar":
            (folder / one.name).symlink_to(one)
    shutil.copytree(settings.data_folder() / "calendar", folder / "calendar")
    for year, worked in WORKED.items():
        lines = [f"worked_weekends = [{', '.join(f'{year}-{day}' for day in worked)}]", "[holidays]"]
        lines += [f'"{name}" = [{_days(year, *ends)}]' for name, ends in FREE[year].items()]
        (folder / "calendar" / f"{year}.toml").write_text("\n".join(lines), encoding="utf-8")
    return folder


def _days(year: int, first: str, last: str) -> str:
    start, end = (date.fromisoformat(f"{year}-{day}").toordinal() for day in (first, last))
    return ", ".join(date.fromordinal(day).isoformat() for day in range(start, end + 1))
