"""Front door. `streamlit run app.py` finds `app` for the server; for every visitor the same file runs as a script."""

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from components import messages

if get_script_run_ctx(suppress_warning=True) is None:
    from components import door

    app = st.App(
        __file__,
        routes=door.ROUTES,
        middleware=door.MIDDLEWARE,
        lifespan=door.lifespan,
        on_script_error=messages.explain,
    )
else:
    from components import frame

    frame.show()
