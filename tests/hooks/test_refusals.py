"""Bad input: refused or absorbed, logged without contact details, nothing lost or doubled."""

from __future__ import annotations

import json
import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from shops import NOW, SECRET, SETTINGS, Shop, body_of, signed

from sayso.capture.entering import Intake
from sayso.capture.gathering import Gathering
from sayso.capture.hooks import HOOKS, LARGEST, HookSettings, generic, handle
from sayso.capture.live import record
from sayso.capture.readings import Draft, Reading
from sayso.ledger import Address, Entry, EntryError, Ledger, StoreLockedError
from sayso.ledger.entries import ConsentWithdrawn, OrderPlaced, PersonDescribed

ANA = "ana@letterbox.example"
CHECKOUT = {
    "event": "checkout", "at": "2026-11-24T08:50:00Z", "form": "basket-17", "email": ANA, "goods": ["Kettle"],
    "shipping": {"country": "AU"},
}  # fmt: skip


@pytest.mark.parametrize("source", HOOKS)
@pytest.mark.parametrize("secrets", [(SECRET,), (), ("",)], ids=["wrong", "none set", "an empty one"])
def test_what_is_not_signed_is_refused(ledger: Ledger, source: str, secrets: tuple[str, ...]) -> None:
    settings = HookSettings(secrets=secrets)
    body = body_of(CHECKOUT)
    for value in ("", "AAAA", "not base64!", "t=1,v1=" + "0" * 64, signed(body, "another secret"), signed(body, "")):
        names = ("X-Shopify-Hmac-Sha256", "X-WC-Webhook-Signature", "X-Sayso-Signature", "X-Sayso-Secret")
        assert handle(ledger, source, dict.fromkeys(names, value), body, settings, NOW).status == 401
    assert handle(ledger, source, {}, body, settings, NOW).status == 401
    assert ledger.count() == (0, 0)


@pytest.mark.parametrize("minutes", [-6, 6, 60 * 24 * 365])
def test_a_signature_that_is_not_of_now_is_refused(shop: Shop, minutes: int) -> None:
    assert shop.generic(CHECKOUT, at=NOW + timedelta(minutes=minutes)).status == 401
    assert shop.generic(CHECKOUT, at=NOW - timedelta(minutes=5)).status == 200


def test_a_moment_put_in_later_does_not_fit_the_signature(shop: Shop) -> None:
    body = body_of(CHECKOUT)
    old = generic.sign(SECRET.encode(), body, NOW - timedelta(hours=1)).partition(",")[2]
    fresh = f"t={int(NOW.timestamp())},{old}"
    assert handle(shop.ledger, "generic", {"X-Sayso-Signature": fresh}, body, SETTINGS, NOW).status == 401


MALFORMED = [b"", b"{", b"[]", b"null", b"\xff\xfe{", b'{"a": NaN}', b"[" * 100_000, b'{"event": ' * 50_000, b'"x"']


@pytest.mark.parametrize("body", MALFORMED, ids=range(len(MALFORMED)))
def test_a_malformed_body_is_refused_though_it_is_signed(shop: Shop, body: bytes) -> None:
    assert shop.shopify("checkouts/create", body).status == 400
    assert shop.woocommerce("order.created", body).status == 400
    assert shop.generic(body).status in (400, 422)
    sent = {"X-Sayso-Secret": SECRET}
    assert handle(shop.ledger, "bigcommerce", sent, body, SETTINGS, NOW).status == 400
    assert shop.ledger.count() == (0, 0)


def test_a_body_that_is_too_large_is_refused_before_it_is_read(shop: Shop) -> None:
    assert shop.generic(b" " * (LARGEST + 1)).status == 413
    assert shop.generic(body_of(CHECKOUT).ljust(LARGEST)).status == 200


def test_unknown_topics_are_acknowledged_and_unknown_kinds_of_our_own_events_are_not(shop: Shop) -> None:
    assert shop.shopify("themes/publish", {"id": 1}).said.startswith("nothing to keep")
    assert shop.woocommerce("coupon.created", {"id": 1}).said.startswith("nothing to keep")
    assert shop.generic({"event": "checkuot", "at": "2026-11-24T08:50:00Z"}).status == 422
    assert handle(shop.ledger, "magento", {}, b"{}", SETTINGS, NOW).status == 404


@pytest.mark.parametrize(
    "header", ["checkouts/create\r\nX-Other: 1", "checkouts/create\x00", "x" * 5000, "checkouts/créate"]
)
def test_a_header_that_is_none_names_no_topic(shop: Shop, header: str) -> None:
    assert shop.shopify(header, {"token": "t"}).said.startswith("nothing to keep")
    request = {"shop_domain": "s", "customer": {"email": ANA}, "orders_to_redact": []}
    for unlike in (header, header + "2"):
        shop.shopify("customers/redact", request, **{"X-Shopify-Webhook-Id": unlike})
    assert shop.kinds(ANA).count("request_received") == 1


def test_a_field_that_does_not_belong_is_refused_without_repeating_it(shop: Shop) -> None:
    answer = shop.generic({**CHECKOUT, "shipping": {"country": "AU", "phone": "+61491570156"}})
    assert answer.status == 422
    assert "+614" not in answer.said


