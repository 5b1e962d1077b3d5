"""The charts of the product: columns (a dict of lists or a DataFrame) and a colour scheme in, a plain Vega-Lite dict out.

Show it with `st.vega_lite_chart(spec, theme=None)`. A spec depends on nothing but its columns: make it once per data version.
Its `description` is the finding as a sentence, for the heading above the chart as well.
"""

from components.charts_bullet import bullet, bullet_sentence
from components.charts_concentration import concentration, concentration_sentence
from components.charts_counties import contributions, contributions_sentence, groups, groups_sentence
from components.charts_months import history, history_sentence, trend, trend_sentence
from components.charts_style import Columns, Spec
from components.charts_timeline import timeline, timeline_sentence

__all__ = [
    "Columns",
    "Spec",
    "bullet",
    "bullet_sentence",
    "concentration",
    "concentration_sentence",
    "contributions",
    "contributions_sentence",
    "groups",
    "groups_sentence",
    "history",
    "history_sentence",
    "timeline",
    "timeline_sentence",
    "trend",
    "trend_sentence",
]
