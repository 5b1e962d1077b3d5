# /// script
# requires-python = ">=3.11"
# dependencies = ["fonttools==4.68.0", "brotli==1.2.1"]
# ///
"""Put together the faces that PDF documents and the expo wall are set in: see README.md beside this file. Takes minutes, needs
no network.

make_fonts.py FANDOL-FANG.otf FANDOL-KAI.otf NOTO-SERIF-REGULAR.ttc NOTO-SERIF-BOLD.ttc NOTO-SANS-BOLD.ttc DEJAVU.ttf
    NOTO-EMOJI.ttf NOTO-SANS-REGULAR.ttc
"""

import shutil
import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

HERE = Path(__file__).resolve().parent
IN_COUNTY_NAMES = "埇埗沚浉瀍猇硚鄠"  # characters of county and prefecture names that GB 2312 lacks
LATIN = {*range(0x20, 0x7F), *range(0xA0, 0x100)}
IN_NAMES = (  # those of the 通用规范汉字表 that lie in extension A
    "㑇㑊㕮㘎㙍㙘㙦㛃㛚㛹㟃㠇㠓㤘㥄㧐㧑㧟㫰㬊㬎㬚㭎㭕㮾㰀㳇㳘㳚㴔㵐㶲㸆㸌㺄㻬㽏㿠䁖䂮䃅䃎䅟䌹䎃䎖䏝䏡䏲䐃䓖䓛䓨䓫䓬䗖䗛䗪䗴䜣䝙䢺䢼䣘䥽䦃"
    "䲟䲠䲢䴓䴔䴕䴖䴗䴘䴙䶮"
)
SYMBOLS = set(range(0x2000, 0x2C00))
SYMBOLS_AND_IDEOGRAPHS = {*range(0x2000, 0x3400), *range(0x4E00, 0xA000), *range(0x20000, 0x30000)}
SIMPLIFIED = 2  # number of the SC face in Noto's collections


def gb2312() -> set[int]:
    found = set()
    for row in range(0xA1, 0xF8):
        for cell in range(0xA1, 0xFF):
            try:
                found.add(ord(bytes([row, cell]).decode("gb2312")))
            except UnicodeDecodeError:
                continue
    return found


def characters(path: Path, number: int = -1) -> set[int]:
    return set(TTFont(path, fontNumber=number).getBestCmap())


def part_of(path: Path, number: int, codes: set[int], name: str) -> None:
    options = subset.Options(hinting=False, notdef_outline=True, name_IDs=["*"], layout_features=[])
    options.drop_tables += ["vhea", "vmtx", "VORG"]
    face = TTFont(path, fontNumber=number, recalcTimestamp=False)
    if "fvar" in face:
        face = instancer.instantiateVariableFont(face, {"wght": 400})
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=codes)
    cutter.subset(face)
    face.flavor = "woff2" if name.endswith(".woff2") else None
    face.save(HERE / name)


def main(
    fandol: Path, kai: Path, serif: Path, bold: Path, sans: Path, dejavu: Path, emoji: Path, regular: Path
) -> None:
    shutil.copy(fandol, HERE / "FandolFang-Regular.otf")
    shutil.copy(kai, HERE / "FandolKai-Regular.otf")
    part_of(dejavu, -1, characters(dejavu) & SYMBOLS, "DejaVuSans-part.ttf")
    part_of(emoji, -1, characters(emoji), "NotoEmoji-part.ttf")
    common = gb2312() | LATIN | set(map(ord, IN_COUNTY_NAMES))
    part_of(sans, SIMPLIFIED, common, "NotoSansCJKsc-Bold-part.otf")
    part_of(bold, SIMPLIFIED, common, "NotoSerifCJKsc-Bold-part.otf")
    part_of(regular, SIMPLIFIED, common, "NotoSansCJKsc-Regular-part.woff2")
    wanted = SYMBOLS_AND_IDEOGRAPHS | set(map(ord, IN_NAMES))
    rare = (characters(serif, SIMPLIFIED) - characters(fandol)) & wanted
    part_of(serif, SIMPLIFIED, rare, "NotoSerifCJKsc-Regular-part.otf")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
