"""What people see of the catalogue, and what they do not."""

from __future__ import annotations

from html import unescape
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.catalog.library import atomic, composite, dataset

from metrion.base.errors import Forbidden, NotFound
from metrion.base.text import Text
from metrion.catalog import actions, reads
from metrion.catalog.schemas import DomainBody, DomainChange

if TYPE_CHECKING:
    from tests.catalog.library import Library

SECRET = {"sensitivity": "restricted", "steward": "eve"}


def codes(library: Library, who: str, **filters: Any) -> list[str]:
    found = reads.metric_cards(library.actor(who), "", reads.MetricFilters(**filters))
    return sorted(card.code for card in found.items)


def test_definitions_flow_down_the_organisation_and_not_sideways(library: Library) -> None:
    assert codes(library, "eve") == codes(library, "ann") != []
    assert codes(library, "ben") == []
    with pytest.raises(NotFound):
        reads.metric_detail(library.actor("ben"), "sales_value")
    with pytest.raises(NotFound):
        reads.require_readable(library.actor("ben"), ["sales_value"])
    assert [node.code for node in reads.domain_tree(library.actor("ben"))] == ["bank"]
    assert [node.code for node in reads.domain_tree(library.actor("eve"))] == ["retail"]


def test_a_restricted_metric_does_not_exist_for_others(library: Library) -> None:
    library.publish(
        atomic("secret", "机密额", "Secret", **SECRET),
        composite("open", "公开额", "Open", "[secret] * 2", unit="元"),
        atomic("secret_two", "机密二", "Secret two", sensitivity="restricted"),
    )
    for insider in ("ann", "olga", "aria"):
        assert {"secret", "secret_two"} <= set(codes(library, insider))
    assert "secret" in codes(library, "eve")  # its steward
    library.company.hire("vic", "retail", "viewer", scope="retail")
    assert not {"secret", "secret_two"} & set(codes(library, "vic"))
    vic = library.actor("vic")
    for read in (
        lambda: reads.metric_detail(vic, "secret"),
        lambda: reads.versions(vic, "metric", "secret"),
        lambda: reads.lineage(vic, "secret"),
        lambda: reads.impact(vic, "metric", "secret"),
        lambda: reads.document(vic, "secret", "html", "zh"),
    ):
        with pytest.raises(NotFound):
            read()
    assert "机密" not in "".join(reads.library_document(vic, "markdown", "zh"))
    assert reads.metric_cards(vic, "机密").total == 0
    graph = reads.lineage(vic, "open")
    assert "secret" not in {node.code for node in graph.nodes}
    assert "hidden" in {node.kind for node in graph.nodes}
    seen = reads.impact(library.actor("dana"), "dataset", "sales")
    assert {"secret", "open"} <= {item.ref.code for item in seen.items}


def test_filters_narrow(library: Library) -> None:
    assert codes(library, "ann", type="composite") == ["gross_margin", "gross_profit"]
    assert codes(library, "ann", domain="retail_sales") == ["gross_profit"]
    assert len(codes(library, "ann", domain="retail")) == 5
    assert codes(library, "ann", tag="核心") == ["sales_value"]
    assert codes(library, "ann", owner="nobody") == []
    assert codes(library, "ann", status="scheduled") == []


def test_the_tree_counts_its_subtrees(library: Library) -> None:
    (retail,) = reads.domain_tree(library.actor("ann"))
    assert (retail.metrics, [(child.code, child.metrics) for child in retail.children]) == (5, [("retail_sales", 1)])


def test_facets_count_what_is_seen(library: Library) -> None:
    facets = reads.metric_facets(library.actor("ann"))
    assert {each.value: each.count for each in facets.types} == {"atomic": 2, "composite": 2, "derived": 1}
    assert [(each.value, each.count) for each in facets.owners] == [("olga", 5)]
    assert [(each.value, each.count) for each in facets.tags] == [("核心", 1)]
    assert reads.metric_facets(library.actor("ben")).types == ()


def test_a_metric_page_has_everything(library: Library) -> None:
    detail = reads.metric_detail(library.actor("ann"), "gross_profit")
    assert [domain.code for domain in detail.domain_path] == ["retail", "retail_sales"]
    assert {ref.code for ref in detail.references} == {"sales_value", "cost_value"}
    assert [ref.code for ref in detail.dependants.direct] == ["gross_margin"]
    assert detail.owner is not None
    assert detail.owner.name.en == "Olga"
    assert detail.facts is not None
    assert detail.facts.unit == "元"
    assert {ref.code for ref in detail.facts.dimensions} == {"region"}
    linked = [token.ref.code for token in detail.facts.formula_tokens if token.ref]
    assert linked == ["sales_value", "cost_value"]
    assert (detail.status, detail.version.number, detail.real, detail.may_draft) == ("published", 1, True, True)
    assert not reads.metric_detail(library.actor("eve"), "gross_profit").may_draft


