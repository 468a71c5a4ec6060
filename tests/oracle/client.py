"""Our end of the line to MetricFlow: one process, one JSON line for each question and each answer."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

if TYPE_CHECKING:
    from collections.abc import Mapping

    from exams.compare import Row

Raw = dict[str, Any]

_ROOT: Final = Path(__file__).resolve().parents[2]
PYTHON: Final = _ROOT / ".venv-oracle" / "bin" / "python"
_SERVER: Final = Path(__file__).with_name("server.py")


@dataclass(frozen=True, slots=True)
class Theirs:
    """What MetricFlow answered: rows, or why there are none."""

    columns: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    sql: str = ""
    refused: str = ""
    compiled_ms: float = 0.0
    ran_ms: float = 0.0


class Client:
    """A running MetricFlow, or another program that speaks as it does."""

    def __init__(self, program: Path = _SERVER) -> None:
        plain = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "DJANGO"))}
        self._process = subprocess.Popen(
            [str(PYTHON), str(program)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=plain
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def open(self, name: str, manifest: Mapping[str, str], tables: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
        """Open a manifest over Parquet files; return what each of its metrics can be grouped by."""
        told = self.said({"open": name, "manifest": dict(manifest), "tables": dict(tables)})
        if "error" in told:
            message = f"MetricFlow does not open {name}: {told['error']}: {told['text']}"
            raise AssertionError(message)
        return {metric: tuple(groups) for metric, groups in told["groups"].items()}

    def ask(self, name: str, question: Mapping[str, object]) -> Theirs:
        """Ask a manifest that is open."""
        told = self.said({"ask": name, **question})
        if "error" in told:
            return Theirs(refused=f"{told['error']}: {told['text']}")
        rows = tuple(tuple(map(_value, row)) for row in told["rows"])
        return Theirs(tuple(told["columns"]), rows, told["sql"], "", told["compiled_ms"], told["ran_ms"])

    def said(self, request: Raw) -> Raw:
        """Send one request and return its answer."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{json.dumps(request)}\n")
        self._process.stdin.flush()
        answer: Raw = json.loads(self._process.stdout.readline() or '{"error": "Ended", "text": "the process ended"}')
        return answer


def _value(cell: object) -> object:
    return datetime.fromisoformat(cell["moment"]) if isinstance(cell, dict) else cell
