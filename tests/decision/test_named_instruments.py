"""An answer that allows names the instruments that had something to say of what was asked, and no other."""

from __future__ import annotations

from datetime import UTC, datetime

from sayso import ask
from sayso.sample.shop import SETTINGS
from sayso.vocabulary import Facts

AT = datetime(2026, 11, 25, 1, tzinfo=UTC)
SHOP = {name: value for name, value in SETTINGS.items() if name in Facts.__struct_fields__}


def because(**asked: object) -> str:
    told = {"act": "send", "channel": "email", "message_kind": "transactional", "commercial_purpose": False}
    facts = Facts(**{**SHOP, "serves_consumers": True, **told, **asked})  # type: ignore[arg-type]
    decided = ask(facts, at=AT)
    assert decided.answer == "allowed"
    return decided.because


def test_a_receipt_to_australia_names_no_law_of_policies_or_of_california() -> None:
    said = because(person_country="AU")
    assert "Spam Act 2003" in said
    assert "Any stop refuses" in said
    assert "California" not in said
    assert "CAN-SPAM" not in said


def test_a_receipt_to_california_names_what_judges_its_email_alone() -> None:
    said = because(person_country="US", person_state="CA")
    assert "CAN-SPAM" in said
    assert "17529.5" in said
    assert "Online Privacy Protection Act (Cal" not in said
    assert "17538.41" not in said


def test_a_letter_names_no_law_of_email() -> None:
    said = because(person_country="AU", channel="post", act="post")
    assert "Privacy Act 1988" in said
    assert "Spam Act" not in said
