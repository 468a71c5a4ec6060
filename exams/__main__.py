"""`python -m exams [--json] [FOLDER]`: run every exam that the folder holds and print a line for each source."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import orjson

from exams import cube, metricflow, ossie, traps
from exams.score import Score, run

SOURCES = {
    "traps": traps.cases,
    "metricflow": metricflow.cases,
    "metricflow-output": metricflow.output_cases,
    "cube": cube.cases,
    "ossie": ossie.cases,
}


def main() -> int:
    """Return 0 when every case passed, 1 when one did not, 2 when the folder holds no exam."""
    reader = argparse.ArgumentParser(prog="exams", description=__doc__)
    reader.add_argument("folder", nargs="?", type=Path, default=Path("../shared/exam"))
    reader.add_argument("--json", action="store_true", help="print one object instead of lines")
    reader.add_argument("--why", action="store_true", help="say for each case that did not pass why")
    reader.add_argument("--only", action="append", choices=SOURCES, help="run this source; repeat it for more")
    told = reader.parse_args()
    chosen = {name: SOURCES[name] for name in told.only or SOURCES}
    scores = [score for name, cases in chosen.items() if (score := run(name, cases(told.folder))).total]
    if not scores:
        print(f"{told.folder} holds no exam that is known here ({', '.join(SOURCES)})", file=sys.stderr)
        return 2
    if told.json:
        print(orjson.dumps({score.source: score.plain() for score in scores}).decode())
    else:
        _print(scores, why=told.why)
    return 0 if all(score.passed == score.total for score in scores) else 1


def _print(scores: list[Score], *, why: bool) -> None:
    for score in scores:
        print(f"{score.source}: {score.passed}/{score.total}")
        for word, names in (("failed", score.failed), ("refused", score.refused)):
            for name in names:
                print(f"  {word}: {name}" + (f"\n      {score.reasons[name]}" if why else ""))


if __name__ == "__main__":
    sys.exit(main())
