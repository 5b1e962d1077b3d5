"""What counties write to be shown: stories and practices, their pictures, their review, where they are on show.

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

from migrations.append_only import refuse_changes

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

NEWEST_FIRST = (
    "material_draft", "material_showing", "material_review_part", "material_review", "material_product",
    "material_picture", "material_version", "material", "stored_picture",
)  # fmt: skip


def _number(name: str) -> sa.Column:
    return sa.Column(name, sa.Integer(), autoincrement=False, nullable=False)


def _plain_number(name: str) -> sa.Column:
    return sa.Column(name, sa.Integer(), nullable=False)


def _words(*names: str) -> tuple[sa.Column, ...]:
    return tuple(sa.Column(name, AutoString(), nullable=False) for name in names)


def _texts(*names: str) -> tuple[sa.Column, ...]:
    return tuple(sa.Column(name, sa.Text(), nullable=False) for name in names)


def _signed() -> tuple[sa.Column, ...]:
    return sa.Column("at", UTCDateTime(), nullable=False), _plain_number("user_id"), *_words("user_name")


def _flag(name: str) -> sa.Column:
    return sa.Column(name, sa.Boolean(), nullable=False)


def _digest(name: str) -> sa.Column:
    return sa.Column(name, AutoString(length=64), nullable=False)


def _of_material(name: str, numbers: tuple[str, ...], *columns: sa.Column, words: tuple[sa.Column, ...] = ()) -> None:
    """A table whose key is the material, then numbers and words."""
    key = ("material_id", *numbers, *(column.name for column in words))
    foreign = [sa.ForeignKeyConstraint(["material_id"], ["material.id"], name=f"fk_{name}_material_id")]
    if any(column.name == "sha256" for column in columns):
        foreign.append(sa.ForeignKeyConstraint(["sha256"], ["stored_picture.sha256"], name=f"fk_{name}_sha256"))
    op.create_table(
        name,
        *(_number(column) for column in ("material_id", *numbers)),
        *words,
        *columns,
        *foreign,
        sa.PrimaryKeyConstraint(*key, name=f"pk_{name}"),
    )


def upgrade() -> None:
    op.create_table(
        "stored_picture",
        _digest("sha256"),
        _digest("uploaded_sha256"),
        *_words("media_type"),
        _plain_number("width"),
        _plain_number("height"),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_stored_picture"),
    )
    op.create_table(
        "material",
        sa.Column("id", sa.Integer(), nullable=False),
        *_words("kind"),
        _plain_number("county_id"),
        *_signed(),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name="fk_material_county_id"),
        sa.PrimaryKeyConstraint("id", name="pk_material"),
    )
    op.create_index("ix_material_county_id", "material", ["county_id"])
    _versions()
    _reviews()
    for table in NEWEST_FIRST:
        if table != "material_draft":
            refuse_changes(table)


def _versions() -> None:
    revision_of = ("revision",)
    _of_material(
        "material_version", revision_of, *_words("title"), *_texts("text"), *_words("genre", "tags", "brand"),
        *_signed(), *_texts("reason"), _flag("sample"),
    )  # fmt: skip
    _of_material("material_picture", (*revision_of, "product", "number"), _digest("sha256"), *_words("alt", "rights"))
    _of_material(
        "material_product", (*revision_of, "product"), _plain_number("number"), *_words("name", "spec"),
        sa.Column("price_fen", sa.BigInteger(), nullable=True), *_words("link"),
    )  # fmt: skip
    op.create_table(
        "material_draft",
        _number("material_id"),
        _plain_number("user_id"),
        _plain_number("base"),
        *_texts("written"),
        sa.Column("saved_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["material_id"], ["material.id"], name="fk_material_draft_material_id"),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name="fk_material_draft_user_id"),
        sa.PrimaryKeyConstraint("material_id", "user_id", name="pk_material_draft"),
    )


def _reviews() -> None:
    _of_material("material_review", ("revision", "number"), *_words("step"), *_signed())
    _of_material("material_review_part", ("revision", "number"), *_texts("reason"), words=_words("part"))
    _of_material("material_showing", ("number",), *_words("place"), _flag("shown"), *_texts("reason"), *_signed())


def downgrade() -> None:
    for table in NEWEST_FIRST:
        op.drop_table(table)
