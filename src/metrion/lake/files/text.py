"""Text files: which encoding, checked to the last byte, and as UTF-8 for the CSV reader."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING, Final

from metrion.lake.files.errors import BadEncoding, BinaryContent

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from metrion.lake.files.shapes import Encoding

_CHUNK: Final = 4 * 2**20
_BOMS: Final[tuple[tuple[bytes, Encoding], ...]] = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CODECS: Final[dict[Encoding, str]] = {"utf-8": "utf-8-sig", "gb18030": "gb18030", "utf-16": "utf-16"}


def encoding_of(path: Path) -> Encoding:
    """Return the encoding of a text file: by its mark, else UTF-8 if all bytes agree, else GB18030.

    Raises `BadEncoding` with the line that is not UTF-8 when neither agrees, `BinaryContent` for NULs.
    """
    with path.open("rb") as file:
        head = file.read(4)
    marked = next((encoding for mark, encoding in _BOMS if head.startswith(mark)), None)
    if marked is not None:
        return marked
    try:
        check(path, "utf-8")
    except BadEncoding:
        try:
            check(path, "gb18030")
        except BadEncoding:
            pass
        else:
            return "gb18030"
        raise
    return "utf-8"


def check(path: Path, encoding: Encoding) -> None:
    """Raise `BadEncoding` or `BinaryContent` unless the whole file is text in `encoding`."""
    for _ in _decoded(path, encoding):
        pass


def as_utf8(path: Path, encoding: Encoding, copy: Path) -> Path:
    """Return a UTF-8 file of the same text: the file itself, or a fresh copy at `copy`."""
    if encoding == "utf-8":
        check(path, encoding)
        return path
    with copy.open("w", encoding="utf-8", newline="") as file:
        for text in _decoded(path, encoding):
            file.write(text)
    return copy


def _decoded(path: Path, encoding: Encoding) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(_CODECS[encoding])()
    line = 1
    with path.open("rb") as file:
        while True:
            chunk = file.read(_CHUNK)
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as fault:
                before = fault.object[: fault.start].decode(_CODECS[encoding], errors="ignore")
                raise BadEncoding(line=line + before.count("\n"), encoding=encoding.upper()) from fault
            if "\0" in text:
                raise BinaryContent(line=line + text[: text.index("\0")].count("\n"))
            if text:
                yield text
            if not chunk:
                return
            line += text.count("\n")
