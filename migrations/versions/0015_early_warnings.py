"""What was done about early warnings.

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

from migrations.append_only import refuse_changes

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "warning_event",
        sa.Column("county_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("month", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("rule", AutoString(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("step", AutoString(), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("user_name", AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name="fk_warning_event_county_id"),
        sa.PrimaryKeyConstraint("county_id", "month", "rule", "number", name="pk_warning_event"),
    )
    refuse_changes("warning_event")


def downgrade() -> None:
    op.drop_table("warning_event")
