"""What providers report: each sample for what it is, in any order, as often as it comes; and never unsigned."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from providers_of_mail import CERTIFICATE, Providers
from shop_post import ANA, BOB, NOW, Post

from sayso.capture.hooks import FetchError
from sayso.ledger import Address, Ledger
from sayso.sending.returns.events import PROVIDERS, Request, ses, source_of
from sayso.sending.returns.events.tokens import Tokens

REAL: dict[str, tuple[str, list[str]]] = {
    "ses/sns-bounce-permanent.json": ("jane@example.com", ["hard_bounce"]),
    "ses/sns-complaint.json": ("richard@example.com", ["complaint"]),
    "ses/sns-delivery.json": ("jane@example.com", []),
    "sendgrid/event-bounce.json": ("noreply@example.com", ["hard_bounce"]),
    "sendgrid/event-delivered.json": ("recipient@example.com", []),
    "sendgrid/event-dropped-unsubscribed.json": ("unsubscribe@example.com", ["unsubscribe"]),
    "mailgun/event-complained.json": ("recipient@example.com", ["complaint"]),
    "mailgun/event-delivered.json": ("recipient@example.com", []),
    "mailgun/event-failed-permanent.json": ("invalid@example.com", ["hard_bounce"]),
    "mailgun/event-unsubscribed.json": ("recipient@example.com", ["unsubscribe"]),
    "postmark/bounce.json": ("bounce@example.com", ["hard_bounce"]),
    "postmark/spam.json": ("spam@example.com", ["complaint"]),
    "postmark/unsubscribe.json": ("john@example.com", ["unsubscribe"]),
    "mailchimp/webhook-unsubscribe.form": ("subscriber@example.com", ["unsubscribe"]),
}
"""Sample -> whose mailbox, and the stops that hold for it afterwards."""


@pytest.fixture
def providers(ledger: Ledger) -> Providers:
    return Providers(ledger)


def loaded(samples: Path, name: str) -> Any:
    text = (samples / name).read_text()
    return text.strip() if name.endswith(".form") else json.loads(text)


@pytest.mark.parametrize("name", REAL)
def test_each_real_event_comes_to_the_stop_it_means(samples: Path, providers: Providers, post: Post, name: str) -> None:
    address, stops = REAL[name]
    handled = providers.sent(name.partition("/")[0], loaded(samples, name))
    assert handled.status == 200
    assert post.stops(Address("email", address)) == stops


def test_an_event_about_no_mailbox_is_kept_aside(samples: Path, providers: Providers, ledger: Ledger) -> None:
    handled = providers.sent("sendgrid", loaded(samples, "sendgrid/event-dropped-invalid.json"))
    assert (handled.status, handled.said) == (200, "kept aside: it names no mailbox")
    assert len(list((ledger.home / "aside" / "returns").iterdir())) == 1
    assert ledger.count()[0] == 0


def test_the_table_has_every_real_event(samples: Path) -> None:
    found = {
        f"{provider}/{path.name}" for provider in PROVIDERS for path in (samples / provider).iterdir()
        if provider != "mailchimp" or path.suffix == ".form"
    }  # fmt: skip
    assert found == {*REAL, "sendgrid/event-dropped-invalid.json"}


EVENTS: list[tuple[str, Any, list[str]]] = [
    ("ses", {"eventType": "Bounce", "bounce": {"bounceType": "Transient", "feedbackId": "f1", "bouncedRecipients": [
        {"emailAddress": ANA.value, "status": "4.2.2"}]}}, []),
    ("ses", {"eventType": "Bounce", "bounce": {"bounceType": "Permanent", "feedbackId": "f2", "bouncedRecipients": [
        {"emailAddress": ANA.value, "status": "5.7.1"}]}}, []),
    ("ses", {"eventType": "Bounce", "bounce": {"bounceType": "Permanent", "bounceSubType": "OnAccountSuppressionList",
        "bouncedRecipients": [{"emailAddress": ANA.value}]}}, ["hard_bounce"]),
    ("ses", {"eventType": "Complaint", "complaint": {"complainedRecipients": [{"emailAddress": ANA.value}],
        "complaintFeedbackType": "not-spam"}}, []),
    ("ses", {"eventType": "Subscription", "mail": {"destination": [ANA.value]}, "subscription": {
        "newTopicPreferences": {"unsubscribeAll": True}}}, ["unsubscribe"]),
    ("ses", {"eventType": "SomethingNew"}, []),
    ("sendgrid", [{"event": "spamreport", "email": ANA.value, "sg_event_id": "1", "timestamp": 1790000000}], ["complaint"]),
    ("sendgrid", [{"event": "group_unsubscribe", "email": ANA.value, "sg_event_id": "2", "asm_group_id": 7}], ["unsubscribe"]),
    ("sendgrid", [{"event": "bounce", "type": "blocked", "email": ANA.value, "sg_event_id": "3"}], []),
    ("sendgrid", [{"event": "group_resubscribe", "email": ANA.value, "sg_event_id": "4"}], []),
    ("sendgrid", [{"event": "dropped", "reason": "Spam Reporting Address", "email": ANA.value, "sg_event_id": "5"}], ["complaint"]),
    ("mailgun", {"event-data": {"event": "failed", "severity": "temporary", "recipient": ANA.value, "id": "a"}}, []),
    ("mailgun", {"event-data": {"event": "failed", "severity": "permanent", "reason": "suppress-unsubscribe", "id": "b",
        "recipient": ANA.value}}, ["unsubscribe"]),
    ("postmark", {"RecordType": "Bounce", "Type": "SoftBounce", "ID": 1, "Email": ANA.value}, []),
    ("postmark", {"RecordType": "Bounce", "Type": "Unsubscribe", "ID": 2, "Email": ANA.value}, ["unsubscribe"]),
    ("postmark", {"RecordType": "SubscriptionChange", "Recipient": ANA.value, "SuppressSending": False, "Origin": "Admin"}, []),
    ("mailchimp", f"type=cleaned&fired_at=2026-11-24+08:00:00&data[reason]=hard&data[email]={ANA.value}", ["hard_bounce"]),
    ("mailchimp", f"type=unsubscribe&data[reason]=abuse&data[email]={ANA.value}", ["complaint"]),
    ("mailchimp", f"type=subscribe&data[email]={ANA.value}", []),
]  # fmt: skip


@pytest.mark.parametrize(
    ("provider", "item", "stops"), EVENTS, ids=lambda value: None if isinstance(value, list) else str(value)[:50]
)
def test_every_kind_of_event_stops_what_it_means_and_no_more(
    providers: Providers, post: Post, provider: str, item: Any, stops: list[str]
) -> None:
    assert providers.sent(provider, item).status == 200
    assert post.stops() == stops


def test_a_complaint_that_lists_everyone_at_a_provider_stops_them_all(providers: Providers, post: Post) -> None:
    listed = [{"emailAddress": ANA.value}, {"emailAddress": BOB.value}]
    providers.sent("ses", {"notificationType": "Complaint", "complaint": {"complainedRecipients": listed}})
    assert (post.stops(ANA), post.stops(BOB)) == (["complaint"], ["complaint"])


def test_coming_back_at_a_provider_lifts_no_stop_and_is_no_consent(
    providers: Providers, post: Post, ledger: Ledger
) -> None:
    yesterday = int((NOW - timedelta(days=1)).timestamp())
    providers.sent("sendgrid", [
        {"event": "unsubscribe", "email": ANA.value, "sg_event_id": "1", "timestamp": yesterday},
        {"event": "group_resubscribe", "email": ANA.value, "sg_event_id": "2", "timestamp": int(NOW.timestamp())},
    ])  # fmt: skip
    facts = ledger.facts_for(ANA, channel="email", topic="abandoned_cart", at=NOW)
    assert [stop.kind for stop in facts.stops] == ["unsubscribe"]
    assert [ground.evidence for ground in facts.grounds] == ["asserted"]
    assert sorted(post.bodies()) == ["consent_given", "consent_withdrawn"]


def test_a_change_of_address_takes_the_stops_along_and_no_consent(
    providers: Providers, post: Post, ledger: Ledger
) -> None:
    providers.sent("mailchimp", f"type=unsubscribe&data[email]={ANA.value}")
    providers.sent("mailchimp", f"type=upemail&data[new_email]={BOB.value}&data[old_email]={ANA.value}")
    assert post.stops(BOB) == ["unsubscribe"]
    assert ledger.facts_for(BOB, channel="email", topic="abandoned_cart", at=NOW).grounds == []


def _forged(providers: Providers) -> list[tuple[str, Request]]:
    """A stop for Ana in each provider's form, each with something wrong with its proof."""
    complaint = {"notificationType": "Complaint", "complaint": {"complainedRecipients": [{"emailAddress": ANA.value}]}}
    ses, spam = providers.ses(complaint), [{"event": "spamreport", "email": ANA.value, "sg_event_id": "1"}]
    sendgrid = providers.sendgrid(spam)
    gun = {"event-data": {"event": "complained", "recipient": ANA.value, "id": "1"}}
    envelope = json.loads(ses.body)
    return [
        ("ses", Request(ses.body.replace(b"mail.example", b"mall.example"))),
        ("ses", Request(json.dumps({**envelope, "Signature": ""}).encode())),
        ("ses", Request(json.dumps({**envelope, "SignatureVersion": "3"}).encode())),
        ("ses", Request(json.dumps({**envelope, "TopicArn": "arn:aws:sns:us-east-1:666:theirs"}).encode())),
        ("ses", providers.ses(complaint, TopicArn="arn:aws:sns:us-east-1:666:theirs")),
        ("sendgrid", Request(sendgrid.body)),
        ("sendgrid", Request(sendgrid.body + b" ", sendgrid.headers)),
        ("mailgun", Request(json.dumps(gun).encode())),
        ("mailgun", Request(providers.mailgun(gun).body.replace(b'"token": "token', b'"token": "Token'))),
        ("mailgun", providers.mailgun(gun, at=NOW - timedelta(hours=13))),
        ("postmark", Request(json.dumps({"RecordType": "SpamComplaint", "Email": ANA.value}).encode())),
        ("postmark", Request(b"{}", {"authorization": "Basic !!!"})),
        ("mailchimp", Request(f"type=unsubscribe&data[email]={ANA.value}".encode(), secret="guessed")),
        ("mailchimp", Request(f"type=unsubscribe&data[email]={ANA.value}".encode())),
    ]  # fmt: skip


