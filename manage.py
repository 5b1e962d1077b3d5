"""The back door: the same verbs as the pages, with the same permissions, for a terminal and for operators."""

import sys

import typer

from commands import (
    ahead,
    bulletins,
    county_evaluation,
    figures,
    lists,
    papers,
    plans,
    projects,
    registers,
    releases,
    reminders,
    returns,
    store,
)

app = typer.Typer(
    no_args_is_help=True,
    help="网络扶贫监测平台的终端命令",
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    add_completion=False,
)
for ungrouped in (store.app, figures.app, ahead.app, reminders.app):
    app.registered_commands += ungrouped.registered_commands
releases.app.registered_commands += bulletins.app.registered_commands
for name, group in (
    ("returns", returns.app),
    ("release", releases.app),
    ("evaluation", county_evaluation.app),
    ("registers", registers.app),
    ("plans", plans.app),
    ("counties", lists.counties_app),
    ("projects", projects.app),
    ("county", papers.county_app),
    ("user", lists.user_app),
):
    app.add_typer(group, name=name)


if __name__ == "__main__":
    sys.exit(app())
