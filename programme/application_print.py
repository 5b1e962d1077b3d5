"""An application on paper (附件1): what is being written for the enterprise itself, what was handed in for everybody else."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import Session

from programme.annex1 import Imprint, annex1_docx, annex1_pdf
from programme.application_content import county_ids, digest
from programme.application_counties import county_names
from programme.applications import content_of, versions
from programme.errors import NotFound
from programme.permissions import Actor
from programme.project_queries import project, province_names
from programme.settings import BEIJING

ENDINGS = ("docx", "pdf")


@dataclass(frozen=True)
class Sheet:
    """An application ready to be printed, by the codes of the catalogue. `name` is that of the file, without its ending."""

    name: str
    content: Mapping[str, str]
    imprint: Imprint

    def printed(self, ending: str) -> bytes:
        """As docx or pdf; KeyError for another ending."""
        return {"docx": annex1_docx, "pdf": annex1_pdf}[ending](self.content, self.imprint)


def sheet_of(session: Session, actor: Actor, no: str) -> Sheet:
    """Raises NotFound for a project out of sight, or one without an application that the actor may read."""
    seen = project(session, actor, no)
    mine = actor.enterprise_id is not None and actor.enterprise_id == seen.enterprise_id
    handed_in = versions(session, seen.id)
    content = content_of(session, seen.id, draft=mine)
    if not any(content.values()):
        raise NotFound(f"项目{no}在平台上没有申报书：企业还没有提交，或由汇总表登记。")
    counties = county_names(session, county_ids(content["counties"]))
    text = digest(content)
    imprint = Imprint(
        counties=tuple(counties.values()), version_sha256=text, direct=seen["channel"] == "direct", sample=seen.sample,
        applied_on=next((one.at.astimezone(BEIJING).date() for one in handed_in if one.sha256 == text), None),
    )  # fmt: skip
    provinces = province_names(session)
    named = {**content, "province": provinces.get(content["province"], content["province"])}
    return Sheet(f"项目申报书_{no}", named, imprint)
