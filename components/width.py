"""How wide the browser shows a column: maps are drawn for their width, charts find it out by themselves."""

from typing import Final

import streamlit as st

STEP: Final = 20
SCRIPT: Final = """
export default function ({ parentElement, data, setStateValue }) {
  const measured = parentElement.host ?? parentElement;
  let told = data.widest, waiting = 0;
  const tell = () => {
    const width = Math.min(data.widest, Math.floor(measured.getBoundingClientRect().width / data.step) * data.step);
    if (width > 0 && width !== told) { told = width; setStateValue("width", width); }
  };
  const observer = new ResizeObserver(() => { clearTimeout(waiting); waiting = setTimeout(tell, 200); });
  observer.observe(measured);
  tell();
  return () => { clearTimeout(waiting); observer.disconnect(); };
}
"""


def of_column(key: str, widest: int, narrowest: int = 280) -> int:
    """Pixels of the column this is called in, in steps; `widest` until the browser has said, and for all that is wider.

    The script speaks up only when the answer differs from what it is told, so a wide screen costs no second run.
    """
    measure = st.components.v2.component("netlift_width", html="<span></span>", js=SCRIPT)
    found = measure(key=key, data={"widest": widest, "step": STEP}, default={"width": widest}, on_width_change=_nothing)
    return max(narrowest, min(widest, int(found.width)))


def _nothing() -> None:
    """A change of width reruns the page, which is all that is wanted."""
