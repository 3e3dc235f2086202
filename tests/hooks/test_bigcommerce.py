"""
BigCommerce's thin webhooks, with an API on loopback that answers as its published description has it.

Paths, headers and field names are those of the OpenAPI files in bigcommerce/docs (reference/checkouts.v3.yml,
orders.v2.oas2.yml, customers.v3.yml, subscribers.v3.yml, as of 2025); the people are invented.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import msgspec
import pytest
from shops import NOW, SECRET, Shop

from sayso.capture.hooks import Handled, HookSettings, handle
from sayso.capture.hooks.bigcommerce import api
from sayso.capture.live import sweep

ANA = "ana@letterbox.example"
CART = "09346904-4175-44fd-be53-f7e598531b6c"
TOKEN = "token-of-the-api-account"  # noqa: S105
STORE = "store_hash"
ADDRESS = {
    "first_name": "Ana", "last_name": "Quillfeather", "email": ANA, "address1": "7 Lantern Row", "city": "Austin",
    "state_or_province": "Texas", "state_or_province_code": "TX", "country": "United States", "country_code": "US",
    "postal_code": "78751", "phone": "",
}  # fmt: skip
CHECKOUT = {
    "id": CART,
    "cart": {
        "id": CART, "customer_id": 0, "email": ANA, "created_time": "2026-11-24T07:00:00+00:00",
        "line_items": {"physical_items": [{"name": "Kettle"}], "digital_items": [], "gift_certificates": [], "custom_items": []},
    },
    "billing_address": ADDRESS, "consignments": [{"address": ADDRESS}],
    "created_time": "2026-11-24T07:00:00+00:00", "updated_time": "2026-11-24T07:30:00+00:00",
}  # fmt: skip
ORDER = {
    "id": 100, "cart_id": CART, "status_id": 11, "date_created": "Tue, 24 Nov 2026 07:40:00 +0000",
    "date_modified": "Tue, 24 Nov 2026 07:41:00 +0000",
    "billing_address": {"first_name": "Ana", "street_1": "7 Lantern Row", "state": "Texas", "country": "United States",
                        "country_iso2": "US", "phone": "", "email": ANA},
}  # fmt: skip
CUSTOMER = {"id": 5, "email": ANA, "phone": "", "date_created": "2026-01-05T10:00:00Z",
            "accepts_product_review_abandoned_cart_emails": True,
            "addresses": [{"country_code": "US", "state_or_province": "Texas"}]}  # fmt: skip
SUBSCRIBER = {"id": 9, "email": ANA, "source": "storefront", "order_id": None, "channel_id": 1,
              "date_created": "2026-11-01T10:00:00Z", "date_modified": "2026-11-20T10:00:00Z"}  # fmt: skip


class Api:
    """The shop's API: what stands under which path, and how it fails."""

    def __init__(self) -> None:
        self.holds: dict[str, Any] = {
            f"v3/checkouts/{CART}": {"data": CHECKOUT, "meta": {}},
            "v2/orders/100": ORDER,
            "v3/customers?id:in=5&include=addresses": {"data": [CUSTOMER], "meta": {}},
        }
        self.status = 200
        self.url = ""
        self.asked: list[str] = []


@pytest.fixture
def bigcommerce() -> Iterator[Api]:
    told = Api()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            prefix = f"/stores/{STORE}/"
            path = self.path.removeprefix(prefix).replace("%3A", ":")
            told.asked.append(self.path)
            found = told.holds.get(path)
            status = 401 if self.headers["X-Auth-Token"] != TOKEN else 404 if found is None else told.status
            if not self.path.startswith(prefix) or self.headers["Accept"] != "application/json":
                status = 400
            self.send_response(status)
            if status == 302:
                self.send_header("Location", "http://127.0.0.1:9/")
            self.end_headers()
            self.wfile.write(json.dumps(found if status == 200 else {"status": status}).encode())

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()  # it sees soon that it is to stop
    yield told
    server.shutdown()
    server.server_close()


@pytest.fixture
def send(shop: Shop, bigcommerce: Api) -> Callable[..., Handled]:
    settings = HookSettings(secrets=(SECRET,), store=STORE, fetch=api(STORE, TOKEN, bigcommerce.url))

    def send(scope: str, number: Any, **changed: Any) -> Handled:
        event = {"created_at": 1561482670, "store_id": "1025646", "producer": f"stores/{STORE}", "scope": scope,
                 "hash": "352e4afc", "data": {"type": scope.split("/")[1], "id": number}, **changed}  # fmt: skip
        given = {**msgspec.structs.asdict(settings), **{k: changed[k] for k in ("fetch",) if k in changed}}
        event.pop("fetch", None)
        return handle(shop.ledger, "bigcommerce", {"X-Sayso-Secret": SECRET}, json.dumps(event).encode(),
                      HookSettings(**given), NOW)  # fmt: skip

    return send


