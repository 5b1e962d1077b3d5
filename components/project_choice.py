"""Which project a desk shows below its list; the address may name it."""

import streamlit as st


def chosen(label: str, names: dict[str, str]) -> str:
    """One of the projects by number; the address may name it (?no=), and does from then on."""
    numbers = list(names)
    asked = st.query_params.get("no", "")
    first = numbers.index(asked) if asked in names else 0
    picked = st.selectbox(
        label, numbers, first, format_func=names.__getitem__, filter_mode="contains", key=f"no-{label}"
    )
    st.query_params["no"] = str(picked)
    return str(picked)
