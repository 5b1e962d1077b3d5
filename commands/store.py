"""The store itself: made, brought to the newest shape, saved and brought back."""

from typing import Annotated

import typer

import db
from commands.parts import Given, operator, refusals_as_exits, say, shown
from programme import accounts, backup, counties, keys, settings
from programme.errors import Unusable
from programme.permissions import Role

app = typer.Typer()


@app.command()
def init(with_demo: Annotated[bool, typer.Option("--demo", help="空库时装入示例数据")] = False) -> None:
    """建立或升级数据库；生产环境首次建立系统管理员并显示一次性密码。"""
    with refusals_as_exits():
        if with_demo and settings.production():
            raise Unusable("正式运行（NETLIFT_MODE=production）不装入示例数据，请去掉 --demo。")
        keys.secret()
        db.migrate()
        with db.starting() as session:
            counties.load_registry(session)
            accounts.refuse_samples(session)
        if with_demo:
            from programme import demo  # noqa: PLC0415  (the sample programme is large, and only this needs it)

            demo.fill_if_empty(db.starting, say)
            with db.reading() as session:
                say(demo.account_lines(session))
            return
        with db.starting() as session:
            password = accounts.create_first_admin(session)
        if password:
            say(f"系统管理员账号 admin，一次性密码（只显示这一次，首次登录须修改）：{password}")


@app.command(name="backup")
def backup_store(target: Given) -> None:
    """把整个库备份成一个文件。"""
    with refusals_as_exits(), db.reading() as session:
        counts = backup.backup(session, target)
    say(f"已备份{sum(counts.values())}行，{len(counts)}张表：{shown(target)}")


@app.command()
def restore(source: Given) -> None:
    """从备份恢复到一个新建的空库。"""
    with refusals_as_exits():
        db.migrate()
        with db.starting() as session:
            counts = backup.restore(session, operator(Role.ADMIN), source)
    say(f"已恢复{sum(counts.values())}行，{len(counts)}张表。")