def test_what_is_not_proved_is_refused_and_stops_nobody(providers: Providers, post: Post, ledger: Ledger) -> None:
    answers = [providers.post(provider, request).status for provider, request in _forged(providers)]
    assert answers == [401] * len(answers)
    assert (post.stops(), ledger.count()) == ([], (0, 0))
    assert set(providers.fetched) <= {CERTIFICATE}, "nothing else is fetched for who proves nothing"


def test_with_nothing_set_everything_is_refused(ledger: Ledger) -> None:
    unset = Providers(ledger)
    unset.sources = {}
    assert {unset.post(name, Request(b"{}")).status for name in PROVIDERS} == {401}
    assert unset.post("nobody", Request(b"{}")).status == 404


@pytest.mark.parametrize("address", [
    "https://sns.us-east-1.amazonaws.com.evil.example/SimpleNotificationService-0.pem",
    "https://evil.example/SimpleNotificationService-0.pem",
    "http://sns.us-east-1.amazonaws.com/SimpleNotificationService-0.pem",
    "https://sns.us-east-1.amazonaws.com@evil.example/SimpleNotificationService-0.pem",
    "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-0.pem?x",
    "https://sns.evil.example#.amazonaws.com/SimpleNotificationService-0.pem",
    "https://s3.amazonaws.com/SimpleNotificationService-0.pem",
    "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-0.pem\n",
])  # fmt: skip
def test_a_certificate_comes_from_sns_alone(providers: Providers, address: str) -> None:
    envelope = json.loads(providers.ses({"notificationType": "Delivery"}).body) | {"SigningCertURL": address}
    assert providers.post("ses", Request(json.dumps(envelope).encode())).status == 401
    assert providers.fetched == []


