"""What refusals say in each language."""

from __future__ import annotations

import pytest

from metrion.base.errors import MetrionError
from metrion.base.text import Language, Text


class _Listed(MetrionError):
    code = "listed"
    text = Text(zh="可选：{names}。", en="Choose: {names}.")


@pytest.mark.parametrize(("language", "title"), [("zh", "可选：甲、乙。"), ("en", "Choose: 甲, 乙.")])
def test_a_list_is_written_as_the_language_writes_lists(language: Language, title: str) -> None:
    problem = _Listed(names=("甲", "乙")).render(language)
    assert problem["title"] == title
    assert problem["params"] == {"names": ("甲", "乙")}
