"""The evaluation of the “110” activity: visits, supervisions, evaluations as frozen.

Revision ID: 0016
Revises: 0015
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

from migrations.append_only import refuse_changes

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

NEWEST_FIRST = ("county_evaluation", "county_visit_file", "county_visit_score", "county_visit")


def _number(name: str) -> sa.Column:
    return sa.Column(name, sa.Integer(), autoincrement=False, nullable=False)


def _words(*names: str) -> tuple[sa.Column, ...]:
    return tuple(sa.Column(name, AutoString(), nullable=False) for name in names)


def _signed() -> tuple[sa.Column, ...]:
    return (
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        *_words("user_name"),
    )


def _of_visit(name: str, key: tuple[sa.Column, ...], *columns: sa.Column) -> None:
    """A table whose key is county, number and revision of a record, then `key`."""
    foreign = [sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=f"fk_{name}_county_id")]
    if any(column.name == "sha256" for column in columns):
        foreign.append(sa.ForeignKeyConstraint(["sha256"], ["stored_file.sha256"], name=f"fk_{name}_sha256"))
    keys = ("county_id", "number", "revision")
    op.create_table(
        name,
        *(_number(column) for column in keys),
        *key,
        *columns,
        *foreign,
        sa.PrimaryKeyConstraint(*keys, *(column.name for column in key), name=f"pk_{name}"),
    )


def upgrade() -> None:
    _of_visit(
        "county_visit", (), *_signed(), *_words("method"), sa.Column("day", sa.Date(), nullable=False), *_words("visitors"),
        sa.Column("findings", sa.Text(), nullable=False), *_words("reason"),
        sa.Column("withdrawn", sa.Boolean(), nullable=False), *_words("role"),
        sa.Column("sample", sa.Boolean(), nullable=False),
    )  # fmt: skip
    _of_visit("county_visit_score", _words("dimension"), sa.Column("score", sa.Integer(), nullable=False))
    _of_visit(
        "county_visit_file", (_number("place"),), *_words("name"),
        sa.Column("sha256", AutoString(length=64), nullable=False),
    )  # fmt: skip
    op.create_table(
        "county_evaluation",
        _number("number"),
        *_signed(),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("release", sa.Integer(), nullable=False),
        *_words("standard_version"),
        sa.Column("supersedes", sa.Integer(), nullable=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("sha256", AutoString(length=64), nullable=False),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["release"], ["release.number"], name="fk_county_evaluation_release"),
        sa.PrimaryKeyConstraint("number", name="pk_county_evaluation"),
    )
    for table in NEWEST_FIRST:
        refuse_changes(table)


def downgrade() -> None:
    for table in NEWEST_FIRST:
        op.drop_table(table)
