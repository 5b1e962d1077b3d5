"""Light or dark, as the browser shows the page."""

import streamlit as st

from components.palette import DARK, LIGHT, Scheme


def scheme() -> Scheme:
    return DARK if st.context.theme.type == "dark" else LIGHT
