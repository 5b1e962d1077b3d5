"""Enterprise projects of the 2016 programme."""

from datetime import datetime

from sqlalchemy import Text
from sqlmodel import Field

from programme import settings
from programme.models.base import Base


class Project(Base, table=True):
    """An enterprise project of the 2016 "双百" programme (网发[2016]290号). Codes of the lists are in catalogue/projects.toml.

    `target_counties` holds internal ids joined by commas. `sources` is JSON: the imports the present fields come from, oldest
    first, each with file, sheet, importer, time and the cell of every field; file, sheet and row are those of the last one.
    """

    __tablename__ = "project"
    id: int | None = Field(default=None, primary_key=True)
    no: str = Field(unique=True)
    name: str
    enterprise: str
    enterprise_code: str = ""
    enterprise_category: str = ""
    head_of_unit: str = ""
    project_leader: str = ""
    province_code: str = Field(default="", index=True, max_length=2)
    channel: str = "province"
    direction: str = ""
    category: str = ""
    stage: str
    outcome: str = ""
    target_counties: str = ""
    remark: str = ""
    file_sha256: str = ""
    sheet: str = ""
    row: int = 0
    sources: str = Field(default="[]", sa_type=Text)
    imported_at: datetime = Field(default_factory=settings.moment)
    sample: bool = False
