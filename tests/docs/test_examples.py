"""Each example of the guide holds: definitions are sound, formulas parse, questions compile, policies are valid."""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING

import pytest
from tests.docs.material import Example, command_lines, examples

from metrion.identity.schemas import GrantNew, PolicyBody
from metrion.interchange.yaml_text import from_yaml
from metrion.semantic.compile import compile_query
from metrion.semantic.formula.check import check_row_expression
from metrion.semantic.formula.parse import parse_expression
from metrion.semantic.model import MetricDef
from metrion.semantic.request import MetricQuery
from metrion.semantic.scope import DataScope, TimeContext
from metrion.semantic.validate import check_definition

if TYPE_CHECKING:
    from metrion.semantic.catalogue import Catalogue
    from metrion.semantic.validate import Fault

TIME = TimeContext.model_validate(
    {
        "zone": "Asia/Shanghai",
        "today": "2026-11-01",
        "anchors": {"transactions": "2017-12-31", "production": "2026-10-31"},
    }
)


def _shown(faults: tuple[Fault, ...]) -> list[str]:
    return [f"{fault.field}: {fault.text.en}" for fault in faults]


def _metric(formula: str) -> MetricDef:
    return MetricDef.model_validate(
        {
            "kind": "metric",
            "code": "an_example",
            "name": {"zh": "示例", "en": "Example"},
            "domain": "retail",
            "caliber": {"zh": "示例。", "en": "An example."},
            "definition": {"type": "composite", "formula": formula},
            "owner": "zhao.lei",
        }
    )


def _formula_faults(formula: str, catalogue: Catalogue) -> list[str]:
    return _shown(tuple(each for each in check_definition(_metric(formula), catalogue) if "formula" in each.field))


@pytest.mark.parametrize("example", examples("yaml"), ids=lambda each: each.page)
def test_definitions_are_sound(example: Example, demo_catalogue: Catalogue) -> None:
    documents = from_yaml(example.text)
    definitions = [document.definition for document in documents if document.definition is not None]
    assert [fault for document in documents for fault in document.faults] == []
    assert len(definitions) == len(documents) > 0
    around = demo_catalogue.overlay(*definitions)
    for definition in definitions:
        assert not demo_catalogue.has(definition.kind, definition.code), "the demo has it already"
        assert _shown(check_definition(definition, around)) == []


@pytest.mark.parametrize("example", examples("formula-row"), ids=lambda each: each.page)
def test_row_expressions_are_right(example: Example, demo_catalogue: Catalogue) -> None:
    columns = {column.name: column.type for column in demo_catalogue.dataset("transactions").columns}
    assert check_row_expression(parse_expression(example.text.strip()), columns).type


@pytest.mark.parametrize("example", examples("formula-metric"), ids=lambda each: each.page)
def test_metric_formulas_are_right(example: Example, demo_catalogue: Catalogue) -> None:
    assert _formula_faults(example.text.strip(), demo_catalogue) == []


@pytest.mark.parametrize("example", examples("formula-wrong"), ids=lambda each: each.page)
def test_what_the_guide_calls_wrong_is_refused(example: Example, demo_catalogue: Catalogue) -> None:
    assert len(_formula_faults(example.text.strip(), demo_catalogue)) == 1


@pytest.mark.parametrize("example", examples("json"), ids=lambda each: each.page)
def test_bodies_are_valid(example: Example, demo_catalogue: Catalogue) -> None:
    body = json.loads(example.text)
    if "metrics" in body:
        _compile(MetricQuery.model_validate(body), demo_catalogue)
    elif "condition" in body:
        assert demo_catalogue.has("dataset", PolicyBody.model_validate(body).dataset)
    else:
        grant = GrantNew.model_validate(body)
        column = demo_catalogue.dataset(grant.dataset).column(grant.column)
        assert column is not None
        assert column.sensitive


@pytest.mark.parametrize(
    "line", sorted({line for _, line in command_lines() if line.startswith("query ")}), ids=lambda each: each[:60]
)
def test_questions_on_the_command_line_name_what_the_demo_has(line: str, demo_catalogue: Catalogue) -> None:
    words = shlex.split(line)[1:]
    options = next((place for place, word in enumerate(words) if word.startswith("-")), len(words))
    metrics = words[:options]
    dimensions = [words[place + 1] for place, word in enumerate(words) if word == "--by"]
    _compile(
        MetricQuery.model_validate({"metrics": metrics, "dimensions": [{"field": name} for name in dimensions]}),
        demo_catalogue,
    )


def _compile(question: MetricQuery, catalogue: Catalogue) -> None:
    tables = {code: code for code in catalogue.codes("dataset")}
    compiled = compile_query(question, catalogue, DataScope(), TIME, tables)
    assert [column.metric for column in compiled.columns if column.role == "metric"] == list(question.metrics)
