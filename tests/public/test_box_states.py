"""Every way a box can go: each leaves its own evidence behind, and the answer that this evidence deserves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from public.conftest import Shop
from public.test_listener import ANA, mails, report, tell
from sayso.ledger import Ledger, email_address
from sayso.public.desk import Desk
from sayso.reports.answers import Answers, as_moment
from sayso.reports.evidence import events


@pytest.fixture
def http(listener: Desk, shop: Shop) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=listener.settings.public.url, headers={"origin": shop.url}) as client:
        yield client


TICKED = {"default": "unticked", "final": "ticked", "changed_by": "person"}
STATES: dict[str, tuple[dict[str, Any], dict[str, Any], str, str, str]] = {
    # state: (the box, the report, the law's answer, the whole answer, what `sayso why` tells of it)
    "ticked by hand": (TICKED, {}, "depends", "not_allowed", "box: unticked at first, ticked at last, changed by the person"),
    "left unticked": (
        {"default": "unticked", "final": "unticked", "changed_by": "nobody"}, {}, "not_allowed", "not_allowed",
        "box: unticked at first, unticked at last, left alone",
    ),
    "ticked, then unticked": (
        {"default": "unticked", "final": "unticked", "changed_by": "person"}, {}, "not_allowed", "not_allowed",
        "box: unticked at first, unticked at last, changed by the person",
    ),
    "pre-ticked and left": (
        {"default": "ticked", "final": "ticked", "changed_by": "nobody"}, {}, "depends", "not_allowed",
        "box: ticked at first, ticked at last, left alone",
    ),
    "ticked by a script": (
        {"default": "unticked", "final": "ticked", "changed_by": "script"}, {}, "depends", "not_allowed",
        "box: unticked at first, ticked at last, changed by a script",
    ),
    "not shown": (
        TICKED | {"seen": False, "final": "unticked", "changed_by": "nobody"}, {"notice_seen": False},
        "not_allowed", "not_allowed", "no collection notice was shown",
    ),
}  # fmt: skip


def told(ledger: Ledger) -> str:
    (person,) = ledger.find(ANA)
    return "\n".join(
        line for event in events(ledger.entries_about(person), set()) for line in (event.said, *event.details)
    )


@pytest.mark.parametrize("state", STATES)
def test_a_state_of_the_box_leaves_its_evidence_and_gets_its_answer(
    http: httpx.Client, ledger: Ledger, state: str
) -> None:
    box, other, law, answer, evidence = STATES[state]
    said = report(http, **other)
    said["boxes"][0] |= box  # type: ignore[index]
    assert tell(http, said).status_code == 204
    assert evidence in told(ledger)
    assert [one for one in STATES if STATES[one][4] in told(ledger)] == [state], "no other state leaves the same behind"
    found = Answers(ledger).answer(email_address(ANA), channel="email", topic="abandoned_cart", at=as_moment(None))
    assert (found.layers["law"].answer, found.answer) == (law, answer)


def test_only_the_tick_by_hand_asks_the_mailbox_and_is_allowed_once_it_says_yes(
    http: httpx.Client, ledger: Ledger
) -> None:
    for box, other, *_ in STATES.values():
        said = report(http, **other)
        said["boxes"][0] |= box  # type: ignore[index]
        tell(http, said)
    (asked,) = mails(ledger)
    link = re.search(r"/confirm/\S+", asked.get_content())
    assert link
    http.post(link[0])
    found = Answers(ledger).answer(email_address(ANA), channel="email", topic="abandoned_cart", at=as_moment(None))
    assert found.answer == "allowed"


def test_where_the_widget_was_blocked_nothing_is_known_and_nothing_permitted(ledger: Ledger) -> None:
    found = Answers(ledger).answer(email_address(ANA), channel="email", topic="abandoned_cart", at=as_moment(None))
    assert found.answer == "not_allowed"
    assert not found.entries
