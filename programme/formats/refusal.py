"""Sentences for files that cannot be read, and the turning of every parser's failure into one of them."""

import csv
import struct
import zipfile
import zlib
from types import TracebackType
from xml.parsers.expat import ExpatError

from python_calamine import CalamineError

from programme.errors import Unusable

BROKEN = "文件已损坏，无法读取。请用 Excel 或 WPS 打开后另存为 .xlsx 再上传；打不开时请重新填写。"
LOCKED = "工作簿有密码，无法读取。请在 Excel 或 WPS 中取消密码后另存，再上传。"
BOMB = "文件解压后过大，无法读取。请只保留需要上报的工作表，另存为新的 .xlsx 后再上传。"
FOREIGN_XML = "文件内部含有不允许的定义（DTD），无法读取。请用 Excel 或 WPS 打开后另存为 .xlsx 再上传。"
SAVE_AS = "请用 Excel 或 WPS 打开，另存为“Excel 工作簿（.xlsx）”后再上传。"

_FORESEEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    csv.Error,
    ExpatError,
    CalamineError,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
    LookupError,
    OverflowError,
)


class Refusing:
    """Within it, whatever the reading of a broken file raises becomes `Unusable`.

    A Rust panic arrives as PanicException, a BaseException that no module exports; it is known by its name.
    """

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if kind is not None and (issubclass(kind, _FORESEEN) or kind.__name__ == "PanicException"):
            raise Unusable(BROKEN) from error
