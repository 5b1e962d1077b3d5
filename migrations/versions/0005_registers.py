"""Evidence registers: acts of handing in, revisions, rows, and explanations of differences.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

from migrations.append_only import refuse_changes

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TABLES = ("register_submission", "register_revision", "register_row", "register_explanation")


def _number(name: str) -> sa.Column:
    return sa.Column(name, sa.Integer(), autoincrement=False, nullable=False)


def _text(name: str, length: int | None = None) -> sa.Column:
    return sa.Column(name, AutoString(length=length) if length else AutoString(), nullable=False)


def _key() -> list[sa.Column]:
    return [_number("county_id"), _number("month"), _text("kind"), _text("source"), _number("revision")]


def _of_county(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=f"fk_{table}_county_id")


def upgrade() -> None:
    op.create_table(
        "register_submission",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        _text("user_name"),
        _text("kind"),
        _text("file_digest", 64),
        _text("file_name"),
        sa.Column("kept", sa.Boolean(), nullable=False),
        _text("channel"),
        _text("reason"),
        sa.Column("counties", sa.Integer(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_register_submission"),
    )
    op.create_table(
        "register_revision",
        *_key(),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        _text("digest", 64),
        _text("on_behalf"),
        _of_county("register_revision"),
        sa.PrimaryKeyConstraint("county_id", "month", "kind", "source", "revision", name="pk_register_revision"),
    )
    op.create_index("ix_register_revision_submission_id", "register_revision", ["submission_id"])
    op.create_table(
        "register_row",
        *_key(),
        _number("number"),
        _text("key_hash", 32),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("texts", sa.Text(), nullable=False),
        _text("sheet"),
        sa.Column("row", sa.Integer(), nullable=False),
        _of_county("register_row"),
        sa.PrimaryKeyConstraint("county_id", "month", "kind", "source", "revision", "number", name="pk_register_row"),
    )
    op.create_index("ix_register_row_kind_key_hash", "register_row", ["kind", "key_hash"])
    op.create_table(
        "register_explanation",
        _number("county_id"),
        _number("month"),
        _text("kpi"),
        _number("number"),
        sa.Column("reported", sa.BigInteger(), nullable=True),
        sa.Column("counted", sa.BigInteger(), nullable=True),
        sa.Column("platform", sa.BigInteger(), nullable=True),
        _text("text"),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        _text("user_name"),
        _of_county("register_explanation"),
        sa.PrimaryKeyConstraint("county_id", "month", "kpi", "number", name="pk_register_explanation"),
    )
    for table in TABLES:
        refuse_changes(table)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
