"""The record of what was done as a table and as a file."""

from collections.abc import Callable, Iterable

import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

import db
from components.moments import moment_text
from programme import audit_queries
from programme.audit_queries import Event, Wanted
from programme.exports import table_csv
from programme.permissions import Actor

COLUMNS = ("时间", "操作人", "操作", "对象", "县", "内容")
WIDTHS: dict[str, ColumnConfig] = {
    "县": st.column_config.TextColumn(width="medium"),
    "内容": st.column_config.TextColumn(width="large"),
}


def rows(events: Iterable[Event]) -> list[tuple[str, ...]]:
    return [
        (moment_text(event.at), event.user, event.action, event.subject, event.county, event.detail) for event in events
    ]


def csv(actor: Callable[[], Actor], wanted: Wanted) -> bytes:
    """Every event that was looked for; made when the file is asked for, by whoever `actor` is by then."""
    with db.reading() as store:
        return table_csv(COLUMNS, rows(audit_queries.every_event(store, actor(), wanted)))
