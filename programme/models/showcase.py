"""What counties write to be shown: material and its versions, pictures, the review, where it was put on show and taken off."""

from datetime import datetime

from sqlalchemy import BigInteger, LargeBinary, Text
from sqlmodel import Field

from programme import settings
from programme.models.base import Base


class StoredPicture(Base, table=True):
    """A picture as it is shown: re-encoded, without metadata. Append-only, as all that follows but the draft.

    `uploaded_sha256` is the digest of the file it was first made from, which is not kept.
    """

    __tablename__ = "stored_picture"
    sha256: str = Field(primary_key=True, max_length=64)
    uploaded_sha256: str = Field(max_length=64)
    media_type: str
    width: int
    height: int
    content: bytes = Field(sa_type=LargeBinary)


class Material(Base, table=True):
    """A thing written to be shown, of a kind in showcase.toml: the story of a county, or an entry of the library."""

    __tablename__ = "material"
    id: int | None = Field(default=None, primary_key=True)
    kind: str
    county_id: int = Field(foreign_key="county.id", index=True)
    at: datetime = Field(default_factory=settings.moment)
    user_id: int
    user_name: str


class MaterialKey(Base):
    material_id: int = Field(foreign_key="material.id", primary_key=True, sa_column_kwargs={"autoincrement": False})


class MaterialRevisionKey(MaterialKey):
    revision: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})


class MaterialVersion(MaterialRevisionKey, table=True):
    """One version as handed in. `brand` is that of the list of members on that day; `tags` stand one behind the other with 、."""

    __tablename__ = "material_version"
    title: str
    text: str = Field(sa_type=Text)
    genre: str = ""
    tags: str = ""
    brand: str = ""
    at: datetime = Field(default_factory=settings.moment)
    user_id: int
    user_name: str
    reason: str = Field(default="", sa_type=Text)
    sample: bool = False


class MaterialPicture(MaterialRevisionKey, table=True):
    """A picture of a version, of the whole (product 0) or of a product."""

    __tablename__ = "material_picture"
    product: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    sha256: str = Field(foreign_key="stored_picture.sha256", max_length=64)
    alt: str
    rights: str


class MaterialProduct(MaterialRevisionKey, table=True):
    """A product of a version; the price in 分, None for none; `link` is the address of its shop or ""."""

    __tablename__ = "material_product"
    product: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    number: int
    name: str
    spec: str = ""
    price_fen: int | None = Field(default=None, sa_type=BigInteger)
    link: str = ""


class MaterialReview(MaterialRevisionKey, table=True):
    """One step of the review of a version: sent back, or accepted."""

    __tablename__ = "material_review"
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    step: str
    at: datetime = Field(default_factory=settings.moment)
    user_id: int
    user_name: str


class MaterialReviewPart(MaterialRevisionKey, table=True):
    """A part of a version sent back that must change, and why."""

    __tablename__ = "material_review_part"
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    part: str = Field(primary_key=True)
    reason: str = Field(sa_type=Text)


class MaterialShowing(MaterialKey, table=True):
    """Material put at a place of showcase.toml (`shown`), or taken off it with a reason; the newest of a place counts."""

    __tablename__ = "material_showing"
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    place: str
    shown: bool
    reason: str = Field(default="", sa_type=Text)
    at: datetime = Field(default_factory=settings.moment)
    user_id: int
    user_name: str


class MaterialDraft(MaterialKey, table=True):
    """What an account has written and not yet handed in: JSON, as typed, and the version it began with."""

    __tablename__ = "material_draft"
    user_id: int = Field(foreign_key="app_user.id", primary_key=True)
    base: int
    written: str = Field(sa_type=Text)
    saved_at: datetime = Field(default_factory=settings.now)
