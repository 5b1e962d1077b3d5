"""Releases, and the figures to date that stood in them; 累计数 as the forms stated them.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

from migrations.append_only import refuse_changes

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLES = ("release", "released_member", "released_standing", "released_total", "stated_to_date")


def _number(name: str) -> sa.Column:
    return sa.Column(name, sa.Integer(), autoincrement=False, nullable=False)


def upgrade() -> None:
    op.create_table(
        "release",
        _number("number"),
        _number("year"),
        _number("month"),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("user_name", AutoString(), nullable=False),
        sa.Column("supersedes", sa.Integer(), nullable=True),
        sa.Column("accepted", sa.Integer(), nullable=False),
        sa.Column("expected", sa.Integer(), nullable=False),
        sa.Column("sha256", AutoString(length=64), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_release"),
    )
    op.create_table(
        "released_member",
        _number("county_id"),
        _number("release"),
        sa.Column("tier", AutoString(), nullable=False),
        sa.Column("core_county_id", sa.Integer(), nullable=False),
        sa.Column("brand", AutoString(), nullable=False),
        sa.Column("products", AutoString(), nullable=False),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name="fk_released_member_county_id"),
        sa.PrimaryKeyConstraint("county_id", "release", name="pk_released_member"),
    )
    op.create_index("ix_released_member_release", "released_member", ["release"])
    op.create_table(
        "released_standing",
        _number("county_id"),
        _number("month"),
        _number("release"),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name="fk_released_standing_county_id"),
        sa.PrimaryKeyConstraint("county_id", "month", "release", name="pk_released_standing"),
    )
    op.create_index("ix_released_standing_release_month", "released_standing", ["release", "month"])
    op.create_table(
        "released_total",
        _number("month"),
        sa.Column("tier", AutoString(), nullable=False),
        sa.Column("province_code", AutoString(length=2), nullable=False),
        _number("core_county_id"),
        sa.Column("measure", AutoString(), nullable=False),
        sa.Column("returns", sa.Integer(), nullable=False),
        _number("release"),
        sa.PrimaryKeyConstraint(
            "release", "month", "tier", "province_code", "core_county_id", "measure", name="pk_released_total"
        ),
    )
    op.create_table(
        "stated_to_date",
        *(_number(name) for name in ("county_id", "month", "revision")),
        sa.Column("kpi", AutoString(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("county_id", "month", "revision", "kpi", name="pk_stated_to_date"),
    )
    for table in TABLES:
        refuse_changes(table)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
