"""Each kind of export on small files of our own: what is believed of it, and how far."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sayso.capture import KINDS, UNDATED, ImportReport
from sayso.ledger import Ledger
from sayso.vocabulary import Facts

Put = Callable[..., ImportReport]
Known = Callable[..., Facts]

WHO = "odette@letterbox.example"
PHONE = "+61355501234"


def checkout(**more: Any) -> dict[str, Any]:
    return {
        "token": "t1", "email": WHO, "phone": PHONE, "created_at": "2026-11-01T10:00:00+11:00",
        "buyer_accepts_marketing": False, "completed_at": None, "line_items": [{"title": "Enamel mug"}],
        "abandoned_checkout_url": "https://shop.example/checkouts/t1?key=k",
        "shipping_address": {"country_code": "AU", "province_code": "VIC"}, **more,
    }  # fmt: skip


def checkouts(*items: dict[str, Any]) -> str:
    return json.dumps({"checkouts": list(items)})


# Shopify ----------------------------------------------------------------------------------------------------------


def test_a_ticked_box_in_a_checkout_is_a_consent_that_is_only_asserted(put: Put, known: Known) -> None:
    report = put("c.json", checkouts(checkout(buyer_accepts_marketing=True)))
    (consent,) = (ground for ground in known(WHO).grounds if ground.kind == "consent")
    assert (consent.act, consent.evidence, consent.covers_channel) == ("ticked_box", "asserted", True)
    assert consent.form_submitted is None
    assert report.waiting == 1
    assert [ground.kind for ground in known(PHONE, "sms").grounds] == ["relationship"]


def test_a_box_known_to_be_ticked_beforehand_is_not_read_as_ticked_by_the_person(put: Put, known: Known) -> None:
    put("c.json", checkouts(checkout(buyer_accepts_marketing=True)), checkout_box="ticked")
    assert [ground.act for ground in known(WHO).grounds if ground.kind == "consent"] == ["left_box_ticked"]


def test_an_unticked_box_is_a_refusal_only_where_the_box_is_known_to_have_been_shown(put: Put) -> None:
    assert "consent_declined" not in put("a.json", checkouts(checkout())).added
    assert (
        put("b.json", checkouts(checkout() | {"token": "t2"}), checkout_box="unticked").added["consent_declined"] == 1
    )


def test_a_consent_counts_for_the_address_typed_and_not_for_the_account_s(put: Put, known: Known) -> None:
    other = {"id": 1, "email": "account@letterbox.example"}
    report = put("c.json", checkouts(checkout(buyer_accepts_marketing=True, customer=other)))
    assert any(ground.kind == "consent" for ground in known(WHO).grounds)
    assert not known("account@letterbox.example").grounds
    assert any("another address" in note for note in report.notes)


def test_a_completed_checkout_is_an_order_and_was_not_abandoned(put: Put, known: Known) -> None:
    put("c.json", checkouts(checkout(completed_at="2026-11-01T10:05:00+11:00")))
    assert [ground.relationship for ground in known(WHO).grounds] == ["purchase"]


def test_an_order_of_the_same_checkout_shows_that_its_box_was_submitted(put: Put, known: Known) -> None:
    put("c.json", checkouts(checkout(buyer_accepts_marketing=True)))
    order = {"id": 9, "order_number": 1, "created_at": "2026-11-02T00:00:00Z", "checkout_token": "t1", "email": WHO,
             "buyer_accepts_marketing": False, "financial_status": "paid"}  # fmt: skip
    put("o.json", json.dumps({"order": order}))
    facts = known(WHO)
    assert [ground.form_submitted for ground in facts.grounds if ground.kind == "consent"] == [True]
    assert facts.address_verified is True


def test_ids_longer_than_a_double_holds_are_kept_to_the_last_digit(put: Put, ledger: Ledger) -> None:
    put("c.json", checkouts(checkout(id=901234567890123457)))
    (person,) = ledger.find(WHO)
    assert any('"901234567890123457"' in (entry.raw or "") for entry in ledger.entries_about(person))


CUSTOMER = {"id": 7, "email": WHO, "phone": PHONE, "verified_email": True}


@pytest.mark.parametrize(("state", "level", "grounds", "stops"), [
    ("subscribed", "single_opt_in", [None], []),
    ("SUBSCRIBED", "CONFIRMED_OPT_IN", [True], []),
    ("unsubscribed", "single_opt_in", [], ["unsubscribe"]),
    ("not_subscribed", None, [], []),
    ("pending", "confirmed_opt_in", [], []),
    ("redacted", None, [], ["unsubscribe"]),
    ("invalid", None, [], []),
    ("unsubscribed_by_admin", None, [], []),
])  # fmt: skip
def test_the_state_of_a_customer_s_consent_is_read_for_what_it_says(
    put: Put, known: Known, state: str, level: str | None, grounds: list[bool | None], stops: list[str]
) -> None:
    consent = {"state": state, "opt_in_level": level, "consent_updated_at": "2025-01-02T03:04:05Z"}
    put("c.json", json.dumps({"customers": [CUSTOMER | {"email_marketing_consent": consent}]}))
    facts = known(WHO)
    assert [ground.confirmed_from_account for ground in facts.grounds if ground.kind == "consent"] == grounds
    assert [stop.kind for stop in facts.stops] == stops


def test_an_unsubscribed_account_inside_a_checkout_stops_although_the_box_says_yes(put: Put, known: Known) -> None:
    left = CUSTOMER | {"email_marketing_consent": {"state": "unsubscribed", "consent_updated_at": None}}
    put("c.json", checkouts(checkout(buyer_accepts_marketing=True, customer=left)))
    assert [(stop.kind, stop.covers_channel) for stop in known(WHO).stops] == [("unsubscribe", True)]


def test_a_yes_of_the_customers_csv_is_claimed_and_undated_and_a_no_says_nothing(put: Put, known: Known) -> None:
    put("customers.csv", "Customer ID,Email,Accepts Email Marketing,Phone,Accepts SMS Marketing,Tax Exempt\n"
        f"'1,{WHO},yes,'{PHONE},no,no\n'2,pavel@letterbox.example,no,,no,no\n")  # fmt: skip
    (consent,) = known(WHO).grounds
    assert (consent.given_on, consent.evidence) == (UNDATED.date(), "asserted")
    assert not known(PHONE, "sms").grounds
    assert not known("pavel@letterbox.example").stops


# WooCommerce ------------------------------------------------------------------------------------------------------


def order(**more: Any) -> str:
    billing = {"email": WHO, "phone": "03 5550 1234", "country": "AU", "state": "VIC"}
    return json.dumps([{"id": 5, "status": "completed", "created_via": "checkout", "billing": billing,
                        "date_created_gmt": "2026-10-01T00:00:00", "meta_data": [], **more}])  # fmt: skip


def test_a_checkout_draft_is_no_order_and_its_details_were_taken_before_anything_was_pressed(
    put: Put, known: Known
) -> None:
    put("o.json", order(status="checkout-draft"))
    facts = known(WHO)
    assert [ground.relationship for ground in facts.grounds] == ["checkout_abandoned"]
    assert facts.captured_before_submission is True


def test_an_opt_in_is_read_only_from_the_key_that_the_owner_names(put: Put, known: Known) -> None:
    meta = [{"id": 1, "key": "shop_newsletter", "value": "1"}]
    report = put("a.json", order(meta_data=meta))
    assert not [ground for ground in known(WHO).grounds if ground.kind == "consent"]
    assert any("`shop_newsletter`" in note for note in report.notes)
    put("b.json", order(meta_data=meta), opt_in_key="shop_newsletter")
    assert [ground.evidence for ground in known(WHO).grounds if ground.kind == "consent"] == ["asserted"]


def test_a_national_number_is_read_with_the_country_of_the_billing_address(put: Put, known: Known) -> None:
    put("o.json", order())
    assert known(PHONE, "sms").person_country == "AU"


def test_what_was_thrown_away_in_the_shop_is_kept_aside(put: Put) -> None:
    assert put("o.json", order(status="trash")).kept_aside == 1


# Mailchimp --------------------------------------------------------------------------------------------------------

MEMBERS = "Email Address,MEMBER_RATING,OPTIN_TIME,CONFIRM_TIME,LAST_CHANGED,LEID,EUID"


def test_the_file_s_name_says_who_is_subscribed(put: Put, known: Known) -> None:
    row = f"{WHO},2,2024-01-02 03:04:05,2024-01-02 04:00:00,2024-01-02 04:00:00,1,a\n"
    assert put("audience.csv", f"{MEMBERS}\n{row}").added == {"details_collected": 1}
    put("subscribed_members.csv", f"{MEMBERS}\n{row}")
    (consent,) = known(WHO, topic="newsletter").grounds
    assert (consent.given_on, consent.confirmed_from_account) == (datetime(2024, 1, 2, tzinfo=UTC).date(), True)
    assert known(WHO, topic="abandoned_cart").grounds[0].covers_topic is False


def test_a_member_without_an_opt_in_time_was_uploaded_and_is_undated(put: Put, known: Known) -> None:
    report = put("subscribed.csv", f"{MEMBERS}\n{WHO},2,,2016-04-18 13:51:14,2016-04-18 14:00:32,1,a\n")
    assert known(WHO).grounds[0].given_on == UNDATED.date()
    assert any("no OPTIN_TIME" in note for note in report.notes)


@pytest.mark.parametrize(("name", "more", "kind"), [
    ("unsubscribed_members.csv", ",", "unsubscribe"),
    ("unsubscribed_members.csv", "2026-01-01 00:00:00,ABUSE", "complaint"),
    ("cleaned_members.csv", ",", "hard_bounce"),
])  # fmt: skip
def test_those_who_left_or_were_cleaned_are_stopped(put: Put, known: Known, name: str, more: str, kind: str) -> None:
    put(name, f"{MEMBERS},UNSUB_TIME,UNSUB_REASON\n{WHO},2,,,2026-01-01 00:00:00,1,a,{more}\n")
    assert [stop.kind for stop in known(WHO).stops] == [kind]


# Stop lists -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("reason", "kind"), [
    ("unsubscribed", "unsubscribe"), ("marked as spam", "complaint"), ("hard bounce", "hard_bounce"),
    ("STOP", "stop_keyword"), ("do not call", "do_not_call"), ("objected", "objection"),
    ("do not sell", "do_not_sell"), ("GPC", "gpc"), ("limit use of sensitive data", "limit_sensitive"),
    ("no idea", "unsubscribe"),
])  # fmt: skip
def test_each_reason_of_a_stop_list_becomes_the_stop_it_names(put: Put, known: Known, reason: str, kind: str) -> None:
    put("stops.csv", f"address,reason\n{WHO},{reason}\n")
    assert [stop.kind for stop in known(WHO).stops] == [kind]


def test_a_bare_list_of_addresses_needs_no_heading(put: Put, known: Known) -> None:
    report = put("do-not-email.csv", f"{WHO}\n{PHONE}\n")
    assert report.loaded == 2
    assert known(WHO).stops[0].scope == "everything"
    assert known(PHONE, "sms").stops


def test_a_date_or_channel_that_cannot_be_read_saves_nobody_from_being_stopped(put: Put, known: Known) -> None:
    report = put("stops.csv", f"address,channel,date\n{WHO},carrier pigeon,31/31/2026\n")
    assert report.warned == 1
    assert [stop.scope for stop in known(WHO).stops] == ["everything"]


# Any CSV ----------------------------------------------------------------------------------------------------------

SHEET = f"Kontakt,Handy,Opt-in,Land\n{WHO},03 5550 1234,yes,Australien\n"


def test_a_mapping_is_proposed_from_headings_and_contents_and_can_be_corrected(put: Put, known: Known) -> None:
    report = put("leads.csv", SHEET)
    assert report.mapping is not None
    written = report.mapping.read_text()
    assert "Kontakt: email" in written
    assert "Land: country" in written
    assert known(WHO).person_country == "AU"
    report.mapping.write_text(written.replace("Opt-in: email_permission", "Opt-in: ignore"))
    again = put("leads-2.csv", SHEET.replace(WHO, "una@letterbox.example"), mapping=report.mapping)
    assert "consent_given" not in again.added


def test_nothing_is_taken_for_a_permission_by_its_contents(put: Put) -> None:
    report = put("leads.csv", f"email,answer\n{WHO},yes\n")
    assert report.added == {"details_collected": 1}
    assert any("columns not read: `answer`" in note for note in report.notes)


def test_a_stop_is_not_lost_for_being_spelt_oddly(put: Put, known: Known) -> None:
    put("leads.csv", f"email,unsubscribed\n{WHO},left in spring\npavel@letterbox.example,no\n")
    assert known(WHO).stops
    assert not known("pavel@letterbox.example").stops


# The widget's log -------------------------------------------------------------------------------------------------

HEAD = '{"event": "log", "format": "sayso-widget-log", "version": 1}\n'
BOX = {"wording": "Email me offers.", "version": "b1", "default": "unticked", "final": "ticked",
       "changed_by": "person", "channels": ["email"], "topics": ["offers"], "marketing_named": True}  # fmt: skip


def form(box: dict[str, Any], **more: Any) -> str:
    seen = {"event": "form", "at": "2026-11-01T00:00:00Z", "form": "f1", "page": "https://shop.example", "email": WHO,
            "submitted": True, "boxes": [box], **more}  # fmt: skip
    return HEAD + json.dumps(seen) + "\n"


@pytest.mark.parametrize("missing", ["wording", "version", "default", "changed_by"])
def test_a_box_is_proved_only_where_the_log_shows_all_of_it(put: Put, known: Known, missing: str) -> None:
    put("a.jsonl", form(BOX))
    assert known(WHO).grounds[0].evidence == "imported_with_proof"
    bare = {key: value for key, value in BOX.items() if key != missing}
    put("b.jsonl", form(bare, email="pavel@letterbox.example"))
    assert known("pavel@letterbox.example").grounds[0].evidence == "asserted"


def test_a_box_ticked_by_a_script_is_not_the_person_s_act(put: Put, known: Known) -> None:
    put("a.jsonl", form(BOX | {"changed_by": "script"}))
    assert known(WHO).grounds[0].act == "left_box_ticked"


def test_a_log_may_not_settle_evidence_or_accept_a_risk(put: Put, ledger: Ledger) -> None:
    for body in ({"kind": "evidence_set", "import_id": "x", "evidence": "captured_here", "statement": "s"},
                 {"kind": "risk_accepted", "rule": "r", "reason": "s"},
                 {"kind": "setting_changed", "name": "turnover_aud", "value": 1}):  # fmt: skip
        event = {"event": "happened", "at": "2026-11-01T00:00:00Z", "email": WHO, "body": body}
        assert put("a.jsonl", HEAD + json.dumps(event)).kept_aside == 1
    assert ledger.count() == (0, 0)


# The documents ----------------------------------------------------------------------------------------------------

HOW_TO = Path(__file__).parents[2] / "docs" / "how-to" / "import-a-shop.md"


def test_the_log_and_the_mapping_of_the_how_to_are_read(put: Put, known: Known, tmp_path: Path) -> None:
    page = HOW_TO.read_text("utf-8")
    (log,) = re.findall(r"```json\n(.*?)```", page, re.DOTALL)
    assert put("log.jsonl", log).kept_aside == 0
    facts = known(WHO, topic="newsletter")
    assert [(ground.evidence, ground.covers_topic) for ground in facts.grounds] == [("imported_with_proof", True)]
    assert [stop.kind for stop in facts.stops] == ["unsubscribe"]
    (mapping,) = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    (tmp_path / "m.yaml").write_text(mapping)
    sheet = f"Kontakt,Handy,Newsletter,Shoe size\n{WHO},03 5550 1234,yes,44\n"
    assert put("leads.csv", sheet, mapping=tmp_path / "m.yaml").added["consent_given"] == 1


def test_the_how_to_names_every_kind_of_file() -> None:
    page = HOW_TO.read_text("utf-8")
    assert [kind for kind in KINDS if f"| `{kind}` |" not in page] == []
