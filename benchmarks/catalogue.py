"""The catalogue with 10,000 more metrics beside the demo company's own hundred: the same work in two processes.

Each process answers one word a line with the milliseconds that the work took, so that both run in turn and
what they cost to start does not count. `python -m benchmarks.catalogue HOME` is such a process.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from itertools import islice, permutations
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, Final

from benchmarks.company import HOME, definitions, load_django
from benchmarks.measure import Row

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from metrion.catalog.schemas import Raw
    from metrion.identity.schemas import Actor
    from metrion.semantic.model import MetricDef

LARGE: Final = HOME.with_name("bench-home-10000")
_COUNT: Final = 10_000
_BATCH: Final = 1_000
_ROUNDS: Final = 15
_WORDS: Final = "销售毛利成本退货会员新客库存周转转化复购订单门店区域渠道活动优惠动销缺货到货客单"
_AGAINST: Final = "the same with 100 metrics"
_WHAT: Final = {
    "list": "first page of the library",
    "chinese": "search by two characters",
    "english": "search by an English word",
    "pinyin": "search by pinyin initials",
    "facets": "filters of the library with counts",
    "detail": "head of a metric page",
    "lineage": "lineage of a metric",
    "publish": "publish one metric",
    "refresh": "catalogue after one publication",
    "compile": "first question after a publication, compiled",
    "wrong": "a wrong name, refused with near ones",
}


def rows() -> Iterator[Row]:
    """Yield one row for each work, and one for the first read of a fresh process."""
    _make_large()
    homes = (LARGE, HOME)
    started = [[_Worker(home).stop() for home in homes] for _ in range(3)]
    yield _row("catalogue: first read of a process", started)
    large, small = (_Worker(home) for home in homes)
    for word, what in _WHAT.items():
        large.ask(word)
        small.ask(word)
        yield _row(f"catalogue: {what}", [[large.ask(word), small.ask(word)] for _ in range(_ROUNDS)])
    large.stop()
    small.stop()


def _row(what: str, pairs: list[list[float]]) -> Row:
    ratio = median(first / second for first, second in pairs)
    return Row(what, median(first for first, _ in pairs), median(second for _, second in pairs), ratio, _AGAINST)


class _Worker:
    """A process on one home; `started` is what its first read of the catalogue took, in milliseconds."""

    def __init__(self, home: Path) -> None:
        command = [sys.executable, "-m", "benchmarks.catalogue", str(home)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.started = self._answer()

    def ask(self, word: str) -> float:
        """Return the milliseconds that the work took."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{word}\n")
        self._process.stdin.flush()
        return self._answer()

    def stop(self) -> float:
        """End the process; return `started`."""
        self._process.communicate()
        return self.started

    def _answer(self) -> float:
        assert self._process.stdout is not None
        return float(self._process.stdout.readline())


def _make_large() -> None:
    """Copy the demo company's home and publish 10,000 metrics more, once."""
    if (LARGE / "ready").exists():
        return
    print(f"  {_COUNT} metrics more, once: a minute", flush=True)
    shutil.rmtree(LARGE, ignore_errors=True)
    shutil.copytree(HOME, LARGE, ignore=shutil.ignore_patterns("*.sqlite3*"))
    with sqlite3.connect(HOME / "metrion.sqlite3") as small, sqlite3.connect(LARGE / "metrion.sqlite3") as large:
        small.backup(large)
    subprocess.run([sys.executable, "-m", "benchmarks.catalogue", str(LARGE), "fill"], check=True)
    (LARGE / "ready").touch()


def _copies() -> Iterator[Raw]:
    """Yield metrics that differ in name and caliber."""
    metric = _pattern()
    pairs = [_WORDS[at : at + 2] for at in range(0, len(_WORDS), 2)]
    for number, words in enumerate(islice(permutations(pairs, 4), _COUNT)):
        zh = "".join(words)
        yield metric.model_dump(mode="json") | {
            "code": f"bench_{number}",
            "name": {"zh": f"{zh}{number}", "en": f"Bench metric {number}"},
            "aliases": [],
            "caliber": {"zh": f"统计{zh}，剔除赠品。", "en": f"Counts number {number}"},
        }


