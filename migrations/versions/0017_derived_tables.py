"""Tables as a batch is written fastest: standings without a look at the county of each, totals stored by their key, and of
returns no list by submission (the record of what was done has it).

Revision ID: 0017
Revises: 0016
"""

from alembic import op

from migrations.append_only import refuse_changes

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

CLUSTERED = {"sqlite_with_rowid": False}


def upgrade() -> None:
    op.drop_index("ix_monthly_return_submission_id", "monthly_return")
    with op.batch_alter_table("standing", table_kwargs=CLUSTERED) as standing:
        standing.drop_constraint("fk_standing_county_id", type_="foreignkey")
    _store_totals(CLUSTERED)


def downgrade() -> None:
    with op.batch_alter_table("standing", table_kwargs=CLUSTERED) as standing:
        standing.create_foreign_key("fk_standing_county_id", "county", ["county_id"], ["id"])
    _store_totals({})
    op.create_index("ix_monthly_return_submission_id", "monthly_return", ["submission_id"])


def _store_totals(how: dict[str, bool]) -> None:
    """Only SQLite stores them differently; a table made anew has lost its triggers."""
    if op.get_bind().dialect.name != "sqlite":
        return
    for table in ("total", "released_total"):
        with op.batch_alter_table(table, recreate="always", table_kwargs=how):
            pass
    refuse_changes("released_total")
