"""One thing that is wrong with a definition, and the list of them while a check runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from metrion.base.text import Text
from metrion.semantic.formula.ast import Span
from metrion.semantic.formula.errors import FormulaError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from metrion.base.errors import MetrionError


class Fault(BaseModel):
    """What is wrong, where (a path such as `definition.formula`), and what to do.

    `span`, `line` and `column` are set where the field holds a formula.
    """

    model_config = ConfigDict(frozen=True)

    field: str
    code: str
    text: Text
    remedy: Text = Text()
    span: Span | None = None
    line: int | None = None
    column: int | None = None
    suggestion: str = ""


class Findings:
    """The faults found so far. The same fault of the same place is noted once."""

    def __init__(self) -> None:
        self._found: dict[Fault, None] = {}

    def all(self) -> tuple[Fault, ...]:
        """Return the faults in the order they were found."""
        return tuple(self._found)

    def __len__(self) -> int:
        return len(self._found)

    def add(self, field: str, code: str, zh: str, en: str, remedy: Text | None = None) -> None:
        """Note a fault of this module's own words."""
        self._found[Fault(field=field, code=code, text=Text(zh=zh, en=en), remedy=remedy or Text())] = None

    def add_refusal(self, field: str, refusal: MetrionError) -> None:
        """Note a refusal of another part of the engine."""
        zh, en = refusal.render("zh"), refusal.render("en")
        formula = refusal if isinstance(refusal, FormulaError) else None
        fault = Fault(
            field=field,
            code=refusal.code,
            text=Text(zh=zh["title"], en=en["title"]),
            remedy=Text(zh=zh["remedy"], en=en["remedy"]),
            span=formula.span if formula else None,
            line=formula.line if formula else None,
            column=formula.column if formula else None,
            suggestion=formula.suggestion if formula else "",
        )
        self._found[fault] = None

    def add_words(self, field: str, refusal: MetrionError) -> None:
        """Note a refusal without its place in a formula that nobody wrote."""
        zh, en = refusal.render("zh"), refusal.render("en")
        remedy = Text(zh=zh["remedy"], en=en["remedy"])
        self.add(field, refusal.code, zh["title"], en["title"], remedy)

    def add_formula(self, field: str, source: str, faults: Iterable[FormulaError]) -> None:
        """Note the faults of a formula, with line and column."""
        for fault in faults:
            self.add_refusal(field, fault.located(source))
