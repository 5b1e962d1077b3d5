"""The registry of counties, and who takes part in a programme year."""

from sqlmodel import Field

from programme.models.base import Base


class County(Base, table=True):
    """A county of the map. `id` never changes; code and name may (县 → 区)."""

    __tablename__ = "county"
    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    code: str = Field(unique=True, max_length=6)
    name: str
    prefecture: str
    province: str
    province_code: str = Field(index=True, max_length=2)
    longitude_e3: int
    latitude_e3: int
    sanqu_sanzhou: bool


class FormerCounty(Base, table=True):
    """A code or name a county bore since 2019."""

    __tablename__ = "former_county"
    county_id: int = Field(foreign_key="county.id", primary_key=True)
    code: str = Field(primary_key=True, max_length=6)
    name: str = Field(primary_key=True)
    changed: str = ""


class Membership(Base, table=True):
    """A county's part in a programme year. `core_county_id` is the county itself for a core county."""

    __tablename__ = "membership"
    year: int = Field(primary_key=True)
    county_id: int = Field(foreign_key="county.id", primary_key=True)
    tier: str
    core_county_id: int = Field(foreign_key="county.id", index=True)
    brand: str = ""
    products: str = ""
    sample: bool = False
