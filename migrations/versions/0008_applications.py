"""How enterprises apply: tries to register, drafts, versions handed in, documents.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

from migrations.append_only import refuse_changes

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

APPEND_ONLY = ("application_version", "project_document")


def _of_project(name: str, *numbers: str) -> tuple[sa.schema.SchemaItem, ...]:
    """The key of a table: the project, and perhaps a number within it."""
    return (
        *(sa.Column(column, sa.Integer(), autoincrement=False, nullable=False) for column in ("project_id", *numbers)),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=f"fk_{name}_project_id"),
        sa.PrimaryKeyConstraint("project_id", *numbers, name=f"pk_{name}"),
    )


def upgrade() -> None:
    op.create_table(
        "registration_try",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("address", AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_registration_try"),
    )
    op.create_index("ix_registration_try_address_at", "registration_try", ["address", "at"])
    op.create_table(
        "application_draft",
        *_of_project("application_draft"),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("saved_at", UTCDateTime(), nullable=False),
        sa.Column("user_name", AutoString(), nullable=False),
    )
    op.create_table(
        "application_version",
        *_of_project("application_version", "version"),
        sa.Column("event", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("sha256", AutoString(length=64), nullable=False),
        sa.Column("documents", sa.Text(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
    )
    op.create_table(
        "project_document",
        *_of_project("project_document", "number"),
        sa.Column("kind", AutoString(), nullable=False),
        sa.Column("name", AutoString(), nullable=False),
        sa.Column("sha256", AutoString(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("text_sha256", AutoString(length=64), nullable=False),
        sa.Column("removes", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("user_name", AutoString(), nullable=False),
    )
    for table in APPEND_ONLY:
        refuse_changes(table)


def downgrade() -> None:
    for table in (*reversed(APPEND_ONLY), "application_draft", "registration_try"):
        op.drop_table(table)
