"""What a server does so that nobody waits for it: imports and the first pictures before a visitor, a clean memory always."""

import asyncio
import gc
import logging
from importlib import import_module
from pkgutil import iter_modules

import components
import db
from components import progress, store
from programme import audit
from programme.catalogue import Tier, catalogue
from programme.queries import View

TIDY_EVERY, WORTH_TIDYING = 30, 10_000
"""Seconds, and new objects: tidying takes a fifth of a second, an idle server is left in peace."""


def warm_up() -> None:
    """Import every component and draw the overview's charts once."""
    logging.disable(logging.WARNING)  # the library of the sign-in form warns of being imported outside of a page
    for module in iter_modules(components.__path__):
        import_module(f"components.{module.name}")
    logging.disable(logging.NOTSET)
    _draw()
    tidy()


def tidy() -> None:
    """Collect all garbage, then set what lives aside from the collector.

    Streamlit collects the whole memory after every rerun: 0.1 s of processor time while the libraries are part of it, and a
    third of every rerun while the open sessions are. What was set aside is looked at again next time, so nothing is lost.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()


async def keep_tidy() -> None:
    while True:
        await asyncio.sleep(TIDY_EVERY)
        if len(gc.get_objects()) > WORTH_TIDYING:
            tidy()


def _draw() -> None:
    """The newest month in both schemes; what depends on no figure (the forms of charts) stays for all views."""
    year = catalogue().current_year
    with db.reading() as session:
        version = audit.data_version(session)
    month = store.latest_month(version, year)
    for scheme in progress.SCHEMES.values():
        for tier in ("", *Tier):
            progress.bullet(version, year, View(month, tier), scheme)
        progress.trend(version, year, View(month), year.targets[0], scheme)
