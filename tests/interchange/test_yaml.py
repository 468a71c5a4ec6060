"""Definitions as text and back: nothing is lost, and every fault has its place."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.catalog.library import atomic, composite, dataset, derived, dimension, modifier
from tests.definitions import definitions
from tests.grounds import examples

from metrion.catalog.content import compact, parse
from metrion.interchange.yaml_text import from_yaml, to_yaml

strings = st.text(max_size=40) | st.sampled_from(
    [
        "yes",
        "no",
        "on",
        "null",
        "~",
        "",
        "1",
        "1.5",
        "1e3",
        "0x1f",
        "0o17",
        "12:30",
        "2026-01-31",
        "true",
        "- a",
        "a: b",
        "# no",
        "两行\n文字\n",
        " a ",
        "a \nb",
        "\ttab",
        "'\"",
        "|",
        ">",
        "*x",
        "&x",
        "!x",
        "%x",
        "@x",
        "<<",
        "=",
        "\x85",
        "\u2028",
    ]
)
ANY = definitions(strings)


@settings(max_examples=examples(900), suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(ANY)
def test_the_round_trip_loses_nothing(definition: Any) -> None:
    text = to_yaml(definition)
    (document,) = from_yaml(text)
    assert document.faults == ()
    assert document.definition == definition
    assert to_yaml(document.raw) == text


@settings(max_examples=examples(300), suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(ANY)
def test_defaults_left_out_come_back(definition: Any) -> None:
    raw = compact(definition)
    assert parse(raw) == (definition, ())


@settings(deadline=None)
@given(st.text(alphabet="ab:\n -é中\x85\u2028\ufeff\t'\"|", max_size=12) | strings)
def test_every_text_survives(value: str) -> None:
    raw = {"kind": "metric", "requirement": value, "aliases": [value]}
    assert from_yaml(to_yaml(raw))[0].raw == raw  # type: ignore[arg-type]


@settings(deadline=None)
@given(st.text(max_size=300))
def test_no_text_breaks_the_reader(text: str) -> None:
    for document in from_yaml(text):
        assert document.definition is None
        assert document.faults


def test_the_text_is_readable() -> None:
    raw = atomic("gross", "毛利", "Gross", caliber={"zh": "第一行\n第二行", "en": "One"}, decimals=2)
    assert to_yaml(raw) == (
        "kind: metric\n"
        "code: gross\n"
        "name:\n  zh: 毛利\n  en: Gross\n"
        "domain: retail\n"
        "caliber:\n  zh: |-\n    第一行\n    第二行\n  en: One\n"
        "definition:\n  type: atomic\n  dataset: sales\n  measure:\n    expression: amount\n    aggregation: sum\n"
        "unit: 元\n"
        "owner: olga\n"
    )


@pytest.mark.parametrize(
    "raw",
    [
        dataset(),
        dimension(),
        modifier(),
        atomic("a", "一", "A"),
        composite("b", "二", "B", "[a] * 2"),
        derived("c", "三", "C", "a"),
    ],
)
def test_any_yaml_reader_reads_the_same(raw: dict[str, Any]) -> None:
    text = to_yaml(raw)
    assert yaml.safe_load(text) == from_yaml(text)[0].raw


def test_an_unfinished_draft_has_a_text_too() -> None:
    assert (
        to_yaml({"unit": "元", "oops": 1, "code": "A b", "kind": "metric"})
        == "kind: metric\ncode: A b\nunit: 元\noops: 1\n"
    )


def test_every_fault_has_line_column_and_path() -> None:
    text = (
        "# 注释\n"
        "kind: metric\n"
        "code: Bad Code\n"
        "name: {zh: 名}\n"
        "domain: retail\n"
        "decimals: 99\n"
        "definition:\n"
        "  type: atomic\n"
        "  dataset: sales\n"
        "  measure:\n"
        "    aggregation: summe\n"
        "tags: [a, 3]\n"
        "nonsense: 1\n"
    )
    (document,) = from_yaml(text)
    assert [(fault.line, fault.column, fault.field, fault.code) for fault in document.faults] == [
        (3, 1, "code", "string_pattern_mismatch"),
        (6, 1, "decimals", "less_than_equal"),
        (10, 3, "definition.measure.expression", "missing"),
        (11, 5, "definition.measure.aggregation", "literal_error"),
        (12, 11, "tags.1", "string_type"),
        (13, 1, "nonsense", "extra_forbidden"),
    ]


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("kind: metric\ncode: [a\n", "yaml_syntax", 3),
        ("kind: metric\nkind: dataset\n", "yaml_twice", 2),
        ("kind: &a metric\ncode: *a\n", "yaml_alias", 1),
        ("- a\n- b\n", "yaml_not_mapping", 1),
        ("kind: !!python/object:os.system metric\n", "yaml_tag", 1),
        ("kind: metric\ndecimals: 99999999999999999999999\n", "yaml_number", 2),
        ("kind: metric\ndecimals: 1e999\n", "yaml_number", 2),
        ("? [a]\n: b\n", "yaml_key", 1),
        ("kind: nothing\n", "unknown_kind", 1),
        ("kind: metric\ncode: a\x00b\n", "yaml_syntax", 2),
    ],
)
def test_what_is_no_definition_is_told_where(text: str, code: str, line: int) -> None:
    (document,) = from_yaml(text)
    assert document.definition is None
    assert (code, line) in {(fault.code, fault.line) for fault in document.faults}


def test_dates_and_words_stay_text() -> None:
    (document,) = from_yaml("kind: metric\ncode: no\nowner: yes\neffective_from: 2026-01-31\n")
    assert document.raw == {"kind": "metric", "code": "no", "owner": "yes", "effective_from": "2026-01-31"}


def test_several_documents_count_their_lines() -> None:
    first, second = from_yaml(f"{to_yaml(atomic('a', '一', 'A'))}---\nkind: metric\ncode: B!\n")
    assert first.faults == ()
    lines = to_yaml(atomic("a", "一", "A")).count("\n")
    assert [fault.line for fault in second.faults if fault.field == "code"] == [lines + 3]


def test_a_text_that_is_nested_too_deep_is_a_fault_of_the_text() -> None:
    (document,) = from_yaml("[" * 5000)
    assert [fault.code for fault in document.faults] == ["yaml_syntax"]
