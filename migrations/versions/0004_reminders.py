"""Reminders of returns: notices, what they were about, channels, and how each notice travelled.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

from migrations.append_only import refuse_changes

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def _key(*names: str) -> list[sa.Column]:
    return [sa.Column(name, sa.Integer(), autoincrement=False, nullable=False) for name in names]


def _texts(*names: str) -> list[sa.Column]:
    return [sa.Column(name, AutoString(), nullable=False) for name in names]


def _day() -> sa.Column:
    return sa.Column("day", sa.Date(), nullable=False)


def upgrade() -> None:
    op.create_table(
        "notice",
        *_key("user_id"),
        _day(),
        *_key("number"),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        *_texts("by_name", "subject"),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name="fk_notice_user_id"),
        sa.PrimaryKeyConstraint("user_id", "day", "number", name="pk_notice"),
    )
    op.create_table(
        "reminder",
        *_key("county_id", "month", "user_id"),
        _day(),
        sa.Column("number", sa.Integer(), nullable=False),
        *_texts("step"),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("county_id", "month", "user_id", "day", name="pk_reminder"),
    )
    op.create_index("ix_reminder_user_id", "reminder", ["user_id"])
    op.create_table(
        "channel",
        sa.Column("id", sa.Integer(), nullable=False),
        *_texts("kind", "name"),
        sa.Column("url", sa.Text(), nullable=False),
        *_texts("shown", "roles"),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_channel"),
    )
    op.create_table(
        "contact",
        *_key("user_id"),
        *_texts("kind", "address"),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name="fk_contact_user_id"),
        sa.PrimaryKeyConstraint("user_id", "kind", name="pk_contact"),
    )
    op.create_table(
        "delivery",
        *_key("user_id"),
        _day(),
        *_key("number", "channel_id"),
        *_texts("address", "state"),
        sa.Column("tries", sa.Integer(), nullable=False),
        *_texts("error"),
        sa.Column("next_try", UTCDateTime(), nullable=False),
        *_texts("claim"),
        sa.Column("sent_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["channel_id"], ["channel.id"], name="fk_delivery_channel_id"),
        sa.ForeignKeyConstraint(
            ["user_id", "day", "number"], ["notice.user_id", "notice.day", "notice.number"], name="fk_delivery_notice"
        ),
        sa.PrimaryKeyConstraint("user_id", "day", "number", "channel_id", name="pk_delivery"),
    )
    op.create_index("ix_delivery_state", "delivery", ["state"])
    for table in ("notice", "reminder"):
        refuse_changes(table)


def downgrade() -> None:
    for table in ("delivery", "contact", "channel", "reminder", "notice"):
        op.drop_table(table)
