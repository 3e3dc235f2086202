"""Files that shops and services really wrote."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from sayso.capture import FileRefusedError, ImportReport, MappingError, UnknownKindError
from sayso.ledger import Ledger
from sayso.vocabulary import Facts

Known = Callable[..., Facts]
Real = Callable[[str], Path]
Take = Callable[..., ImportReport]

EXPORTS: dict[str, tuple[str, dict[str, int], int]] = {
    "shopify/rest-abandoned-checkouts.json": ("shopify-checkouts", {"details_collected": 1, "checkout_abandoned": 1}, 0),
    "shopify/webhook-checkouts-create.json": ("shopify-checkouts", {"details_collected": 1, "checkout_abandoned": 1}, 0),
    "shopify/rest-order.json": ("shopify-orders", {"details_collected": 1, "order_placed": 1}, 0),
    "shopify/customers_export.csv": ("shopify-customers", {"details_collected": 2, "consent_given": 1}, 0),
    "shopify/customers_import_template_header.csv": ("shopify-customers", {}, 0),
    "shopify/rest-customers-list.json": ("shopify-customers", {"details_collected": 2}, 0),
    "shopify/rest-customer-with-consent.json": ("shopify-customers", {"details_collected": 1}, 0),
    "shopify/webhook-customers-update.json": ("shopify-customers", {"details_collected": 1}, 0),
    "shopify/webhook-customers-email-marketing-consent-update.json": ("shopify-customers", {"details_collected": 1}, 0),
    "woocommerce/webhook-order-created.json": ("woocommerce-orders", {"details_collected": 1, "order_placed": 1}, 0),
    "woocommerce/rest-subscription-order-au.json": (
        "woocommerce-orders", {"details_collected": 1, "relationship_recorded": 1}, 0,
    ),
    "mailchimp/audience-export.csv": ("mailchimp-audience", {"details_collected": 1}, 0),
    "mailchimp/audience-export-with-group-column.csv": ("mailchimp-audience", {"details_collected": 2}, 0),
    "klaviyo/profile-export.csv": (
        "klaviyo-profiles",
        {"details_collected": 8, "consent_given": 6, "consent_withdrawn": 1, "bounce_received": 1,
         "complaint_received": 1},
        1,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", EXPORTS)
def test_an_export_is_recognised_and_read_and_a_second_time_adds_nothing(
    name: str, ledger: Ledger, real: Real, take: Take
) -> None:
    kind, added, aside = EXPORTS[name]
    report = take(real(name))
    assert (report.kind, report.added, report.kept_aside) == (kind, added, aside)
    before = ledger.count()
    again = take(real(name))
    assert (again.added, again.loaded, ledger.count()) == ({}, 0, before)


@pytest.mark.parametrize("name", EXPORTS)
def test_no_report_of_a_real_export_holds_a_contact_detail(name: str, ledger: Ledger, real: Real, take: Take) -> None:
    said = " ".join(take(real(name)).sentences())
    assert "@" not in said
    assert not re.search(r"\+?\d[\d ()-]{6,}", re.sub(r"[0-9a-f]{8,16}", "", said))


@pytest.mark.parametrize("name", [
    "shopify/webhook-checkouts-delete.json", "shopify/webhook-customers-data-request.json", "signals/gpc.json",
    "woocommerce/webhook-headers-order-created.json", "bigcommerce/webhook-store-cart-abandoned.json",
    "consent-records/dpv-27560-receipt.jsonld", "consent-records/kantara-cr-v1.1-abridged.json",
    "sendgrid/event-bounce.json", "ses/sns-complaint.json",
])  # fmt: skip
def test_json_that_is_no_export_of_people_is_refused_and_nothing_is_loaded(
    name: str, ledger: Ledger, real: Real, take: Take
) -> None:
    with pytest.raises(UnknownKindError, match="name its kind"):
        take(real(name))
    assert ledger.count() == (0, 0)


def test_json_printed_with_a_trailing_comma_is_refused_with_its_place(ledger: Ledger, real: Real, take: Take) -> None:
    with pytest.raises(FileRefusedError, match=r"not well-formed JSON \(line 25, column 9\)"):
        take(real("consent-records/dpv-27560-record-full.jsonld.txt"))


@pytest.mark.parametrize("name", ["vocab/dpv-pd-2.3.csv", "twilio/inbound-sms.form", "email/arf/sisimai-arf-01.eml"])
def test_text_that_is_about_nobody_is_refused(name: str, ledger: Ledger, real: Real, take: Take) -> None:
    with pytest.raises(MappingError, match="no column is read as `email` or `phone`"):
        take(real(name))
    assert ledger.count() == (0, 0)


def test_a_klaviyo_suppression_stops_whatever_the_consent_column_says(real: Real, take: Take, known: Known) -> None:
    take(real("klaviyo/profile-export.csv"))
    kinds = {who: [stop.kind for stop in known(f"{who}@test.dev").stops] for who in ("ok1", "bounce", "spam", "unsub")}
    assert kinds == {"ok1": [], "bounce": ["hard_bounce"], "spam": ["complaint"], "unsub": ["unsubscribe"]}
    assert known("ok1@test.dev").grounds[0].evidence == "asserted"
    assert not known("never@test.dev").grounds


def test_a_mailbox_spelt_in_capitals_is_the_same_one(ledger: Ledger, real: Real, take: Take) -> None:
    report = take(real("klaviyo/profile-export.csv"))
    assert report.already_known == 1
    assert len(ledger.find("OK1@Test.dev")) == 1


def test_a_false_box_of_an_abandoned_checkout_is_neither_a_stop_nor_a_refusal(
    ledger: Ledger, real: Real, take: Take, known: Known
) -> None:
    report = take(real("shopify/rest-abandoned-checkouts.json"))
    assert not {"consent_declined", "consent_withdrawn"} & set(report.added)
    facts = known("bob.norman@mail.example.com")
    assert [ground.relationship for ground in facts.grounds] == ["checkout_abandoned"]
    assert facts.stops == []


def test_the_links_that_reopen_a_checkout_are_kept_nowhere(ledger: Ledger, real: Real, take: Take) -> None:
    opens = "2a1ace52255252df566af0faaedfbfa7"
    path = real("shopify/rest-abandoned-checkouts.json")
    assert opens in path.read_text()
    take(path)
    for person in ledger.find("bob.norman@mail.example.com"):
        for entry in ledger.entries_about(person):
            assert opens not in f"{entry.raw} {entry.body} {entry.origin} {entry.private}"
            assert "recover" not in (entry.raw or "")


def test_a_pay_on_delivery_order_that_is_pending_is_an_order_and_not_an_abandoned_checkout(
    ledger: Ledger, real: Real, take: Take
) -> None:
    report: ImportReport = take(real("woocommerce/webhook-order-created.json"))
    assert "order_placed" in report.added
    assert "checkout_abandoned" not in report.added
