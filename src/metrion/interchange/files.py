"""Texts out of folders, uploads and archives, bounded so that a hostile archive cannot fill the memory."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Final
from zipfile import BadZipFile, ZipFile

from metrion.interchange.errors import BadArchive

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SUFFIXES: Final = (".yaml", ".yml")
MAX_FILES: Final = 20_000
MAX_BYTES: Final = 50_000_000


def folder_texts(folder: Path) -> Mapping[str, str]:
    """Return path -> text of every YAML file below a folder, sorted by path."""
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES and path.is_file())
    return {path.relative_to(folder).as_posix(): _decoded(path.read_bytes(), path.name) for path in paths}


def path_texts(path: Path) -> Mapping[str, str]:
    """Return path -> text of a file, of the YAML files of a zip, or of those below a folder; raises `BadArchive`."""
    if path.is_dir():
        return folder_texts(path)
    if path.suffix.lower() == ".zip":
        return upload_texts(path.name, path.read_bytes())
    return {path.name: _decoded(path.read_bytes(), path.name)}


def upload_texts(name: str, content: bytes) -> Mapping[str, str]:
    """Return path -> text of an uploaded YAML file or of the YAML files of a zip; raises `BadArchive`."""
    if name.lower().endswith(SUFFIXES):
        return {name: _decoded(content, name)}
    try:
        with ZipFile(BytesIO(content)) as archive:
            return _archive_texts(archive)
    except (BadZipFile, NotImplementedError, RuntimeError, EOFError) as refusal:
        raise BadArchive(reason_zh="不是有效的 zip", reason_en="it is no valid zip") from refusal


def _archive_texts(archive: ZipFile) -> Mapping[str, str]:
    members = [one for one in archive.infolist() if not one.is_dir() and one.filename.lower().endswith(SUFFIXES)]
    members = [one for one in members if not one.filename.startswith("__MACOSX/")]
    if len(members) > MAX_FILES:
        raise BadArchive(reason_zh=f"文件数超过 {MAX_FILES}", reason_en=f"more than {MAX_FILES} files")
    found: dict[str, str] = {}
    room = MAX_BYTES
    for member in sorted(members, key=lambda one: one.filename):
        with archive.open(member) as stream:
            content = stream.read(room + 1)  # The size in the directory of an archive may be a lie.
        room -= len(content)
        if room < 0:
            raise BadArchive(reason_zh="解压后过大", reason_en="it is too large when unpacked")
        found[member.filename] = _decoded(content, member.filename)
    return found


def _decoded(content: bytes, name: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as refusal:
        raise BadArchive(reason_zh=f"{name} 不是 UTF-8", reason_en=f"{name} is not UTF-8") from refusal
