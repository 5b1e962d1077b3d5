"""A county's own pace: each indicator against its even share, and what its coming months would change, for itself and the whole."""

from typing import Any

import streamlit as st

from components import ahead, basis
from programme.catalogue import Tier, Year
from programme.forecast_queries import county_outlooks, part_of
from programme.forecast_series import of_sums
from programme.forecasts import outlook
from programme.queries import Sums, View
from programme.standings import Chain


def show(place: Any, chain: Chain, year: Year, added: Sums, view: View) -> None:
    """`added` are the sums over all counties."""
    found = county_outlooks(chain, year, int(place.name), Tier(place["tier"]), view.month)
    st.markdown(f"**照{place['name']}近三个月的速度**：{ahead.headline(found)}（对照县均份额，仅作参照）")
    ahead.table(found, "县均份额")
    st.caption(f"截至{view.month.chinese}底，{basis.words(view)}。")
    ahead.rule()

    st.markdown("**如果以后各月不是这个数**")
    targets = {target.kpi.name: (target, now) for target, now in found}
    target, now = targets[
        str(st.selectbox("指标", targets, index=ahead.pressing(found), key="kpi", bind="query-params"))
    ]
    ahead.told(now)
    whole = outlook(of_sums(added, year, target, View(view.month, release=view.release)))
    ahead.what_if_county(now, whole, part_of(chain, whole, int(place.name)), target.tier)