def _pattern() -> MetricDef:
    return next(each for each in definitions() if each.kind == "metric" and each.code == "sales_value")


class _Library:
    """What a process does to its home."""

    def __init__(self) -> None:
        from metrion.identity.reads import actor_for  # noqa: PLC0415 - Django is loaded first

        self.author: Actor = actor_for("wang.fang", "job")
        self.turn = 0

    def fill(self) -> None:
        """Publish the 10,000."""
        raws = _copies()
        while batch := list(islice(raws, _BATCH)):
            self.publish(*batch)

    def publish(self, *raws: Raw) -> float:
        """Draft, freeze and publish; return the milliseconds of the last."""
        from metrion.catalog import actions  # noqa: PLC0415
        from metrion.catalog.schemas import Approved  # noqa: PLC0415

        frozen = actions.freeze(self.author, actions.import_drafts(self.author, raws))
        approved = [Approved(version_id=each.id, digest=each.digest) for each in frozen]
        return _timed(lambda: actions.publish_versions(None, approved))

    def publish_one(self) -> float:
        """Publish a new version of one metric."""
        self.turn += 1
        caliber = {"zh": f"第{os.getpid()}.{self.turn}次", "en": f"Turn {perf_counter()}"}
        return self.publish(
            _pattern().model_dump(mode="json") | {"code": "bench_one", "caliber": caliber, "aliases": []}
        )

    def work(self, word: str) -> float:
        """Do one work and return its milliseconds."""
        from metrion.catalog import reads  # noqa: PLC0415

        author = self.author
        if word == "publish":
            return self.publish_one()
        if word in {"refresh", "compile"}:
            self.publish_one()
        works: dict[str, Callable[[], object]] = {
            "list": lambda: reads.metric_cards(author),
            "chinese": lambda: reads.metric_cards(author, "毛利"),
            "english": lambda: reads.metric_cards(author, "value"),
            "pinyin": lambda: reads.metric_cards(author, "xse"),
            "facets": lambda: reads.metric_facets(author),
            "detail": lambda: reads.metric_detail(author, "sales_value"),
            "lineage": lambda: reads.lineage(author, "sales_value"),
            "refresh": reads.catalogue,
            "compile": _compile,
            "wrong": lambda: _refused(author),
        }
        return _timed(works[word])


def _compile() -> None:
    from datetime import date  # noqa: PLC0415

    from metrion.catalog import reads  # noqa: PLC0415
    from metrion.semantic.compile import compile_query  # noqa: PLC0415
    from metrion.semantic.request import MetricQuery  # noqa: PLC0415
    from metrion.semantic.scope import DataScope, TimeContext  # noqa: PLC0415

    question = MetricQuery.model_validate({"metrics": ["sales_value"], "dimensions": [{"field": "region"}]})
    time = TimeContext(zone="Asia/Shanghai", today=date(2026, 11, 1))
    compile_query(question, reads.catalogue(), DataScope(), time, {"transactions": "t", "stores": "s"})


def _refused(author: Actor) -> None:
    from metrion.base.errors import MetrionError  # noqa: PLC0415
    from metrion.catalog import reads  # noqa: PLC0415

    try:
        reads.require_readable(author, ["sales_valeu"])
    except MetrionError:
        return
    raise AssertionError


def _timed(work: Callable[[], object]) -> float:
    started = perf_counter()
    work()
    return (perf_counter() - started) * 1000


def _serve(home: Path, *, fill: bool) -> None:
    """Be one process: fill, or answer words until the input ends."""
    load_django(home)
    from metrion.catalog import reads  # noqa: PLC0415

    if fill:
        _Library().fill()
        return
    print(_timed(reads.catalogue), flush=True)
    library = _Library()
    for line in sys.stdin:
        print(library.work(line.strip()), flush=True)


if __name__ == "__main__":
    _serve(Path(sys.argv[1]), fill="fill" in sys.argv[2:])