def test_nobody_makes_us_fetch_certificates_without_end(providers: Providers) -> None:
    envelope = json.loads(providers.ses({"notificationType": "Delivery"}).body)
    for number in range(50):
        url = CERTIFICATE.replace("0123456789abcdef", f"{number:016x}")
        assert providers.post("ses", Request(json.dumps(envelope | {"SigningCertURL": url}).encode())).status == 503
    assert len(providers.fetched) == 10


def test_both_versions_of_the_signature_of_sns_count(providers: Providers) -> None:
    for version in ("1", "2"):
        assert providers.post("ses", providers.ses({"notificationType": "Delivery"}, version)).status == 200
    assert providers.fetched == [CERTIFICATE]


def test_a_subscription_is_confirmed_for_a_topic_of_ours_alone(providers: Providers) -> None:
    url = "https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=x&Token=y"
    envelope = {
        "Type": "SubscriptionConfirmation",
        "MessageId": "m",
        "Token": "y",
        "Message": "You have chosen",
        "SubscribeURL": url,
    }
    assert providers.post("ses", providers.ses(envelope, TopicArn="arn:aws:sns:us-east-1:666:theirs")).status == 401
    assert providers.fetched == []
    assert providers.post("ses", providers.ses({**envelope, "SubscribeURL": "https://evil.example/"})).status == 400
    assert providers.post("ses", providers.ses(envelope)).status == 200
    assert providers.fetched == [CERTIFICATE, url]


