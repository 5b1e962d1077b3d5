"""Lists that are brought in as a whole."""

import typer

import db
from commands.parts import As, Given, actor_for, print_findings, read, refusals_as_exits, say
from programme import counties
from programme.catalogue import catalogue
from programme.permissions import Role

app = typer.Typer(no_args_is_help=True, help="县名单")


@app.command("import")
def import_counties(file: Given, year: int = 0, as_user: As = "") -> None:
    """导入一个年度的县名单（110行）。"""
    with refusals_as_exits(), db.transaction() as session:
        actor, chosen = actor_for(session, as_user, Role.OFFICE), year or catalogue().current_year.year
        content, name = read(file)
        members = counties.check_membership(session, content, name, chosen)
        print_findings(members.findings)
        count = counties.import_membership(session, actor, content, name, year=chosen)
    say(f"已导入{chosen}年度的{count}个县。")
