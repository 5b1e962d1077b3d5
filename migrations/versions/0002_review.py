"""The reporting cycle: extensions of the due day, and the steps of the review.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

from migrations.append_only import refuse_changes

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = ("extension", "review", "review_cell")


def _key(*names: str) -> list[sa.Column]:
    return [sa.Column(name, sa.Integer(), autoincrement=False, nullable=False) for name in names]


def upgrade() -> None:
    op.create_table(
        "extension",
        *_key("county_id", "month", "number"),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("reason", AutoString(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("user_name", AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name="fk_extension_county_id"),
        sa.PrimaryKeyConstraint("county_id", "month", "number", name="pk_extension"),
    )
    op.create_table(
        "review",
        *_key("county_id", "month", "revision", "number"),
        sa.Column("step", AutoString(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("user_name", AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("county_id", "month", "revision", "number", name="pk_review"),
    )
    op.create_table(
        "review_cell",
        *_key("county_id", "month", "revision", "number"),
        sa.Column("kpi", AutoString(), nullable=False),
        sa.Column("measure", AutoString(), nullable=False),
        sa.Column("reason", AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("county_id", "month", "revision", "number", "kpi", "measure", name="pk_review_cell"),
    )
    for table in TABLES:
        refuse_changes(table)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
