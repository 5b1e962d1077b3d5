"""The overview in plain Dash: one callback from all filters to all figures. Served as `bench.peers.dash_page:server`."""

import plotly.graph_objects as go
from dash import Dash, Input, Output, dash_table, dcc, html

from bench.peers import content

FRAME, GOALS = content.figures(), content.targets()
MONTHS = [str(month) for month in sorted(FRAME["month"].unique(), reverse=True)]
CHOICES = {
    "month": MONTHS,
    **{name: content.options(FRAME, name) for name in content.FILTERS},
    "target": list(GOALS["kpi"]),
}
SHOWN = {"bars": "figure", "table": "data", "lines": "figure", "behind": "data", "latest": "data"}

app = Dash(__name__, serve_locally=True)
server = app.server
app.layout = html.Div(
    [
        *(dcc.Dropdown(options, options[0], id=name) for name, options in CHOICES.items()),
        dcc.Graph(id="bars"),
        dash_table.DataTable(id="table"),
        dcc.Graph(id="lines"),
        dash_table.DataTable(id="behind"),
        dash_table.DataTable(id="latest"),
    ]
)


@app.callback(
    [Output(name, what) for name, what in SHOWN.items()],
    [Input(name, "value") for name in CHOICES],
)
def show(month, province, tier, core, kpi):
    seen = content.narrowed(FRAME, {"province": province, "tier": tier, "core": core})
    table = content.progress(seen, GOALS, int(month))
    bars = go.Figure([go.Bar(x=table["attainment"], y=table["kpi"], orientation="h")])
    months = content.by_month(seen, GOALS, kpi)
    lines = go.Figure([go.Scatter(x=months["month"], y=months[name], name=name) for name in ("actual", "required")])
    others = (content.behind(seen, GOALS, int(month)), content.latest(seen))
    return bars, table.to_dict("records"), lines, *(other.to_dict("records") for other in others)
