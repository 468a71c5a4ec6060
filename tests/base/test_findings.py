"""What a validator finds is told in both languages."""

from __future__ import annotations

import pytest
from pydantic import BaseModel, ValidationError, field_validator

from metrion.base.findings import reason_of


class Order(BaseModel):
    number: int
    note: str = ""

    @field_validator("note")
    @classmethod
    def _no_semicolon(cls, note: str) -> str:
        if ";" in note:
            message = "no semicolons"
            raise ValueError(message)
        return note


@pytest.mark.parametrize(
    ("raw", "zh", "en"),
    [
        ({}, "必填", "is required"),
        ({"number": "many"}, "应为整数", "must be a whole number"),
        ({"number": 1, "note": "a;b"}, "no semicolons", "no semicolons"),
        ([], "应为对象", "must be an object"),
    ],
)
def test_a_finding_is_told_in_words(raw: object, zh: str, en: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        Order.model_validate(raw)
    (finding,) = refusal.value.errors()
    assert reason_of(finding).model_dump() == {"zh": zh, "en": en}


def test_what_has_no_words_yet_is_told_in_general_and_never_in_the_validators_words() -> None:
    told = reason_of({"type": "brand_new", "msg": "Input should be brand new"})
    assert (told.zh, told.en) == ("取值不正确", "does not have the asked form")
