"""First tables. The indicators' columns are added from the catalogue afterwards (db.migrate).

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

from migrations.append_only import refuse_changes

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


TABLES = (
    "audit_event",
    "county",
    "data_version",
    "project",
    "return_remark",
    "sign_in_attempt",
    "stored_file",
    "total",
    "app_user",
    "former_county",
    "membership",
    "monthly_return",
    "standing",
    "draft",
    "sign_in_session",
    "sign_in_ticket",
    "submission",
)
APPEND_ONLY = ("monthly_return", "return_remark", "submission", "stored_file", "audit_event")


def upgrade() -> None:
    op.create_table(
        "audit_event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("user_name", AutoString(), nullable=False),
        sa.Column("action", AutoString(), nullable=False),
        sa.Column("county_id", sa.Integer(), nullable=True),
        sa.Column("province_code", AutoString(), nullable=False),
        sa.Column("subject", AutoString(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_event"),
    )
    op.create_index("ix_audit_event_action", "audit_event", ["action"])
    op.create_index("ix_audit_event_county_id", "audit_event", ["county_id"])

    op.create_table(
        "county",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("code", AutoString(length=6), nullable=False),
        sa.Column("name", AutoString(), nullable=False),
        sa.Column("prefecture", AutoString(), nullable=False),
        sa.Column("province", AutoString(), nullable=False),
        sa.Column("province_code", AutoString(length=2), nullable=False),
        sa.Column("longitude_e3", sa.Integer(), nullable=False),
        sa.Column("latitude_e3", sa.Integer(), nullable=False),
        sa.Column("sanqu_sanzhou", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_county"),
        sa.UniqueConstraint("code", name="uq_county_code"),
    )
    op.create_index("ix_county_province_code", "county", ["province_code"])

    op.create_table(
        "data_version",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_data_version"),
    )
    op.create_table(
        "project",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("no", AutoString(), nullable=False),
        sa.Column("name", AutoString(), nullable=False),
        sa.Column("enterprise", AutoString(), nullable=False),
        sa.Column("enterprise_code", AutoString(), nullable=False),
        sa.Column("enterprise_category", AutoString(), nullable=False),
        sa.Column("head_of_unit", AutoString(), nullable=False),
        sa.Column("project_leader", AutoString(), nullable=False),
        sa.Column("province_code", AutoString(length=2), nullable=False),
        sa.Column("channel", AutoString(), nullable=False),
        sa.Column("direction", AutoString(), nullable=False),
        sa.Column("category", AutoString(), nullable=False),
        sa.Column("stage", AutoString(), nullable=False),
        sa.Column("outcome", AutoString(), nullable=False),
        sa.Column("target_counties", AutoString(), nullable=False),
        sa.Column("remark", AutoString(), nullable=False),
        sa.Column("file_sha256", AutoString(), nullable=False),
        sa.Column("sheet", AutoString(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("sources", sa.Text(), nullable=False),
        sa.Column("imported_at", UTCDateTime(), nullable=False),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_project"),
        sa.UniqueConstraint("no", name="uq_project_no"),
    )
    op.create_index("ix_project_province_code", "project", ["province_code"])

    op.create_table(
        "return_remark",
        sa.Column("county_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("month", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kpi", AutoString(), nullable=False),
        sa.Column("rule", AutoString(), nullable=False),
        sa.Column("cell", AutoString(), nullable=False),
        sa.Column("message", AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("county_id", "month", "revision", "number", name="pk_return_remark"),
    )
    op.create_table(
        "sign_in_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("username", AutoString(length=40), nullable=False),
        sa.Column("address", AutoString(), nullable=False),
        sa.Column("succeeded", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sign_in_attempt"),
    )
    op.create_index("ix_sign_in_attempt_address_at", "sign_in_attempt", ["address", "at"])

    op.create_table(
        "stored_file",
        sa.Column("sha256", AutoString(length=64), nullable=False),
        sa.Column("name", AutoString(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_stored_file"),
    )
    op.create_table(
        "total",
        sa.Column("month", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("tier", AutoString(), nullable=False),
        sa.Column("province_code", AutoString(length=2), nullable=False),
        sa.Column("core_county_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("measure", AutoString(), nullable=False),
        sa.Column("returns", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("month", "tier", "province_code", "core_county_id", "measure", name="pk_total"),
    )
    op.create_table(
        "app_user",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("username", AutoString(length=40), nullable=False),
        sa.Column("name", AutoString(), nullable=False),
        sa.Column("role", AutoString(), nullable=False),
        sa.Column("county_id", sa.Integer(), nullable=True),
        sa.Column("province_code", AutoString(), nullable=False),
        sa.Column("password_hash", AutoString(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("password_changed_at", UTCDateTime(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", UTCDateTime(), nullable=True),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name="fk_app_user_county_id"),
        sa.PrimaryKeyConstraint("id", name="pk_app_user"),
        sa.UniqueConstraint("username", name="uq_app_user_username"),
    )
    op.create_table(
        "former_county",
        sa.Column("county_id", sa.Integer(), nullable=False),
        sa.Column("code", AutoString(length=6), nullable=False),
        sa.Column("name", AutoString(), nullable=False),
        sa.Column("changed", AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name="fk_former_county_county_id"),
        sa.PrimaryKeyConstraint("county_id", "code", "name", name="pk_former_county"),
    )
    op.create_table(
        "membership",
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("county_id", sa.Integer(), nullable=False),
        sa.Column("tier", AutoString(), nullable=False),
        sa.Column("core_county_id", sa.Integer(), nullable=False),
        sa.Column("brand", AutoString(), nullable=False),
        sa.Column("products", AutoString(), nullable=False),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["core_county_id"], ["county.id"], name="fk_membership_core_county_id"),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name="fk_membership_county_id"),
        sa.PrimaryKeyConstraint("year", "county_id", name="pk_membership"),
    )
    op.create_index("ix_membership_core_county_id", "membership", ["core_county_id"])

    op.create_table(
        "monthly_return",
        sa.Column("county_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("month", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("sheet", AutoString(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("on_behalf", AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name="fk_monthly_return_county_id"),
        sa.PrimaryKeyConstraint("county_id", "month", "revision", name="pk_monthly_return"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_monthly_return_submission_id", "monthly_return", ["submission_id"])

    op.create_table(
        "standing",
        sa.Column("county_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("month", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name="fk_standing_county_id"),
        sa.PrimaryKeyConstraint("county_id", "month", name="pk_standing"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "draft",
        sa.Column("county_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("month", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("entries", sa.Text(), nullable=False),
        sa.Column("saved_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name="fk_draft_county_id"),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name="fk_draft_user_id"),
        sa.PrimaryKeyConstraint("county_id", "month", "user_id", name="pk_draft"),
    )
    op.create_table(
        "sign_in_session",
        sa.Column("token_hash", AutoString(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("last_seen", UTCDateTime(), nullable=False),
        sa.Column("revoked_at", UTCDateTime(), nullable=True),
        sa.Column("address", AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name="fk_sign_in_session_user_id"),
        sa.PrimaryKeyConstraint("token_hash", name="pk_sign_in_session"),
    )
    op.create_index("ix_sign_in_session_user_id", "sign_in_session", ["user_id"])

    op.create_table(
        "sign_in_ticket",
        sa.Column("token_hash", AutoString(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("browser", AutoString(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name="fk_sign_in_ticket_user_id"),
        sa.PrimaryKeyConstraint("token_hash", name="pk_sign_in_ticket"),
    )
    op.create_table(
        "submission",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("user_name", AutoString(), nullable=False),
        sa.Column("file_sha256", AutoString(), nullable=False),
        sa.Column("file_name", AutoString(), nullable=False),
        sa.Column("channel", AutoString(), nullable=False),
        sa.Column("layout", sa.Text(), nullable=False),
        sa.Column("reason", AutoString(), nullable=False),
        sa.Column("counties", sa.Integer(), nullable=False),
        sa.Column("returns", sa.Integer(), nullable=False),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["file_sha256"], ["stored_file.sha256"], name="fk_submission_file_sha256"),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name="fk_submission_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_submission"),
    )
    op.create_index("ix_submission_at", "submission", ["at"])
    op.create_index("ix_submission_file_sha256", "submission", ["file_sha256"])

    for table in APPEND_ONLY:
        refuse_changes(table)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
