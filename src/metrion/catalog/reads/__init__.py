"""Reading the catalogue: always through what the person may see, except where a read says otherwise."""

from metrion.catalog.reads.datasets import open_datasets
from metrion.catalog.reads.definitions import (
    as_known,
    catalogue,
    definition_detail,
    names,
    published_dataset,
    readable,
    readable_definitions,
    require_open_references,
    require_readable,
    version,
    versions,
)
from metrion.catalog.reads.documents import DocumentFormat, document, library_document
from metrion.catalog.reads.drafts import candidates, check, check_batch, draft, drafts, frozen_versions
from metrion.catalog.reads.formula import check_formula, complete_formula, functions
from metrion.catalog.reads.library import (
    ListStatus,
    MetricFilters,
    definition_cards,
    domain_tree,
    metric_cards,
    metric_cards_of,
    metric_facets,
)
from metrion.catalog.reads.lineage import lineage
from metrion.catalog.reads.metrics import impact, metric_detail

__all__ = [
    "DocumentFormat",
    "ListStatus",
    "MetricFilters",
    "as_known",
    "candidates",
    "catalogue",
    "check",
    "check_batch",
    "check_formula",
    "complete_formula",
    "definition_cards",
    "definition_detail",
    "document",
    "domain_tree",
    "draft",
    "drafts",
    "frozen_versions",
    "functions",
    "impact",
    "library_document",
    "lineage",
    "metric_cards",
    "metric_cards_of",
    "metric_detail",
    "metric_facets",
    "names",
    "open_datasets",
    "published_dataset",
    "readable",
    "readable_definitions",
    "require_open_references",
    "require_readable",
    "version",
    "versions",
]
