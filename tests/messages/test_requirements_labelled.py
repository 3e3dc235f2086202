"""What real newsletters carry, as a reader wrote it down, against what the check finds."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from sayso.messages.check import check_mail
from sayso.messages.identity import Identity

NEWSLETTERS = Path(__file__).resolve().parents[3] / "shared/samples/email/newsletters"
FACTS = {
    "named": "sender_identified_in_body",
    "reach": "contact_details_accurate",
    "postal": "postal_address_present",
    "unsubscribe": "unsubscribe_present",
    "login": "unsubscribe_requires_login",
    "ad": "ad_identified",
}


def labelled() -> list[dict[str, Any]]:
    return list(yaml.safe_load((Path(__file__).parent / "labelled_requirements.yaml").read_text("utf-8")))


def found_in(case: dict[str, Any]) -> dict[str, Any]:
    said = case["as"]
    identity = Identity(said["brand"], said["legal_name"], said["address"], said["email"], said.get("phone"))
    checked = check_mail((NEWSLETTERS / case["file"]).read_bytes(), identity)
    found = {name: bool(checked.facts.get(fact)) for name, fact in FACTS.items()}
    states = {one.matter: one.state for one in checked.carried}
    return found | {
        "route": checked.facts.get("unsubscribe_route"),
        "list_header": states["list-unsubscribe"] != "missing",
        "one_click": states["one-click"] == "present",
    }


@pytest.mark.skipif(not NEWSLETTERS.is_dir(), reason="the sample newsletters are not beside this repository")
def test_what_newsletters_carry_is_found_as_a_reader_found_it() -> None:
    counts: Counter[tuple[str, bool, bool]] = Counter()
    differing = []
    for case in labelled():
        found = found_in(case)
        for matter, wanted in case["found"].items():
            if matter == "route":
                counts["route", True, found["route"] == wanted] += 1
            else:
                counts[matter, wanted, found[matter]] += 1
            if found[matter] != wanted:
                differing.append(f"{case['file']}: {matter} is {wanted}, found {found[matter]}")
    print()
    for matter in dict.fromkeys(name for name, _, _ in counts):
        hits, missed, false = (counts[matter, *pair] for pair in ((True, True), (True, False), (False, True)))
        precision = hits / (hits + false) if hits + false else 1.0
        recall = hits / (hits + missed) if hits + missed else 1.0
        print(f"{matter:12} precision {precision:.2f} recall {recall:.2f} of {hits + missed}")
    assert not differing
