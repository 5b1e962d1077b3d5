"""Expert review of projects, public notices and objections.

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

from migrations.append_only import refuse_changes

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

APPEND_ONLY = (
    "panel_draw", "recusal", "expert_score", "panel_discussion", "panel_minutes", "public_notice", "notice_member",
    "objection", "objection_event",
)  # fmt: skip
TABLES = (
    "expert_profile", "expert_tie", "panel_draw", "recusal", "expert_score_draft", "expert_score", "panel_discussion",
    "panel_minutes", "public_notice", "notice_member", "objection", "objection_contact", "objection_event",
    "objection_try",
)  # fmt: skip


def upgrade() -> None:
    _of_the_review()
    _of_the_notice()
    for table in APPEND_ONLY:
        refuse_changes(table)


def _of_the_review() -> None:
    op.create_table(
        "expert_profile",
        sa.Column("user_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("fields", AutoString(), nullable=False),
        sa.Column("employer", AutoString(), nullable=False),
        sa.Column("employer_code", AutoString(), nullable=False),
        sa.Column("kept_at", UTCDateTime(), nullable=False),
        sa.Column("kept_by", AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name="fk_expert_profile_user_id"),
        sa.PrimaryKeyConstraint("user_id", name="pk_expert_profile"),
    )
    op.create_table(
        "expert_tie",
        sa.Column("user_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("enterprise", AutoString(), nullable=False),
        sa.Column("enterprise_code", AutoString(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("declared_at", UTCDateTime(), nullable=False),
        sa.Column("declared_by", AutoString(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.Column("ended_by", AutoString(), nullable=False),
        sa.Column("ended_reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name="fk_expert_tie_user_id"),
        sa.PrimaryKeyConstraint("user_id", "number", name="pk_expert_tie"),
    )
    op.create_table(
        "panel_draw",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("user_name", AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_panel_draw"),
    )
    op.create_table(
        "recusal",
        sa.Column("project_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_tie", sa.Boolean(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("user_name", AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name="fk_recusal_project_id"),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name="fk_recusal_user_id"),
        sa.PrimaryKeyConstraint("project_id", "user_id", name="pk_recusal"),
    )
    op.create_table(
        "expert_score_draft",
        sa.Column("project_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("feasibility", sa.Integer(), nullable=True),
        sa.Column("operability", sa.Integer(), nullable=True),
        sa.Column("effect", sa.Integer(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("saved_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name="fk_expert_score_draft_project_id"),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name="fk_expert_score_draft_user_id"),
        sa.PrimaryKeyConstraint("project_id", "user_id", name="pk_expert_score_draft"),
    )
    op.create_table(
        "expert_score",
        sa.Column("project_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("feasibility", sa.Integer(), nullable=False),
        sa.Column("operability", sa.Integer(), nullable=False),
        sa.Column("effect", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name="fk_expert_score_project_id"),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name="fk_expert_score_user_id"),
        sa.PrimaryKeyConstraint("project_id", "user_id", name="pk_expert_score"),
    )
    op.create_table(
        "panel_discussion",
        sa.Column("project_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("user_name", AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name="fk_panel_discussion_project_id"),
        sa.PrimaryKeyConstraint("project_id", "number", name="pk_panel_discussion"),
    )
    op.create_table(
        "panel_minutes",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("user_name", AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_panel_minutes"),
    )


def _of_the_notice() -> None:
    op.create_table(
        "public_notice",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("working_days", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("user_name", AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_public_notice"),
    )
    op.create_table(
        "notice_member",
        sa.Column("notice", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("project_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["notice"], ["public_notice.number"], name="fk_notice_member_notice"),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name="fk_notice_member_project_id"),
        sa.PrimaryKeyConstraint("notice", "project_id", name="pk_notice_member"),
    )
    op.create_index("ix_notice_member_project_id", "notice_member", ["project_id"])
    op.create_table(
        "objection",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("receipt", AutoString(length=20), nullable=False),
        sa.Column("notice", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["notice"], ["public_notice.number"], name="fk_objection_notice"),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name="fk_objection_project_id"),
        sa.PrimaryKeyConstraint("id", name="pk_objection"),
        sa.UniqueConstraint("receipt", name="uq_objection_receipt"),
    )
    op.create_index("ix_objection_notice", "objection", ["notice"])
    op.create_index("ix_objection_project_id", "objection", ["project_id"])
    op.create_table(
        "objection_contact",
        sa.Column("objection_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", AutoString(), nullable=False),
        sa.Column("contact", AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["objection_id"], ["objection.id"], name="fk_objection_contact_objection_id"),
        sa.PrimaryKeyConstraint("objection_id", name="pk_objection_contact"),
    )
    op.create_table(
        "objection_event",
        sa.Column("objection_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("step", AutoString(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("user_name", AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["objection_id"], ["objection.id"], name="fk_objection_event_objection_id"),
        sa.PrimaryKeyConstraint("objection_id", "number", name="pk_objection_event"),
    )
    op.create_table(
        "objection_try",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", AutoString(), nullable=False),
        sa.Column("address", AutoString(length=64), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_objection_try"),
    )
    op.create_index("ix_objection_try_address_at", "objection_try", ["address", "at"])


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
