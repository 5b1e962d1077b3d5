"""Execution plans of counties, their milestones and their review.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

from migrations.append_only import refuse_changes

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

REVISION = ("county_id", "year", "revision")
APPEND_ONLY = ("plan", "plan_section", "plan_milestone", "milestone_event", "plan_review", "plan_review_section")


def _create(name: str, numbers: tuple[str, ...], words: tuple[str, ...], *columns: sa.Column) -> None:
    """A table whose key is made of numbers and words."""
    op.create_table(
        name,
        *(sa.Column(column, sa.Integer(), autoincrement=False, nullable=False) for column in numbers),
        *(sa.Column(column, AutoString(), nullable=False) for column in words),
        *columns,
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=f"fk_{name}_county_id"),
        sa.PrimaryKeyConstraint(*numbers, *words, name=f"pk_{name}"),
    )


def _who_and_when() -> tuple[sa.Column, ...]:
    return (
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("user_name", AutoString(), nullable=False),
    )


def upgrade() -> None:
    _create(
        "plan", REVISION, (), *_who_and_when(),
        sa.Column("reason", sa.Text(), nullable=False), sa.Column("sample", sa.Boolean(), nullable=False),
    )  # fmt: skip
    _create(
        "plan_section", REVISION, ("section", "field"),
        sa.Column("text", sa.Text(), nullable=False), sa.Column("amount", sa.BigInteger(), nullable=True),
    )  # fmt: skip
    _create(
        "plan_milestone", (*REVISION, "milestone"), (),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", AutoString(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
    )  # fmt: skip
    _create(
        "milestone_event", ("county_id", "year", "milestone", "number"), (),
        sa.Column("state", AutoString(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        *_who_and_when(),
    )  # fmt: skip
    _create("plan_review", (*REVISION, "number"), (), sa.Column("step", AutoString(), nullable=False), *_who_and_when())
    _create("plan_review_section", (*REVISION, "number"), ("section",), sa.Column("reason", sa.Text(), nullable=False))
    op.create_table(
        "plan_draft",
        sa.Column("county_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("base", sa.Integer(), nullable=False),
        sa.Column("written", sa.Text(), nullable=False),
        sa.Column("saved_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name="fk_plan_draft_county_id"),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name="fk_plan_draft_user_id"),
        sa.PrimaryKeyConstraint("county_id", "year", "user_id", name="pk_plan_draft"),
    )
    for table in APPEND_ONLY:
        refuse_changes(table)


def downgrade() -> None:
    for table in reversed((*APPEND_ONLY, "plan_draft")):
        op.drop_table(table)
