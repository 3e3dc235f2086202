"""No reader loses a stop: what shops and services write for one who left, in each kind of file that can say so."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sayso.capture import KINDS, ImportReport, importing
from sayso.ledger import Ledger
from sayso.ledger.entries import Stopping
from sayso.ledger.errors import EntryError
from sayso.vocabulary import Facts

Put = Callable[..., ImportReport]
Known = Callable[..., Facts]
Real = Callable[[str], Path]

WHO = "odette@letterbox.example"
PHONE = "+61355501234"


def stops(facts: Facts) -> list[tuple[str | None, bool]]:
    """Each stop, and whether it reaches the channel asked about; what is not known to spare it does."""
    return [(stop.kind, stop.covers_channel is not False) for stop in facts.stops]


# Shopify: real payloads, in which only the state is changed -------------------------------------------------------

ACCOUNTS: dict[str, tuple[str, str | None, str | None]] = {
    "shopify/rest-abandoned-checkouts.json": ("bob.norman@mail.example.com", "+16136120707", "+15024592181"),
    "shopify/webhook-checkouts-create.json": ("john@example.com", None, None),
    "shopify/rest-order.json": ("bob.norman@mail.example.com", "+16136120707", "+557734881234"),
    "shopify/rest-customers-list.json": ("steve.lastnameson@example.com", "+15142546011", None),
    "shopify/rest-customer-with-consent.json": ("bob.norman@mail.example.com", "+16136120707", None),
    "shopify/webhook-customers-update.json": ("bob@biller.com", None, None),
    "shopify/webhook-customers-email-marketing-consent-update.json": ("bob@biller.com", None, None),
}
"""File -> mailbox and number of its (first) account, and the number typed where it is another."""


def accounts(value: Any) -> Iterator[dict[str, Any]]:
    """Each customer in a payload, wherever it stands."""
    if isinstance(value, dict):
        if {"verified_email", "email_marketing_consent", "sms_marketing_consent"} & set(value):
            yield value
        for inner in value.values():
            yield from accounts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from accounts(inner)


def changed(path: Path, key: str, state: str) -> str:
    payload = json.loads(path.read_text())
    found = list(accounts(payload))
    assert found
    for account in found:
        consent = account.get(key)
        account[key] = (consent if isinstance(consent, dict) else {}) | {"state": state}
    return json.dumps(payload)


@pytest.mark.parametrize("name", ACCOUNTS)
@pytest.mark.parametrize("state", ["unsubscribed", "UNSUBSCRIBED", "redacted"])
def test_an_account_that_left_by_email_is_stopped_for_email_alone(
    name: str, state: str, put: Put, known: Known, real: Real
) -> None:
    mailbox, _, _ = ACCOUNTS[name]
    report = put("payload.json", changed(real(name), "email_marketing_consent", state))
    assert report.kept_aside == 0
    assert stops(known(mailbox)) == [("unsubscribe", True)]
    assert not any(covers for _, covers in stops(known(mailbox, "online_ad")))


@pytest.mark.parametrize("name", [name for name, (_, number, _) in ACCOUNTS.items() if number])
def test_an_account_that_left_by_text_is_stopped_for_texts_whichever_number_was_typed(
    name: str, put: Put, known: Known, real: Real
) -> None:
    mailbox, number, typed = ACCOUNTS[name]
    put("payload.json", changed(real(name), "sms_marketing_consent", "unsubscribed"))
    for reached in filter(None, (number, typed)):
        for channel in ("sms", "mms"):
            assert stops(known(reached, channel)) == [("unsubscribe", True)]
    assert not any(covers for _, covers in stops(known(mailbox)))


def test_the_webhook_of_a_text_consent_stops_its_number(put: Put, known: Known, real: Real) -> None:
    payload = json.loads(real("shopify/webhook-customers-marketing-consent-update.json").read_text())
    payload["phone"] = PHONE
    payload["sms_marketing_consent"]["state"] = "unsubscribed"
    put("payload.json", json.dumps(payload))
    assert stops(known(PHONE, "sms")) == [("unsubscribe", True)]


@pytest.mark.parametrize("name", ACCOUNTS)
@pytest.mark.parametrize("state", ["not_subscribed", "pending", "invalid", ""])
def test_a_state_that_is_nobody_s_act_neither_stops_nor_permits(
    name: str, state: str, put: Put, known: Known, real: Real
) -> None:
    report = put("payload.json", changed(real(name), "email_marketing_consent", state))
    assert not {"consent_given", "consent_withdrawn"} & set(report.added)
    assert known(ACCOUNTS[name][0]).stops == []


def test_whoever_left_is_not_reached_by_typing_another_address(put: Put, known: Known, real: Real) -> None:
    put(
        "payload.json",
        changed(real("shopify/webhook-checkouts-create.json"), "email_marketing_consent", "unsubscribed"),
    )
    for mailbox in ("john@example.com", "example@email.com"):
        assert stops(known(mailbox)) == [("unsubscribe", True)]


def test_an_account_without_an_address_of_its_own_still_stops_the_one_typed(put: Put, known: Known, real: Real) -> None:
    payload = json.loads(
        changed(real("shopify/rest-abandoned-checkouts.json"), "email_marketing_consent", "unsubscribed")
    )
    account = payload["checkouts"][0]["customer"]
    account["email"] = account["phone"] = None
    put("payload.json", json.dumps(payload))
    assert stops(known("bob.norman@mail.example.com")) == [("unsubscribe", True)]


def test_a_word_that_stops_is_read_under_any_marketing_heading_of_the_customers_csv(
    put: Put, known: Known, real: Real
) -> None:
    rows = list(csv.DictReader(io.StringIO(real("shopify/customers_export.csv").read_text())))
    out = io.StringIO()
    writer = csv.DictWriter(out, [*rows[0], "Email Marketing: Status", "SMS Marketing: Status"])
    writer.writeheader()
    for number, row in enumerate(rows):
        left = "UNSUBSCRIBED" if number == 0 else "NOT_SUBSCRIBED"
        writer.writerow(
            row | {"Phone": "" if number else PHONE, "Email Marketing: Status": left, "SMS Marketing: Status": left}
        )
    put("customers.csv", out.getvalue())
    told = {row["Email"]: [kind for kind, covers in stops(known(row["Email"])) if covers] for row in rows}
    assert list(told.values()) == [["unsubscribe"], *([[]] * (len(rows) - 1))]
    assert ("unsubscribe", True) in stops(known(PHONE, "sms"))


# Everything else --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("word", "kind"), [
    ("unsubscribed", "unsubscribe"), ("Opted-out", "unsubscribe"), ("cleaned", "hard_bounce"),
    ("suppressed", "unsubscribe"), ("SPAM_COMPLAINT", "complaint"),
])  # fmt: skip
def test_a_plugin_of_woocommerce_that_says_so_stops_without_being_named(
    word: str, kind: str, put: Put, known: Known, real: Real
) -> None:
    order = json.loads(real("woocommerce/webhook-order-created.json").read_text())
    order["meta_data"] = [{"id": 1, "key": "mailchimp_woocommerce_is_subscribed", "value": word}]
    put("order.json", json.dumps(order))
    assert stops(known(order["billing"]["email"])) == [(kind, True)]


@pytest.mark.parametrize("value", ["1", "0", "", "never unsubscribed before", "pending"])
def test_any_other_word_of_a_plugin_that_nobody_named_stops_nothing(value: str, put: Put, real: Real) -> None:
    order = json.loads(real("woocommerce/webhook-order-created.json").read_text())
    order["meta_data"] = [{"id": 1, "key": "mailchimp_woocommerce_is_subscribed", "value": value}]
    assert "consent_withdrawn" not in put("order.json", json.dumps(order)).added


def test_whoever_mailchimp_cleaned_is_stopped_whatever_the_file_is_called(put: Put, known: Known) -> None:
    head = "Email Address,MEMBER_RATING,OPTIN_TIME,CONFIRM_TIME,LAST_CHANGED,LEID,EUID,CLEAN_TIME"
    put("audience.csv", f"{head}\n{WHO},2,,,2026-01-01 00:00:00,1,a,2026-01-01 00:00:00\n")
    assert stops(known(WHO)) == [("hard_bounce", True)]


@pytest.mark.parametrize(("consent", "suppression", "kind"), [
    ("UNSUBSCRIBED", "", "unsubscribe"), ("SUPPRESSED", "", "unsubscribe"), ("SUBSCRIBED", "USER_SUPPRESSED", "unsubscribe"),
    ("SUBSCRIBED", "HARD_BOUNCE", "hard_bounce"), ("SUBSCRIBED", "SPAM_COMPLAINT", "complaint"),
])  # fmt: skip
def test_klaviyo_s_words_for_one_who_left(consent: str, suppression: str, kind: str, put: Put, known: Known) -> None:
    put("p.csv", f"Email,Email Marketing Consent,Email Suppressions\n{WHO},{consent},{suppression}\n")
    assert stops(known(WHO)) == [(kind, True)]


@pytest.mark.parametrize(("heading", "word", "kind"), [
    ("status", "unsubscribed", "unsubscribe"), ("Subscriber status", "Cleaned", "hard_bounce"),
    ("status", "complained", "complaint"), ("email consent", "unsubscribed", "unsubscribe"),
    ("unsubscribed", "unsubscribed", "unsubscribe"), ("unsubscribed", "yes", "unsubscribe"),
    ("unsubscribed at", "last spring", "unsubscribe"), ("unsubscribed at", "2026-03-01", "unsubscribe"),
    ("bounced", "hard", "hard_bounce"), ("complained", "2026-03-01", "complaint"),
])  # fmt: skip
def test_a_csv_of_no_known_export_stops_by_word_or_column(
    heading: str, word: str, kind: str, put: Put, known: Known
) -> None:
    put("leads.csv", f"email,{heading}\n{WHO},{word}\n")
    assert [stop for stop, _ in stops(known(WHO))] == [kind]


@pytest.mark.parametrize(("heading", "word"), [
    ("status", "subscribed"), ("status", "completed"), ("unsubscribed", "-"), ("unsubscribed", "no"),
    ("unsubscribed at", "never"), ("bounced", "soft"), ("bounced", "0"), ("complained", "n/a"),
])  # fmt: skip
def test_a_csv_of_no_known_export_stops_nobody_by_a_no(heading: str, word: str, put: Put, known: Known) -> None:
    put("leads.csv", f"email,{heading}\n{WHO},{word}\n")
    assert known(WHO).stops == []


def test_a_permission_cell_that_says_unsubscribed_stops_its_own_channel(put: Put, known: Known) -> None:
    put("leads.csv", f"email,phone,email consent,sms consent\n{WHO},{PHONE},yes,unsubscribed\n")
    assert not any(covers for _, covers in stops(known(WHO)))
    assert stops(known(PHONE, "sms")) == [("unsubscribe", True)]


def test_what_is_wrong_with_the_rest_of_a_row_costs_it_no_stop(
    put: Put, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = importing.checked

    def refuses_collections(entry: Any, now: Any) -> Any:
        if entry.kind == "details_collected":
            raise EntryError("it would not have it")
        return whole(entry, now)

    monkeypatch.setattr(importing, "checked", refuses_collections)
    report = put("p.csv", f"Email,Email Marketing Consent\n{WHO},UNSUBSCRIBED\n")
    assert report.kept_aside == 1
    assert report.added == {"consent_withdrawn": 1}


STOPPED_IN: dict[str, str] = {
    "shopify-checkouts.json": json.dumps([{
        "token": "t", "email": WHO, "created_at": "2026-11-01T00:00:00Z", "abandoned_checkout_url": "x",
        "customer": {"email_marketing_consent": {"state": "unsubscribed"}},
    }]),
    "shopify-orders.json": json.dumps([{
        "id": 1, "order_number": 1, "email": WHO, "created_at": "2026-11-01T00:00:00Z", "buyer_accepts_marketing": True,
        "customer": {"email_marketing_consent": {"state": "unsubscribed"}},
    }]),
    "shopify-customers.json": json.dumps([{"id": 1, "email": WHO, "email_marketing_consent": {"state": "unsubscribed"}}]),
    "shopify-customers.csv": f"Email,Accepts Email Marketing,Tax Exempt\n{WHO},unsubscribed,no\n",
    "woocommerce-orders.json": json.dumps([{
        "id": 1, "status": "completed", "created_via": "checkout", "date_created_gmt": "2026-11-01T00:00:00",
        "billing": {"email": WHO}, "meta_data": [{"key": "newsletter_opt_in", "value": "unsubscribed"}],
    }]),
    "mailchimp-audience.csv": f"Email Address,LEID,EUID,UNSUB_TIME\n{WHO},1,a,2026-01-01 00:00:00\n",
    "klaviyo-profiles.csv": f"Email,Email Marketing Consent\n{WHO},UNSUBSCRIBED\n",
    "stop-list.csv": f"address\n{WHO}\n",
    "widget-log.jsonl": '{"event": "log", "format": "sayso-widget-log", "version": 1}\n' + json.dumps({
        "event": "happened", "at": "2026-11-01T00:00:00Z", "email": WHO, "body": {"kind": "consent_withdrawn"},
    }) + "\n",
    "csv.csv": f"email,status\n{WHO},unsubscribed\n",
}  # fmt: skip
"""Kind of file -> one that stops somebody. A kind without one here could lose stops unseen."""


def test_every_kind_of_file_can_stop(put: Put, ledger: Ledger) -> None:
    assert {name.rpartition(".")[0] for name in STOPPED_IN} == set(KINDS)
    for name, text in STOPPED_IN.items():
        before = ledger.count()[0]
        report = put(name, text)
        assert (report.kind, report.kept_aside) == (name.rpartition(".")[0], 0)
        person = ledger.find(WHO)[0]
        new = [entry for entry in ledger.entries_about(person) if isinstance(entry.body, Stopping)]
        assert ledger.count()[0] > before
        assert any(entry.import_id == report.import_id for entry in new), name