def test_a_token_of_mailgun_holds_for_one_event(providers: Providers, post: Post) -> None:
    def left(who: str, at: str = "1") -> dict[str, Any]:
        return {"event-data": {"event": "unsubscribed", "recipient": who, "id": at}}

    first = providers.mailgun(left(ANA.value), token="t" * 50)
    assert [providers.post("mailgun", first).status for _ in range(2)] == [200, 200]
    assert providers.post("mailgun", providers.mailgun(left(BOB.value), token="t" * 50)).status == 401
    assert (post.stops(ANA), post.stops(BOB)) == (["unsubscribe"], [])


def test_a_token_of_mailgun_is_remembered_by_the_next_process_and_for_no_longer_than_it_could_be_used(
    tmp_path: Path,
) -> None:
    first, beside = (Tokens(tmp_path / "tokens", timedelta(hours=12)) for _ in range(2))
    signed = int(NOW.timestamp())
    assert first.first("t" * 50, "a", signed, NOW)
    assert beside.first("t" * 50, "a", signed, NOW)
    assert not beside.first("t" * 50, "b", signed, NOW), "another process that runs beside it"
    after = Tokens(tmp_path / "tokens", timedelta(hours=12))
    assert not after.first("t" * 50, "b", signed, NOW)
    assert after.first("u" * 50, "c", signed, NOW)
    assert not first.first("u" * 50, "d", signed, NOW)
    assert (tmp_path / "tokens").stat().st_mode & 0o777 == 0o600
    later = NOW + timedelta(days=2)
    (tmp_path / "tokens").write_bytes((tmp_path / "tokens").read_bytes() * 200_000)
    again = Tokens(tmp_path / "tokens", timedelta(hours=12))
    assert again.first("v" * 50, "e", int(later.timestamp()), later)
    assert (tmp_path / "tokens").read_text().count("\n") == 1


def test_mailguns_tokens_lie_beside_the_store(providers: Providers, ledger: Ledger, post: Post) -> None:
    trust = msgspec.structs.replace(providers.trust, home=ledger.home)

    def left(who: str) -> Request:
        return providers.mailgun({"event-data": {"event": "unsubscribed", "recipient": who, "id": "1"}}, token="t" * 50)

    for who, status in ((ANA.value, 200), (BOB.value, 401)):
        providers.sources["mailgun"] = source_of("mailgun", trust)  # a new process
        assert providers.post("mailgun", left(who)).status == status
    assert post.stops(BOB) == []


def test_a_certificate_that_is_long_in_coming_keeps_no_known_one_waiting(
    providers: Providers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ses, "PATIENCE_SECONDS", 0.1)
    slow, coming = threading.Event(), threading.Event()
    served = providers.trust.get
    assert served is not None

    def get(url: str) -> str:
        if url != CERTIFICATE:
            coming.set()
            slow.wait(20)
        return served(url)

    source = ses.Ses(msgspec.structs.replace(providers.trust, get=get))
    item = {"notificationType": "Delivery"}
    other = CERTIFICATE.replace("0123", "9999")

    def unknown() -> None:
        with suppress(FetchError):
            source.verify(providers.ses(item, SigningCertURL=other), NOW)

    source.verify(providers.ses(item), NOW)
    waiting = threading.Thread(target=unknown)
    waiting.start()
    assert coming.wait(10)
    began = time.monotonic()
    source.verify(providers.ses(item), NOW)
    assert time.monotonic() - began < 1
    with pytest.raises(FetchError):
        source.verify(providers.ses(item, SigningCertURL=other), NOW)
    slow.set()
    waiting.join()


