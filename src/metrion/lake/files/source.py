"""What every kind of file looks like to the rest of the reading: names and batches of columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from metrion.lake.files.errors import DuplicateColumn, FileFault, FileRefused, NamelessColumn

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import pyarrow as pa

    from metrion.lake.files.shapes import FileFormat, ReadAs


class Source(Protocol):
    """An opened file. `batches` can be called again and begins at the first row each time."""

    format: FileFormat
    read_as: ReadAs
    sheets: tuple[str, ...]
    names: tuple[str, ...]

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yield the rows; the columns are named by their position, `1`, `2` ..."""
        ...

    def lines(self, rows: Iterable[int]) -> Mapping[int, int]:
        """Return the line (or sheet row) of each of these rows; rows count from 0."""
        ...


def checked_names(names: Iterable[str | None]) -> tuple[str, ...]:
    """Return the header without blanks around the names; raises all its faults at once."""
    trimmed = [(name or "").strip() for name in names]
    faults: list[FileFault] = [NamelessColumn(column=place) for place, name in enumerate(trimmed, 1) if not name]
    places: dict[str, list[int]] = {}
    for place, name in enumerate(trimmed, 1):
        places.setdefault(name.casefold(), []).append(place)
    for name, same in places.items():
        if name and len(same) > 1:
            faults.append(DuplicateColumn(column=trimmed[same[0] - 1], columns=[str(place) for place in same]))
    if faults:
        raise FileRefused(faults, len(faults))
    return tuple(trimmed)


def numbered_names(count: int) -> tuple[str, ...]:
    """Return names for a file without a header."""
    return tuple(f"column_{place}" for place in range(1, count + 1))


def positions(count: int) -> list[str]:
    """Return the column names under which batches travel."""
    return [str(place) for place in range(1, count + 1)]