def test_lineage_goes_from_column_to_metric_both_ways(library: Library) -> None:
    graph = reads.lineage(library.actor("ann"), "gross_profit")
    edges = {(edge.source, edge.target) for edge in graph.edges}
    assert {
        ("column:sales.amount", "dataset:sales"),
        ("dataset:sales", "measure:sales_value"),
        ("measure:sales_value", "metric:sales_value"),
        ("metric:sales_value", "metric:gross_profit"),
        ("metric:gross_profit", "metric:gross_margin"),
    } <= edges
    levels = {node.id: node.level for node in graph.nodes}
    assert levels["metric:gross_profit"] == 0
    assert levels["metric:gross_margin"] == 1
    assert levels["metric:sales_value"] == -1
    assert not graph.truncated
    near = reads.lineage(library.actor("ann"), "gross_profit", depth=1)
    assert near.truncated
    assert "dataset:sales" not in {node.id for node in near.nodes}


def test_impact_is_the_cone_nearest_first(library: Library) -> None:
    cone = reads.impact(library.actor("dana"), "dataset", "sales")
    assert {(item.ref.code, item.distance) for item in cone.items} == {
        ("region", 1), ("sales_value", 1), ("cost_value", 1), ("east_only", 2), ("east_sales", 2),
        ("gross_profit", 2), ("gross_margin", 2),
    }  # fmt: skip
    assert [item.distance for item in cone.items] == sorted(item.distance for item in cone.items)


def test_documents_escape_what_people_typed(library: Library) -> None:
    nasty = "<script>alert('x')</script> & | `*a*` [b](c)"
    library.publish(atomic("nasty", "恶意", "Nasty", caliber={"zh": nasty, "en": nasty}))
    page = reads.document(library.actor("ann"), "nasty", "html", "zh")
    assert "<script>" not in page
    assert nasty in unescape(page)
    text = reads.document(library.actor("ann"), "nasty", "markdown", "en")
    assert "<script>" not in text.replace("\\<", "")
    assert "\\[b\\](c)" in text


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("form", ["markdown", "html"])
def test_the_library_document_holds_every_metric(library: Library, language: str, form: str) -> None:
    text = "".join(reads.library_document(library.actor("ann"), form, language))  # type: ignore[arg-type]
    for name in ("销售额", "毛利率") if language == "zh" else ("Sales value", "Gross margin"):
        assert name in text
    assert ("业务含义" in text) == (language == "zh")


def test_data_is_listed_for_those_who_read_data(library: Library) -> None:
    assert [card.code for card in reads.definition_cards(library.actor("ann"), "dataset").items] == ["sales"]
    with pytest.raises(Forbidden):
        reads.definition_cards(library.actor("eve"), "dataset")
    assert [card.code for card in reads.definition_cards(library.actor("eve"), "dimension", search="qy").items] == [
        "region"
    ]
    detail = reads.definition_detail(library.actor("ann"), "dataset", "sales")
    assert detail.dependants.total == 7
    assert reads.published_dataset("sales") is not None
    assert reads.published_dataset("nowhere") is None


def test_domains_are_made_and_renamed_by_those_who_may(library: Library) -> None:
    dana = library.actor("dana")
    body = DomainBody(code="retail_stock", name=Text(zh="库存", en="Stock"), parent="retail", department="retail")
    assert actions.create_domain(dana, body).parent == "retail"
    assert actions.change_domain(dana, "retail_stock", DomainChange(name=Text(zh="存货"))).name.zh == "存货"
    with pytest.raises(Forbidden):
        actions.create_domain(library.actor("ann"), body.model_copy(update={"code": "other"}))
    with pytest.raises(Forbidden):
        actions.change_domain(library.actor("ann"), "bank", DomainChange(name=Text(zh="x")))


def test_formula_help(library: Library) -> None:
    ann = library.actor("ann")
    assert reads.check_formula(ann, "[sales_value] - [cost_value]", None).unit == "元"
    (fault,) = reads.check_formula(ann, "[sales_value] + [nothing]", None).faults
    assert (fault.start, fault.end) == (16, 25)
    assert reads.check_formula(ann, "amount - cost", "sales").type == "decimal"
    assert reads.check_formula(ann, "amount - ", "sales").faults
    assert reads.complete_formula(ann, "amount + co", 11, "sales")[0].insert == "cost"
    proposal = reads.complete_formula(ann, "[毛利", 3, None)[0]
    assert (proposal.insert, proposal.start, proposal.end) == ("gross_profit", 0, 3)
    assert "round" in {each.insert.rstrip("(") for each in reads.complete_formula(ann, "rou", 3, None)}
    assert {"round", "coalesce"} <= {card.name for card in reads.functions()}


@pytest.mark.parametrize("count", [3, 60])
def test_the_number_of_queries_does_not_grow_with_the_list(empty: Library, count: int) -> None:
    made = [atomic(f"metric_{n}", f"指标{n}", f"Metric {n}") for n in range(count)]
    empty.publish(dataset(), *made)
    ann = empty.actor("ann")
    reads.catalogue()
    for read, most in (
        (lambda: reads.metric_cards(ann, "指标", limit=200), 7),
        (lambda: reads.metric_cards(ann, limit=200), 6),
        (lambda: reads.domain_tree(ann), 3),
        (lambda: reads.metric_facets(ann), 6),
        (lambda: reads.metric_detail(ann, "metric_1"), 12),
        (lambda: reads.lineage(ann, "metric_1"), 3),
        (lambda: reads.impact(empty.actor("dana"), "dataset", "sales"), 9),
        (lambda: list(reads.library_document(ann, "html", "zh")), 6),
    ):
        with CaptureQueriesContext(connection) as captured:
            read()
        assert len(captured) <= most, [query["sql"] for query in captured.captured_queries]
