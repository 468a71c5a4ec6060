"""Everything that is wrong with a definition, and what follows from it, in the shapes of this room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metrion.base.text import Text
from metrion.catalog.content import area_of
from metrion.catalog.links import Key, Link, links
from metrion.catalog.schemas import DefinitionFault, DerivedFacts, FormulaToken, Ref
from metrion.identity import reads as identity
from metrion.semantic.formula.lexer import lex
from metrion.semantic.model import Atomic, Composite, Definition, MetricDef, RelationshipDef
from metrion.semantic.validate import Fault, check_definition, describe

if TYPE_CHECKING:
    from collections.abc import Iterable

    from metrion.catalog.visibility import DomainTree
    from metrion.semantic.catalogue import Catalogue
    from metrion.semantic.formula.errors import FormulaError

_NO_DOMAIN = Text(zh="没有这个业务域。", en="There is no such business domain.")
_NOT_BELOW = Text(zh="该主题域不属于所选业务域。", en="This subject area does not belong to the domain.")


class Examiner:
    """Checks definitions against one catalogue. People and domains are read once for all of them."""

    def __init__(self, catalogue: Catalogue, tree: DomainTree, definitions: Iterable[Definition]) -> None:
        self.catalogue = catalogue
        self.tree = tree
        named = {name for definition in definitions for _, name in _people(definition) if name}
        self._people = (
            {card.username for card in identity.person_cards(named).values() if card.active} if named else set()
        )

    def faults(self, definition: Definition) -> tuple[DefinitionFault, ...]:
        """Return all faults, those of the fields of this room first."""
        own = (*self._of_place(definition), *self._of_people(definition))
        return (*own, *(fault_of(fault) for fault in check_definition(definition, self.catalogue)))

    def facts(self, definition: Definition) -> DerivedFacts | None:
        """Return what follows from a metric, or None when it is no metric or too broken."""
        if not isinstance(definition, MetricDef):
            return None
        return facts_of(definition, self.catalogue)

    def broken(self, key: Key, before: Catalogue) -> DefinitionFault | None:
        """Return the first fault that a published definition has in this catalogue and not in `before`, or None."""
        definition = self.catalogue.find(*key)
        faults = check_definition(definition, self.catalogue) if definition else ()
        if not faults or definition is None:
            return None
        known = check_definition(definition, before)
        return next((fault_of(fault) for fault in faults if fault not in known), None)

    def links(self, definition: Definition) -> tuple[Link, ...]:
        """Return what the definition names and what exists."""
        return existing_links(definition, self.catalogue)

    def _of_place(self, definition: Definition) -> list[DefinitionFault]:
        found = []
        if definition.domain not in self.tree.rows:
            found.append(DefinitionFault(field="domain", code="unknown_domain", text=_NO_DOMAIN))
        elif (area := area_of(definition)) not in self.tree.subtree(definition.domain):
            known = area in self.tree.rows
            found.append(
                DefinitionFault(field="subject", code="unknown_domain", text=_NOT_BELOW if known else _NO_DOMAIN)
            )
        return found

    def _of_people(self, definition: Definition) -> list[DefinitionFault]:
        found = []
        for field, name in _people(definition):
            if name and name not in self._people:
                text = Text(zh=f"没有在职人员“{name}”。", en=f"There is no active person “{name}”.")
                found.append(DefinitionFault(field=field, code="unknown_person", text=text))
        return found


def existing_links(definition: Definition, catalogue: Catalogue) -> tuple[Link, ...]:
    """Return what a definition names, as far as it exists; columns of its own dataset are no dimensions."""
    columns: frozenset[str] = frozenset()
    if isinstance(definition, MetricDef) and isinstance(definition.definition, Atomic):
        dataset = catalogue.find("dataset", definition.definition.dataset)
        columns = (
            frozenset(column.name for column in dataset.columns) if dataset and dataset.kind == "dataset" else columns
        )
    allowed = set(definition.dimensions or ()) if isinstance(definition, MetricDef) else set()
    return tuple(
        link
        for link in links(definition)
        if catalogue.has(*link.target)
        and not (link.target[0] == "dimension" and link.target[1] in columns and link.target[1] not in allowed)
    )


def facts_of(metric: MetricDef, catalogue: Catalogue) -> DerivedFacts | None:
    """Return what follows from a metric, or None when it is too broken to tell."""
    described = describe(metric, catalogue)
    if described is None:
        return None
    return DerivedFacts(
        unit=described.unit,
        unit_label=described.unit_label,
        type=described.type,
        additivity=described.additivity,
        periodic=described.periodic,
        time_axis=described.time_axis,
        datasets=tuple(ref_of(("dataset", code), catalogue) for code in described.datasets),
        dimensions=tuple(ref_of(("dimension", code), catalogue) for code in described.dimensions),
        uses=tuple(ref_of(key, catalogue) for key in described.uses),
        formula_tokens=_tokens_of(metric, catalogue),
    )


def fault_of(fault: Fault) -> DefinitionFault:
    """Return a fault of the metric language in the shape of this room."""
    span = fault.span
    return DefinitionFault(
        field=fault.field,
        code=fault.code,
        text=fault.text,
        remedy=fault.remedy,
        start=span.start if span else None,
        end=span.end if span else None,
    )


def formula_fault(refusal: FormulaError) -> DefinitionFault:
    """Return a fault of a formula that stands alone."""
    zh, en = refusal.render("zh"), refusal.render("en")
    return DefinitionFault(
        field="text",
        code=refusal.code,
        text=Text(zh=zh["title"], en=en["title"]),
        remedy=Text(zh=zh["remedy"], en=en["remedy"]),
        start=refusal.span.start,
        end=refusal.span.end,
    )


def formula_tokens(text: str, catalogue: Catalogue, *, metrics: bool) -> tuple[FormulaToken, ...]:
    """Return the pieces of a formula for highlighting, as written; names of metrics carry a link."""
    tokens = []
    for token in lex(text):
        if token.kind == "end":
            continue
        linked = metrics and token.kind in {"name", "quoted"} and catalogue.has("metric", token.text)
        tokens.append(
            FormulaToken(
                kind="metric" if linked else token.kind,
                text=text[token.span.start : token.span.end],
                start=token.span.start,
                end=token.span.end,
                ref=ref_of(("metric", token.text), catalogue) if linked else None,
            )
        )
    return tuple(tokens)


def _tokens_of(metric: MetricDef, catalogue: Catalogue) -> tuple[FormulaToken, ...]:
    match metric.definition:
        case Composite(formula=formula):
            return formula_tokens(formula, catalogue, metrics=True)
        case Atomic(measure=measure):
            return formula_tokens(measure.expression, catalogue, metrics=False)
    return ()


def _people(definition: Definition) -> tuple[tuple[str, str], ...]:
    if isinstance(definition, RelationshipDef):
        return ()
    steward = (("steward", definition.steward),) if isinstance(definition, MetricDef) else ()
    return (("owner", definition.owner), *steward)


def ref_of(key: Key, catalogue: Catalogue) -> Ref:
    """Return the link to a definition by its name."""
    kind, code = key
    definition = catalogue.find(kind, code)
    name = definition.name if definition and definition.name.pick() else Text(zh=code, en=code)
    return Ref(kind=kind, code=code, name=name)
