"""The evaluation of the “110” activity: records of visits and supervisions, evaluations as frozen. Rows are only added."""

from datetime import date

from sqlalchemy import Text
from sqlmodel import Field

from programme.models.base import Base
from programme.models.carrying import Signed


class VisitKey(Base):
    """A record of a county, and which writing of it: the newest revision counts."""

    county_id: int = Field(foreign_key="county.id", primary_key=True, sa_column_kwargs={"autoincrement": False})
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    revision: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})


class CountyVisit(VisitKey, Signed, table=True):
    """`visitors` are posts, never names. `role` is that of whoever recorded it; `reason` says why a later revision was written."""

    __tablename__ = "county_visit"
    method: str
    day: date
    visitors: str
    findings: str = Field(sa_type=Text)
    reason: str = ""
    withdrawn: bool = False
    role: str
    sample: bool = False


class CountyVisitScore(VisitKey, table=True):
    __tablename__ = "county_visit_score"
    dimension: str = Field(primary_key=True)
    score: int


class CountyVisitFile(VisitKey, table=True):
    __tablename__ = "county_visit_file"
    place: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    name: str
    sha256: str = Field(foreign_key="stored_file.sha256", max_length=64)


class CountyEvaluation(Signed, table=True):
    """第 N 次评估: `content` is JSON that `sha256` is over; `release` the release whose figures it judges; `supersedes` names the
    evaluation of the same month that it takes the place of."""

    __tablename__ = "county_evaluation"
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    month: int
    release: int = Field(foreign_key="release.number")
    standard_version: str
    supersedes: int | None = None
    content: str = Field(sa_type=Text)
    sha256: str = Field(max_length=64)
    sample: bool = False