def test_a_genuine_event_that_cannot_be_used_is_kept_aside_once(shop: Shop) -> None:
    bad = {"token": "t1", "abandoned_checkout_url": "https://shop.example/checkouts/t1?key=opens", "email": ANA}
    answers = {shop.shopify("checkouts/create", bad).said for _retry in range(3)}
    (said,) = answers
    assert said.startswith("kept aside")
    (file,) = (shop.ledger.home / "aside").iterdir()
    assert json.loads(file.read_text()) == {"email": ANA}
    assert file.stat().st_mode & 0o077 == 0


def test_an_event_about_nobody_is_acknowledged_and_not_kept(shop: Shop) -> None:
    item = {"token": "t1", "abandoned_checkout_url": "x", "created_at": "2026-11-24T08:00:00Z", "email": None}
    assert shop.shopify("checkouts/create", item).said.startswith("nothing to keep")
    assert not (shop.ledger.home / "aside").exists()


def test_the_log_holds_no_contact_detail(shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for email in (ANA, "ana at letterbox", "=cmd@letterbox.example", "ana@letterbox.example, eve@letterbox.example"):
        shop.generic({**CHECKOUT, "email": email, "phone": "+61491570156"})
        shop.generic({**CHECKOUT, "email": email, "phone": "0491570156x"})
        shop.generic({**CHECKOUT, "at": ANA})
        shop.generic({"event": ANA, "at": ANA})
        shop.shopify("customers/data_request", {"shop_domain": "s", "customer": {"email": email}, "data_request": {}})
    assert len(caplog.records) == 20
    assert "letterbox" not in caplog.text
    assert "491570156" not in caplog.text


def test_half_a_character_loses_no_stop(shop: Shop) -> None:
    item = {
        "id": 11, "verified_email": True, "email": ANA, "created_at": "2026-11-20T08:00:00Z", "first_name": "\ud83e",
        "email_marketing_consent": {"state": "unsubscribed", "consent_updated_at": "2026-11-20T10:00:00Z"},
    }  # fmt: skip
    assert shop.shopify("customers/update", item).status == 200
    assert shop.known(ANA).stops


def test_a_stop_survives_what_is_wrong_with_the_rest(ledger: Ledger, shop: Shop) -> None:
    who = [Address("email", ANA)]
    drafts = [
        Draft(body=PersonDescribed(facts={"nonsense": True}), addresses=who),
        Draft(body=ConsentWithdrawn(), addresses=who),
    ]
    intake = Intake(kind="events", import_id="live", sender="shop", digest="0", now=NOW)
    recorded = record(ledger, [Reading(line=1, written="", key="k", drafts=drafts)], intake)
    assert (recorded.added, len(recorded.refused)) == (1, 1)
    assert shop.known(ANA).stops


def test_what_the_ledger_would_not_have_is_kept_aside_and_its_stop_is_recorded(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    drafts = [Draft(body=body, addresses=[Address("email", ANA)])
              for body in (ConsentWithdrawn(), PersonDescribed(facts={"nonsense": True}))]  # fmt: skip
    reading = Reading(line=1, written="", key="k", drafts=drafts)
    monkeypatch.setattr(generic, "read", lambda *_: ("events", [reading]))
    answer = shop.generic(CHECKOUT)
    assert answer.status == 200
    assert answer.said.startswith("kept aside")
    assert "1 new" in answer.said
    assert shop.known(ANA).stops
    assert len(list((shop.ledger.home / "aside").iterdir())) == 1


def test_a_hundred_at_once_are_one(ledger: Ledger) -> None:
    body = body_of(CHECKOUT)
    sent = {"X-Sayso-Signature": generic.sign(SECRET.encode(), body, NOW)}
    gathering = Gathering(ledger)
    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda _: handle(gathering, "generic", sent, body, SETTINGS, NOW), range(100)))
    assert {answer.status for answer in answers} == {200}
    assert sum(answer.said.startswith("2 new") for answer in answers) == 1
    assert ledger.count() == (2, 1)
    assert ledger.verify() == []


def test_nothing_is_acknowledged_while_the_store_cannot_take_it(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(_entries: Any) -> Any:
        raise StoreLockedError("another process is writing")

    with monkeypatch.context() as patched:
        patched.setattr(shop.ledger, "append", locked)
        assert shop.generic(CHECKOUT).status == 503
    assert shop.generic(CHECKOUT).status == 200


def test_what_is_wrong_with_one_event_of_a_commit_is_no_other_s(ledger: Ledger) -> None:
    def order(number: int) -> Entry:
        origin = "" if number % 7 == 3 else f"order:{number}"
        address = Address("email", f"ana{number}@letterbox.example")
        return Entry(body=OrderPlaced(), happened_at=NOW, origin=origin, actor="shop", addresses=[address])

    gathering = Gathering(ledger)

    def put(number: int) -> bool:
        try:
            return bool(gathering.append([order(number)]).added)
        except EntryError:
            return False

    with ThreadPoolExecutor(25) as pool:
        done = list(pool.map(put, range(50)))
    assert done == [number % 7 != 3 for number in range(50)]
    assert ledger.count()[0] == sum(done)
