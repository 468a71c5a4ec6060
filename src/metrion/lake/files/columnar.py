"""Parquet files: already typed; columns that are no single values can only be left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.parquet as pq

from metrion.lake.files.errors import CorruptFile, EmptyFile
from metrion.lake.files.shapes import FileFormat, ReadAs
from metrion.lake.files.source import checked_names, positions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

_BATCH: Final = 65_536


class ParquetSource:
    """An opened Parquet file. Lines are row numbers, from 1."""

    format: FileFormat = "parquet"
    sheets: tuple[str, ...] = ()

    def __init__(self, path: Path, read_as: ReadAs) -> None:
        try:
            self._file = pq.ParquetFile(path)
        except (pa.ArrowException, OSError) as fault:
            raise CorruptFile(format="Parquet") from fault
        if not self._file.metadata.num_rows:
            raise EmptyFile
        self.schema: pa.Schema = self._file.schema_arrow
        self.names = checked_names(self.schema.names)
        self.read_as = ReadAs(nulls=read_as.nulls)

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yield the rows in the types of the file."""
        names = positions(len(self.names))
        try:
            for batch in self._file.iter_batches(batch_size=_BATCH):
                yield batch.rename_columns(names)
        except (pa.ArrowException, OSError) as fault:
            raise CorruptFile(format="Parquet") from fault

    def lines(self, rows: Iterable[int]) -> Mapping[int, int]:
        """Return the number of each of these rows."""
        return {row: row + 1 for row in rows}
