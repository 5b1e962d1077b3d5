"""A table as files: xlsx and csv, with the notes a figure is to be read with."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from programme import exports

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def table(title: str, notes: Sequence[str], frame: pd.DataFrame, key: str) -> None:
    """Two buttons; a file is made only when it is asked for."""
    with st.container(horizontal=True):
        _button("下载 xlsx", f"{title}.xlsx", XLSX, partial(_xlsx, title, notes, frame), f"{key}-xlsx")
        _button("下载 csv", f"{title}.csv", "text/csv", partial(_csv, frame), f"{key}-csv")


def workbook(label: str, file_name: str, make: Callable[[], bytes], key: str, *, primary: bool = False) -> None:
    """One button for a workbook made when it is asked for."""
    st.download_button(
        label, make, file_name, XLSX, key=key, icon=":material/download:", on_click="ignore",
        type="primary" if primary else "secondary",
    )  # fmt: skip


def word(label: str, file_name: str, make: Callable[[], bytes], key: str) -> None:
    """One button for a Word file made when it is asked for."""
    _button(label, file_name, DOCX, make, key)


def slides(label: str, file_name: str, make: Callable[[], bytes], key: str) -> None:
    """One button for slides made when they are asked for."""
    _button(label, file_name, PPTX, make, key)


def pdf(label: str, file_name: str, make: Callable[[], bytes], key: str) -> None:
    _button(label, file_name, "application/pdf", make, key)


def _button(label: str, file_name: str, mime: str, make: Callable[[], bytes], key: str) -> None:
    st.download_button(label, make, file_name, mime, key=key, icon=":material/download:", on_click="ignore")


def _xlsx(title: str, notes: Sequence[str], frame: pd.DataFrame) -> bytes:
    return exports.table_xlsx(title, notes, list(frame.columns), _rows(frame))


def _csv(frame: pd.DataFrame) -> bytes:
    return exports.table_csv(list(frame.columns), _rows(frame))


def _rows(frame: pd.DataFrame) -> list[list[Any]]:
    return frame.astype(object).where(frame.notna(), None).to_numpy().tolist()
