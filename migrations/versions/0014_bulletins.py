"""Bulletins: drafts from releases, what was changed in them, final ones.

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

from migrations.append_only import refuse_changes

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

TABLES = ("bulletin_draft", "bulletin_change", "bulletin")


def _number(name: str) -> sa.Column:
    return sa.Column(name, sa.Integer(), autoincrement=False, nullable=False)


def _texts(*names: str) -> tuple[sa.Column, ...]:
    return tuple(sa.Column(name, sa.Text(), nullable=False) for name in names)


def _signed() -> tuple[sa.Column, ...]:
    return (
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("user_name", AutoString(), nullable=False),
    )


def _key(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=f"fk_{table}_{column}")


def upgrade() -> None:
    op.create_table(
        "bulletin_draft",
        _number("number"),
        _number("release"),
        *_texts("content"),
        *_signed(),
        sa.Column("sample", sa.Boolean(), nullable=False),
        _key("bulletin_draft", "release", "release.number"),
        sa.PrimaryKeyConstraint("number", name="pk_bulletin_draft"),
    )
    op.create_index("ix_bulletin_draft_release", "bulletin_draft", ["release"])
    op.create_table(
        "bulletin_change",
        *(_number(name) for name in ("draft", "number", "block")),
        sa.Column("step", AutoString(), nullable=False),
        _number("after"),
        *_texts("old", "new"),
        *_signed(),
        _key("bulletin_change", "draft", "bulletin_draft.number"),
        sa.PrimaryKeyConstraint("draft", "number", name="pk_bulletin_change"),
    )
    op.create_table(
        "bulletin",
        *(_number(name) for name in ("id", "year", "number", "release", "month", "draft")),
        sa.Column("day", sa.Date(), nullable=False),
        *_texts("content"),
        sa.Column("sha256", AutoString(length=64), nullable=False),
        sa.Column("supersedes", sa.Integer(), nullable=True),
        *_texts("reason"),
        *_signed(),
        sa.Column("sample", sa.Boolean(), nullable=False),
        _key("bulletin", "release", "release.number"),
        _key("bulletin", "draft", "bulletin_draft.number"),
        sa.PrimaryKeyConstraint("id", name="pk_bulletin"),
        sa.UniqueConstraint("year", "number", name="uq_bulletin_year_number"),
    )
    for table in TABLES:
        refuse_changes(table)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
