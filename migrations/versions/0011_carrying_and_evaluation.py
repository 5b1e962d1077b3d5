"""How projects are carried out, evaluated and re-checked.

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

from migrations.append_only import refuse_changes

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

NEWEST_FIRST = (
    "rectification_result", "rectification_plan", "recheck", "complaint_finding", "project_complaint",
    "evaluation_evidence", "evaluation_score", "evaluation", "evaluation_draft", "evaluation_sample",
    "evaluation_round", "progress_review", "progress_benefit", "progress_milestone", "progress_report",
    "project_benefit", "project_milestone", "project_plan", "project_launch",
)  # fmt: skip
PERIOD = ("period", AutoString(length=7))


def _number(name: str) -> sa.Column:
    return sa.Column(name, sa.Integer(), autoincrement=False, nullable=False)


def _words(*names: str) -> tuple[sa.Column, ...]:
    return tuple(sa.Column(name, AutoString(), nullable=False) for name in names)


def _texts(*names: str) -> tuple[sa.Column, ...]:
    return tuple(sa.Column(name, sa.Text(), nullable=False) for name in names)


def _days(*names: str) -> tuple[sa.Column, ...]:
    return tuple(sa.Column(name, sa.Date(), nullable=False) for name in names)


def _signed() -> tuple[sa.Column, ...]:
    return (
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        *_words("user_name"),
    )


def _of_project(name: str, numbers: tuple[str, ...], *columns: sa.Column, words: tuple[sa.Column, ...] = ()) -> None:
    """A table whose key is the project, then numbers and words."""
    key = ("project_id", *numbers, *(column.name for column in words))
    foreign = [sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=f"fk_{name}_project_id")]
    if "round" in numbers:
        foreign.append(sa.ForeignKeyConstraint(["round"], ["evaluation_round.number"], name=f"fk_{name}_round"))
    if any(column.name == "sha256" for column in columns):
        foreign.append(sa.ForeignKeyConstraint(["sha256"], ["stored_file.sha256"], name=f"fk_{name}_sha256"))
    op.create_table(
        name,
        *(_number(column) for column in ("project_id", *numbers)),
        *words,
        *columns,
        *foreign,
        sa.PrimaryKeyConstraint(*key, name=f"pk_{name}"),
    )


def upgrade() -> None:
    _carrying()
    _progress()
    _evaluation()
    _recheck()
    for table in NEWEST_FIRST:
        if table != "evaluation_draft":
            refuse_changes(table)


def _carrying() -> None:
    _of_project(
        "project_launch", ("revision",), *_signed(),
        sa.Column("training_on", sa.Date(), nullable=True),
        *_words("training_form"),
        sa.Column("training_hours", sa.Integer(), nullable=True),
        sa.Column("training_sessions", sa.Integer(), nullable=True),
        sa.Column("launch_on", sa.Date(), nullable=True),
        *_texts("addresses"), *_words("expo", "expo_place"), *_texts("reason"),
    )  # fmt: skip
    _of_project("project_plan", ("revision",), *_signed(), *_texts("reason"))
    _of_project(
        "project_milestone", ("revision", "milestone"), sa.Column("number", sa.Integer(), nullable=False),
        *_words("title"), *_days("due"),
    )  # fmt: skip
    _of_project(
        "project_benefit", ("revision", "benefit"), sa.Column("number", sa.Integer(), nullable=False),
        *_words("name", "unit"), sa.Column("target_e4", sa.BigInteger(), nullable=False),
    )  # fmt: skip


def _progress() -> None:
    def period() -> tuple[sa.Column, ...]:
        return (sa.Column(*PERIOD, nullable=False),)

    _of_project("progress_report", ("revision",), *_signed(), *_days("until"), *_texts("text"), words=period())
    _of_project(
        "progress_milestone", ("revision", "milestone"), *_words("state"),
        sa.Column("done_on", sa.Date(), nullable=True), words=period(),
    )  # fmt: skip
    _of_project(
        "progress_benefit", ("revision", "benefit"), sa.Column("achieved_e4", sa.BigInteger(), nullable=False),
        words=period(),
    )  # fmt: skip
    _of_project("progress_review", ("revision",), *_signed(), *_words("step"), *_texts("reason"), words=period())


def _evaluation() -> None:
    op.create_table(
        "evaluation_round",
        _number("number"),
        *_signed(),
        *_words("seed"),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("candidates", sa.Integer(), nullable=False),
        *_words("standard_version"),
        *_texts("standard"),
        sa.Column("evaluator_id", sa.Integer(), nullable=False),
        *_words("evaluator_name"),
        sa.ForeignKeyConstraint(["evaluator_id"], ["app_user.id"], name="fk_evaluation_round_evaluator_id"),
        sa.PrimaryKeyConstraint("number", name="pk_evaluation_round"),
    )
    _of_project(
        "evaluation_sample", ("round",), sa.Column("province_code", AutoString(length=2), nullable=False),
        *_words("category"),
    )  # fmt: skip
    _of_project(
        "evaluation_draft", ("round",), sa.Column("user_id", sa.Integer(), nullable=False), *_words("user_name"),
        *_texts("written"), sa.Column("saved_at", UTCDateTime(), nullable=False),
    )  # fmt: skip
    _of_project(
        "evaluation", ("round",), *_signed(), sa.Column("total_e2", sa.Integer(), nullable=False), *_words("grade"),
        *_texts("reputation", "effect"),
    )  # fmt: skip
    _of_project(
        "evaluation_score", ("round",), sa.Column("score", sa.Integer(), nullable=False), words=_words("dimension")
    )
    _of_project(
        "evaluation_evidence", ("round", "number"), *_words("name"),
        sa.Column("sha256", AutoString(length=64), nullable=False),
    )  # fmt: skip


def _recheck() -> None:
    _of_project("project_complaint", ("number",), *_signed(), *_texts("text"), *_words("source"), *_days("received_on"))
    _of_project(
        "complaint_finding", ("complaint", "number"), *_signed(), sa.Column("upheld", sa.Boolean(), nullable=False),
        *_texts("reason"),
    )  # fmt: skip
    _of_project(
        "recheck", ("number",), sa.Column("event", sa.Integer(), nullable=False), *_days("due"), *_texts("triggers"),
        sa.Column("at", UTCDateTime(), nullable=False),
    )  # fmt: skip
    _of_project("rectification_plan", ("recheck", "revision"), *_signed(), *_texts("text", "steps"))
    _of_project("rectification_result", ("recheck", "revision"), *_signed(), *_texts("text", "evidence"))


def downgrade() -> None:
    for table in NEWEST_FIRST:
        op.drop_table(table)
