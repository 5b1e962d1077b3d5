"""The back door: the same verbs as the pages, with the same permissions, for a terminal and for operators."""

import sys

import typer

from commands.front import Front

app = typer.Typer(
    cls=Front,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    add_completion=False,
)


@app.callback()
def front() -> None:
    """网络扶贫监测平台的终端命令"""


if __name__ == "__main__":
    sys.exit(app())
