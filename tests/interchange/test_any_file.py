"""Whatever a foreign file says, an importer answers with definitions and losses, or with a refusal in words."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.interchange.cube import shop as cube
from tests.interchange.metricflow import shop as metricflow
from tests.interchange.osi import shop as osi

from metrion.base.errors import MetrionError
from metrion.interchange.cube.importer import import_cube
from metrion.interchange.foreign.report import Surroundings
from metrion.interchange.metricflow.importer import import_metricflow
from metrion.interchange.osi.importer import import_osi

if TYPE_CHECKING:
    from collections.abc import Iterator

    from metrion.interchange.foreign.report import Importer

Way = tuple[str | int, ...]

_OSI = osi.model(
    osi.metric("paid", "SUM(orders.amount) FILTER (WHERE orders.status = 'paid')"),
    osi.metric("each", "paid / COUNT(DISTINCT orders.id)"),
    osi.metric("middle", "PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY orders.amount)"),
)
_TOOLS: dict[str, tuple[Importer, dict[str, list[Any]]]] = {
    "cube": (import_cube, {file: list(yaml.safe_load_all(text)) for file, text in cube.FILES.items()}),
    "metricflow": (
        import_metricflow,
        {file: list(yaml.safe_load_all(text)) for file, text in metricflow.FILES.items()},
    ),
    "osi": (import_osi, {"model.yml": [_OSI]}),
}
_ODD: st.SearchStrategy[object] = st.sampled_from(
    [
        None, True, 0, -1, 1.5, float("nan"), float("inf"), 10**30, "", " ", "年", "a" * 300, "a b", "x.y.z", "*", "'",
        "{CUBE}", "{CUBE}.", "{orders.count}", "{{", "{{ Dimension('a') }}", "0 days", "-3 month", "99999999 years",
        "1 fortnight", "2024-13-45", "COUNT(*)", "SUM(x) FILTER (WHERE", "ROW_NUMBER() OVER ()", "EXTRACT(foo FROM x)",
        "PERCENTILE_CONT('a') WITHIN GROUP (ORDER BY x)", "a IN ()", "a IN (SELECT 1)", "x::json", "a->>'b'", "1/0",
        "x AT TIME ZONE 'Mars'", [], [[]], {}, {"name": "x"}, ["a", "b"],
    ]
)  # fmt: skip


def _ways(tree: object, way: Way = ()) -> Iterator[Way]:
    if way:
        yield way
    steps: list[tuple[str | int, object]] = []
    if isinstance(tree, dict):
        steps = list(tree.items())
    elif isinstance(tree, list):
        steps = list(enumerate(tree))
    for step, below in steps:
        yield from _ways(below, (*way, step))


def _written(files: dict[str, list[Any]]) -> dict[str, str]:
    return {file: yaml.safe_dump_all(documents, allow_unicode=True) for file, documents in files.items()}


@pytest.mark.parametrize("tool", _TOOLS)
@settings(max_examples=150)
@given(data=st.data())
def test_any_file_is_imported_or_refused(tool: str, data: st.DataObject) -> None:
    importer, whole = _TOOLS[tool]
    files = copy.deepcopy(whole)
    for _ in range(data.draw(st.integers(1, 3), label="changes")):
        # The first steps are the file and the document: they are there in any case.
        way = data.draw(st.sampled_from([way for way in _ways(files) if len(way) > 2]), label="at")
        here: Any = files
        for step in way[:-1]:
            here = here[step]
        if data.draw(st.booleans(), label="leave out"):
            del here[way[-1]]
        else:
            here[way[-1]] = copy.deepcopy(data.draw(_ODD, label="put"))
    told = _told(importer, _written(files))
    assert all(text.strip() for text in told)


def _told(importer: Importer, files: dict[str, str]) -> list[str]:
    """Return every text that a person gets to read, in both languages."""
    try:
        imported = importer(files, Surroundings("retail"))
    except MetrionError as refusal:
        return [refusal.render("zh")["title"], refusal.render("en")["title"]]
    return [text for loss in imported.losses for text in (loss.text.zh, loss.text.en)]
