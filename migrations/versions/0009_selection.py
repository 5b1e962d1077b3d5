"""Provincial selection: sheets of assessors, reasons of an application sent back.

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

from migrations.append_only import refuse_changes

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TABLES = ("assessment", "assessment_score", "project_section_reason")


def _create(name: str, word: str, *columns: sa.Column) -> None:
    """A table whose key is a project and a number, and perhaps a word."""
    words = (word,) if word else ()
    op.create_table(
        name,
        sa.Column("project_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        *(sa.Column(column, AutoString(), nullable=False) for column in words),
        *columns,
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=f"fk_{name}_project_id"),
        sa.PrimaryKeyConstraint("project_id", "number", *words, name=f"pk_{name}"),
    )


def upgrade() -> None:
    _create(
        "assessment", "",
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("replaces", sa.Integer(), nullable=False),
        sa.Column("unit", AutoString(), nullable=False),
        sa.Column("post", AutoString(), nullable=False),
        sa.Column("conflict", sa.Boolean(), nullable=False),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("user_name", AutoString(), nullable=False),
    )  # fmt: skip
    _create("assessment_score", "criterion", sa.Column("points", sa.Integer(), nullable=False))
    _create("project_section_reason", "section", sa.Column("reason", sa.Text(), nullable=False))
    for table in TABLES:
        refuse_changes(table)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