_STREAM: list[tuple[str, Any]] = [
    ("sendgrid", [{"event": "unsubscribe", "email": ANA.value, "sg_event_id": "1", "timestamp": 1790000000}]),
    ("sendgrid", [{"event": "group_resubscribe", "email": ANA.value, "sg_event_id": "2", "timestamp": 1790000100}]),
    ("sendgrid", [{"event": "bounce", "type": "blocked", "email": BOB.value, "sg_event_id": "3", "timestamp": 1790000200}]),
    ("mailgun", {"event-data": {"event": "complained", "recipient": BOB.value, "id": "4", "timestamp": 1790000300.5}}),
    ("postmark", {"RecordType": "Bounce", "Type": "HardBounce", "ID": 5, "Email": ANA.value, "BouncedAt": "2026-11-01T00:00:00Z"}),
    ("postmark", {"RecordType": "SubscriptionChange", "Recipient": BOB.value, "SuppressSending": False, "Origin": "Admin"}),
    ("mailchimp", f"type=unsubscribe&fired_at=2026-11-02+00:00:00&data[email]={BOB.value}"),
    ("ses", {"notificationType": "Complaint", "complaint": {"feedbackId": "f", "timestamp": "2026-11-03T00:00:00Z",
        "complainedRecipients": [{"emailAddress": ANA.value}]}}),
]  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations([*range(len(_STREAM)), 0, 3, 7, 4]))
def test_any_order_and_repetition_ends_in_the_same_stops(
    tmp_path_factory: pytest.TempPathFactory, order: list[int]
) -> None:
    with Ledger.init(tmp_path_factory.mktemp("store") / "s", clock=lambda: NOW) as ledger:
        providers, post = Providers(ledger), Post(ledger)
        for number in order:
            assert providers.sent(*_STREAM[number]).status == 200
        assert post.stops(ANA) == ["complaint", "hard_bounce", "unsubscribe"]
        assert post.stops(BOB) == ["complaint", "unsubscribe"]
        assert sorted(post.bodies(ANA)) == [
            "bounce_received",
            "complaint_received",
            "consent_given",
            "consent_withdrawn",
        ]
        assert sorted(post.bodies(BOB)) == ["bounce_received", "complaint_received", "consent_withdrawn"]


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(
        ["event", "event-data", "email", "recipient", "RecordType", "Email", "bounce", "complaint", "bouncedRecipients",
         "complainedRecipients", "emailAddress", "notificationType", "subscription", "mail", "destination", "timestamp"]
    ), inner, max_size=6), max_leaves=20,
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(item=_JSON)
def test_no_shape_of_a_signed_event_crashes_or_permits(providers: Providers, ledger: Ledger, item: Any) -> None:
    sent: list[Callable[[], Request]] = [
        lambda: providers.sendgrid(item), lambda: providers.ses({"Type": "Notification", "Message": json.dumps(item)}),
        lambda: providers.mailgun({"event-data": item}), lambda: providers.postmark(item),
    ]  # fmt: skip
    for provider, request in zip(("sendgrid", "ses", "mailgun", "postmark"), sent, strict=True):
        assert providers.post(provider, request()).status in (200, 400)
    for person in ledger.iter_people():
        assert all(ground.evidence == "asserted" for ground in person.facts("email", "abandoned_cart").grounds)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=300), value=st.text(st.characters(codec="latin-1"), max_size=60))
def test_no_bytes_that_are_unsigned_are_believed(providers: Providers, ledger: Ledger, body: bytes, value: str) -> None:
    names = ("authorization", "x-twilio-email-event-webhook-signature", "x-twilio-email-event-webhook-timestamp")
    for provider in PROVIDERS:
        assert providers.post(provider, Request(body, dict.fromkeys(names, value), value)).status in (400, 401)
    assert ledger.count() == (0, 0)
