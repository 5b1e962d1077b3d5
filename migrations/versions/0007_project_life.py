"""The life of a project: enterprises, moves, lists as they were settled.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

from migrations.append_only import refuse_changes

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

APPEND_ONLY = ("project_event", "frozen_list")
# Where a project stood of which only the stage was known.
STATES = {
    "application": "submitted",
    "provincial_selection": "recommended",
    "expert_review": "received",
    "public_notice": "noticed",
    "implementation": "running",
    "evaluation": "evaluating",
    "recheck": "triggered",
    "withdrawn": "withdrawn",
    "declined": "declined",
}
NEW = ("state", "moves", "due", "enterprise_id", "ground")


def upgrade() -> None:
    _let_projects_live()
    op.create_table(
        "enterprise",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", AutoString(length=18), nullable=False),
        sa.Column("organisation", AutoString(length=9), nullable=False),
        sa.Column("name", AutoString(), nullable=False),
        sa.Column("province_code", AutoString(length=2), nullable=False),
        sa.Column("contact", AutoString(), nullable=False),
        sa.Column("phone", AutoString(), nullable=False),
        sa.Column("email", AutoString(), nullable=False),
        sa.Column("status", AutoString(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("registered_at", UTCDateTime(), nullable=False),
        sa.Column("decided_at", UTCDateTime(), nullable=True),
        sa.Column("decided_by", AutoString(), nullable=False),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_enterprise"),
        sa.UniqueConstraint("code", name="uq_enterprise_code"),
        sa.UniqueConstraint("organisation", name="uq_enterprise_organisation"),
    )
    op.create_index("ix_enterprise_province_code", "enterprise", ["province_code"])
    op.create_table(
        "project_event",
        sa.Column("project_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("move", AutoString(), nullable=False),
        sa.Column("source", AutoString(), nullable=False),
        sa.Column("target", AutoString(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("documents", sa.Text(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("user_name", AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name="fk_project_event_project_id"),
        sa.PrimaryKeyConstraint("project_id", "number", name="pk_project_event"),
    )
    op.create_index("ix_project_event_at", "project_event", ["at"])
    op.create_table(
        "project_assignment",
        sa.Column("project_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("task", AutoString(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("by", AutoString(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name="fk_project_assignment_project_id"),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name="fk_project_assignment_user_id"),
        sa.PrimaryKeyConstraint("project_id", "user_id", "task", name="pk_project_assignment"),
    )
    op.create_table(
        "frozen_list",
        sa.Column("kind", AutoString(), nullable=False),
        sa.Column("province_code", AutoString(length=2), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("sha256", AutoString(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("user_name", AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "province_code", "number", name="pk_frozen_list"),
    )
    for table in APPEND_ONLY:
        refuse_changes(table)
    op.add_column("app_user", sa.Column("enterprise_id", sa.Integer(), nullable=True))
    op.create_index("ix_app_user_enterprise_id", "app_user", ["enterprise_id"])


def _let_projects_live() -> None:
    """A state for every project there is; the columns lose the default that the rows of today needed."""
    with op.batch_alter_table("project") as table:
        table.add_column(sa.Column("state", AutoString(), nullable=False, server_default=""))
        table.add_column(sa.Column("moves", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(sa.Column("due", sa.Date(), nullable=True))
        table.add_column(sa.Column("enterprise_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("ground", AutoString(), nullable=False, server_default=""))
    project = sa.table("project", sa.column("stage"), sa.column("state"))
    for stage, state in STATES.items():
        op.execute(project.update().where(project.c.stage == stage).values(state=state))
    with op.batch_alter_table("project") as table:
        for name in ("state", "moves", "ground"):
            table.alter_column(name, server_default=None)
        table.create_index("ix_project_enterprise_id", ["enterprise_id"])


def downgrade() -> None:
    for table in ("frozen_list", "project_assignment", "project_event", "enterprise"):
        op.drop_table(table)
    op.drop_index("ix_app_user_enterprise_id", "app_user")
    op.drop_column("app_user", "enterprise_id")
    op.drop_index("ix_project_enterprise_id", "project")
    for name in reversed(NEW):
        op.drop_column("project", name)
