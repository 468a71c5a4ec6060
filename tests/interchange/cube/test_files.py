"""Files of a Cube project: every fault at once and in its place, both spellings, what is extended."""

from __future__ import annotations

import pytest
from tests.interchange.cube.shop import shop

from metrion.base.errors import Faults
from metrion.interchange.cube.read import read_model
from metrion.interchange.foreign.report import Losses


def faults(**files: str) -> list[str]:
    with pytest.raises(Faults) as refusal:
        shop({f"{name}.yml": text for name, text in files.items()})
    return [each["title"] for each in refusal.value.render("en")["errors"]]


def test_every_fault_is_told_at_once_with_file_and_line() -> None:
    found = faults(
        a="cubes:\n  - name: a\n    joins:\n      - {name: b, relationship: some, sql: x}\n      - {name: c, sql: y}",
        b="cubes:\n  - name: b\n  - name: b\n  - sql: nothing",
        c="cubes: [",
        d="- just\n- a list",
        e="cubes:\n  - name: e\n    sql: SELECT 1\n    extends: f",
    )
    assert [each.partition(":")[0] for each in found] == [
        "b.yml, line 3",
        "b.yml, line 4",
        "c.yml, line 1",
        "d.yml, line 1",
        "e.yml, line 2",
        "a.yml, line 4",
        "a.yml, line 5",
    ]


def test_templates_that_are_not_rendered_are_a_fault() -> None:
    assert faults(a="cubes:\n{% for x in y %}") == ["a.yml, line 2: Jinja templates must be rendered first."]


def test_both_spellings_are_read() -> None:
    text = """
cubes:
  - name: a
    sqlTable: s.a
    dimensions:
      id: {sql: id, type: number, primaryKey: true}
    measures:
      people: {type: countDistinct, sql: person}
"""
    model = read_model({"a.yml": text}, Losses())
    assert model.cubes["a"].table == "s.a"
    assert model.cubes["a"].dimensions["id"].primary_key
    assert model.cubes["a"].measures["people"].type == "count_distinct"


def test_a_cube_takes_over_what_it_extends() -> None:
    text = """
cubes:
  - {name: base, sql_table: t, dimensions: [{name: id, type: number, sql: id}, {name: x, type: string, sql: x}]}
  - {name: own, extends: base, dimensions: [{name: x, type: number, sql: y}]}
"""
    own = read_model({"a.yml": text}, Losses()).cubes["own"]
    assert (own.table, own.dimensions["id"].sql, own.dimensions["x"].sql) == ("t", "id", "y")


def test_an_empty_file_says_nothing() -> None:
    assert shop({"a.yml": ""}).definitions == ()


def test_a_cube_whose_sql_refers_to_others_is_refused_and_the_rest_stays() -> None:
    text = """
cubes:
  - {name: a, sql: "SELECT * FROM {b.sql()}", measures: [{name: count, type: count}]}
  - {name: b, sql_table: b, measures: [{name: count, type: count}, {name: both, type: number, sql: "{a.count} + 1"}]}
"""
    imported = shop({"a.yml": text})
    assert "a.count" not in imported.names
    assert imported.names["b.count"] == "b_count"
    refused = [each.path for each in imported.losses if each.kind == "refused"]
    assert refused == ["a.yml: cubes.a", "a.yml: cubes.b.measures.both"]


def test_unknown_fields_are_told() -> None:
    text = "cubes:\n  - {name: a, sql_table: a, colour: red, measures: [{name: n, type: count, taste: sweet}]}"
    told = {each.path for each in shop({"a.yml": text}).losses}
    assert told == {"a.yml: cubes.a.colour", "a.yml: cubes.a.measures.n.taste"}