def relationships(shop: Shop) -> set[str | None]:
    return {ground.relationship for ground in shop.known(ANA).grounds}


def test_the_real_sample_names_a_cart_and_the_api_tells_whose(
    shop: Shop, bigcommerce: Api, sample: Callable[[str], Any]
) -> None:
    event = sample("bigcommerce/webhook-store-cart-abandoned.json")
    event["producer"] = f"stores/{STORE}"
    settings = HookSettings(secrets=(SECRET,), store=STORE, fetch=api(STORE, TOKEN, bigcommerce.url))
    body = json.dumps(event).encode()
    assert handle(shop.ledger, "bigcommerce", {"X-Sayso-Secret": SECRET}, body, settings, NOW).status == 200
    facts = shop.known(ANA)
    assert relationships(shop) == {"checkout_abandoned"}, (
        "BigCommerce says so after an hour; it is not waited for again"
    )
    assert (facts.person_country, facts.person_state) == ("US", "TX")


def test_a_cart_that_changed_waits_for_its_order(shop: Shop, send: Callable[..., Handled]) -> None:
    send("store/cart/updated", CART)
    assert relationships(shop) == set()
    send("store/cart/converted", CART, data={"type": "cart", "id": CART, "orderId": 100})
    assert sweep(shop.ledger, shop.clock.forward(hours=3)) == 0
    assert relationships(shop) == {"purchase"}


def test_an_order_that_was_never_paid_for_is_an_open_checkout(
    shop: Shop, bigcommerce: Api, send: Callable[..., Handled]
) -> None:
    bigcommerce.holds["v2/orders/100"] = {**ORDER, "status_id": 0}
    send("store/order/created", 100)
    assert sweep(shop.ledger, shop.clock.forward(hours=3)) == 1
    assert relationships(shop) == {"checkout_abandoned"}


def test_an_account_permits_nothing(shop: Shop, send: Callable[..., Handled]) -> None:
    assert send("store/customer/updated", 5).said.startswith("1 new")
    assert (shop.known(ANA).grounds, shop.known(ANA).person_country) == ([], "US")


@pytest.mark.parametrize(
    ("scope", "consents", "grounds", "stops"),
    [
        ("created", ["marketing_newsletter"], 1, 0),
        ("updated", ["marketing_newsletter", "abandoned_cart"], 1, 0),
        ("created", [], 0, 0),
        ("updated", [], 0, 1),
        ("updated", None, 0, 0),
    ],
)
def test_what_a_subscriber_agreed_to_is_a_claim_and_nothing_any_more_is_a_stop(
    shop: Shop, bigcommerce: Api, send: Callable[..., Handled], scope: str, consents: Any, grounds: int, stops: int
) -> None:
    bigcommerce.holds["v3/customers/subscribers/9"] = {"data": {**SUBSCRIBER, "consents": consents}, "meta": {}}
    assert send(f"store/subscriber/{scope}", 9).status == 200
    facts = shop.known(ANA, topic="newsletter")
    assert (len(facts.grounds), len(facts.stops)) == (grounds, stops)
    assert all(ground.evidence == "asserted" for ground in facts.grounds)


def test_a_subscriber_who_is_gone_is_put_before_the_owner(shop: Shop, send: Callable[..., Handled]) -> None:
    assert send("store/subscriber/deleted", 9).said.startswith("kept aside")


@pytest.mark.parametrize("status", [302, 401, 429, 500])
def test_nothing_is_acknowledged_while_the_api_does_not_answer(
    bigcommerce: Api, send: Callable[..., Handled], status: int
) -> None:
    bigcommerce.status = status
    assert send("store/cart/updated", CART).status == 503
    bigcommerce.status = 200
    assert send("store/cart/updated", CART).status == 200


def test_a_cart_that_is_gone_has_nothing_left_to_say(send: Callable[..., Handled]) -> None:
    assert send("store/cart/updated", CART.replace("0", "1")).said.startswith("nothing to keep")


@pytest.mark.parametrize("number", ["../../customers", "1/../2", "http://127.0.0.1:9/", "", None, {"a": 1}, "1?x=2"])
def test_an_event_leads_nowhere_but_to_a_thing_by_its_id(
    bigcommerce: Api, send: Callable[..., Handled], number: Any
) -> None:
    assert send("store/cart/updated", number).status == 400
    assert bigcommerce.asked == []


def test_another_store_s_events_and_a_source_without_access_are_refused(send: Callable[..., Handled]) -> None:
    assert send("store/cart/updated", CART, producer="stores/another").status == 400
    assert send("store/cart/updated", CART, fetch=None).status == 503
