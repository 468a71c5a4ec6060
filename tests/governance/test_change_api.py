"""Change requests over HTTP: shapes, status codes, typed refusals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from tests.governance.house import House, metric, new_key
from tests.identity.organisation import Browser

if TYPE_CHECKING:
    from collections.abc import Callable

API = "/api/v1"


@pytest.fixture
def sign_in(house: House) -> Callable[[str], Browser]:
    """Return a function that opens a browser for a person."""
    del house
    cache.clear()

    def opened(username: str) -> Browser:
        browser = Browser()
        browser.sign_in(username)
        return browser

    return opened


def submitted(house: House, browser: Browser) -> dict[str, Any]:
    body = {"draft_ids": [str(house.draft(metric("sales")))], "title": "t", "reason": "r", "idempotency_key": new_key()}
    answer = browser.post(f"{API}/changes", body)
    assert answer.status_code == 201, answer.content
    change: dict[str, Any] = answer.json()
    return change


def test_draft_to_publication(house: House, sign_in: Callable[[str], Browser]) -> None:
    change = submitted(house, sign_in("ann"))
    aria = sign_in("aria")
    assert aria.get(f"{API}/changes/inbox/count").json() == {"count": 1}
    listed = aria.get(f"{API}/changes?box=inbox").json()
    assert [card["id"] for card in listed["items"]] == [change["id"]]
    seen = aria.get(f"{API}/changes/{change['id']}").json()
    assert seen["items"][0]["differences"][0]["label"]["zh"]
    decision = {"decision": "approve", "digest": seen["digest"], "idempotency_key": new_key()}
    refused = aria.post(f"{API}/changes/{change['id']}/decision", decision)
    assert (refused.status_code, refused.json()["code"]) == (409, "evidence_missing")
    house.prove("aria", house.see("aria", house_change(house, change)))
    done = aria.post(f"{API}/changes/{change['id']}/decision", decision)
    assert (done.status_code, done.json()["publication"]) == (200, "published")
    assert aria.post(f"{API}/changes/{change['id']}/decision", decision).status_code == 200


def house_change(house: House, change: dict[str, Any]) -> Any:
    from uuid import UUID  # noqa: PLC0415

    from metrion.governance import reads  # noqa: PLC0415

    return reads.change(house.actor("ann"), UUID(change["id"]))


def test_refusals_have_codes_and_remedies(house: House, sign_in: Callable[[str], Browser]) -> None:
    ann = sign_in("ann")
    change = submitted(house, ann)
    decision = {"decision": "approve", "digest": change["digest"], "idempotency_key": new_key()}
    refused = ann.post(f"{API}/changes/{change['id']}/decision", decision)
    assert (refused.status_code, refused.json()["code"]) == (403, "self_approval")
    assert refused.json()["remedy"]
    assert sign_in("viewer").get(f"{API}/changes/{change['id']}").status_code == 404
    assert ann.get(f"{API}/changes/{uuid4()}").status_code == 404
    assert Browser().get(f"{API}/changes").status_code == 401
    assert ann.post(f"{API}/changes/{change['id']}/decision", {**decision, "digest": "x"}).status_code == 422


def test_the_steps_of_the_requester(house: House, sign_in: Callable[[str], Browser]) -> None:
    ann = sign_in("ann")
    change = submitted(house, ann)
    path = f"{API}/changes/{change['id']}"
    said = ann.post(f"{path}/comments", {"comment": "see the note", "idempotency_key": new_key()}).json()
    assert said["timeline"][-1]["comment"] == "see the note"
    assert ann.post(f"{path}/remind", {"idempotency_key": new_key()}).status_code == 200
    assert ann.post(f"{path}/resubmit", {"idempotency_key": new_key()}).status_code == 409
    gone = ann.post(f"{path}/withdraw", {"idempotency_key": new_key()}).json()
    assert (gone["state"], gone["can_withdraw"]) == ("withdrawn", False)
    told = ann.post(f"{API}/changes/simulate", {"draft_ids": [str(house.draft(metric("profit")))]})
    assert told.json()["evidence"] == ["preview"]
