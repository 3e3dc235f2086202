from __future__ import annotations

import asyncio
from email import policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from dispatched import ANA, BEN, CARA, CARRIES, IDENTITY, NOW, ORDER, Watched, dispatch, filled, mail

from sayso.ledger import Ledger
from sayso.ledger.entries import MessageRefused, MessageSent
from sayso.ledger.standing import all_rulebooks
from sayso.sending.dispatch import Dispatch
from sayso.sending.outbox import Outbox
from sayso.sending.outgoing import Handed, Mail, Outcome, Outgoing, Stream
from sayso.settings import Gate, Settings


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return filled(tmp_path / "store")


def sent(ledger: Ledger, outgoing: Outgoing, way: Watched, **how: Any) -> Outcome:
    return asyncio.run(dispatch(ledger, way).send(outgoing, **how))


def bodies(ledger: Ledger, origin: str) -> list[Any]:
    return [entry.body for entry in ledger.entries_from(origin)]


def test_what_is_allowed_goes_once_and_is_recorded(ledger: Ledger) -> None:
    way = Watched()
    first, second = (sent(ledger, mail(ANA), way) for _ in range(2))
    assert (first.state, second.state, second.entry) == ("sent", "sent", first.entry)
    assert [to for to, _, _ in way.given] == [ANA]
    (body,) = bodies(ledger, "test:1")
    assert isinstance(body, MessageSent)
    assert (body.outcome, body.message_kind, body.with_consent, body.stream) == (
        "accepted", "abandoned_cart", True, "carts"
    )  # fmt: skip
    assert body.message_id == "<one@oak.example>"


@pytest.mark.parametrize(("who", "rule"), [(BEN, "au.spam-act.sch2-6"), (CARA, "au.spam-act.16-1")])
def test_what_is_not_allowed_never_reaches_a_transport_and_the_refusal_is_recorded(
    ledger: Ledger, who: Any, rule: str
) -> None:
    way = Watched()
    outcome = sent(ledger, mail(who), way)
    assert (outcome.state, outcome.code, way.given) == ("refused", 550, [])
    assert rule in outcome.said
    assert who.value not in outcome.said
    assert outcome.decision is not None
    assert outcome.decision.answer == "not_allowed"
    (body,) = bodies(ledger, "test:1")
    assert isinstance(body, MessageRefused)
    assert (body.rule, body.answer) == (rule, "not_allowed")


def test_what_a_message_lacks_is_added_before_it_leaves(ledger: Ledger) -> None:
    way = Watched()
    settings = Settings(gate=Gate(return_domain="back.oak.example"))
    asyncio.run(dispatch(ledger, way, settings).send(mail(ANA)))
    content = way.given[0][1]
    assert isinstance(content, Mail)
    assert b"List-Unsubscribe: <http://127.0.0.1:8001/u/" in content.raw
    assert b"<mailto:u-" in content.raw
    assert b"12 Mill Lane, Bendigo" in content.raw


def test_service_mail_of_a_service_stream_goes_to_who_stopped_marketing(ledger: Ledger) -> None:
    way = Watched()
    outcome = sent(ledger, mail(BEN, raw=ORDER, stream=Stream("orders", "orders", service=True)), way)
    assert (outcome.state, len(way.given)) == ("sent", 1), outcome
    undeclared = sent(ledger, mail(BEN, "test:2", raw=ORDER), way)
    assert (undeclared.state, len(way.given)) == ("refused", 1)


def test_a_label_makes_no_marketing_a_service_message(ledger: Ledger) -> None:
    way = Watched()
    facts = {**CARRIES, "message_kind": "transactional", "commercial_purpose": False}
    assert sent(ledger, mail(CARA, **facts), way).state == "refused"
    assert way.given == []


def test_what_the_next_hop_does_not_take_is_not_recorded_and_may_be_tried_again(ledger: Ledger) -> None:
    assert sent(ledger, mail(ANA), Watched(Handed("deferred", "4.3.0 busy", 451))).state == "deferred"
    assert sent(ledger, mail(ANA), Watched(Handed("rejected", "5.1.1 nobody", 550))).state == "rejected"
    assert bodies(ledger, "test:1") == []
    assert sent(ledger, mail(ANA), Watched()).state == "sent"


def test_an_unknown_outcome_is_recorded_and_tried_again_only_by_whoever_knows_of_it(ledger: Ledger) -> None:
    lost = Watched(Handed("unknown", "the connection was lost"))
    assert sent(ledger, mail(ANA), lost).state == "unknown"
    way = Watched()
    assert sent(ledger, mail(ANA), way).state == "unknown"
    assert way.given == []
    assert sent(ledger, mail(ANA), way, again=True).state == "sent"
    assert len(way.given) == 1
    assert [body.outcome for body in bodies(ledger, "test:1")] == ["unknown", "accepted"]


def test_a_dry_run_records_nothing_and_sends_nothing(ledger: Ledger) -> None:
    way = Watched()
    before = ledger.head().size
    judged = asyncio.run(dispatch(ledger, way).judge(mail(ANA)))
    assert judged.decision.answer == "allowed"
    assert (ledger.head().size, way.given) == (before, [])


def test_nothing_goes_while_no_answer_can_be_had(ledger: Ledger) -> None:
    way = Watched()
    ledger.path.write_bytes(b"no ledger at all" * 1000)
    ledger.path.with_name(ledger.path.name + "-wal").unlink(missing_ok=True)
    outcome = sent(ledger, mail(ANA), way)
    assert (outcome.state, outcome.code, way.given) == ("deferred", 451, [])


def test_mail_leaves_with_an_envelope_sender_that_names_its_record_and_nobody(ledger: Ledger) -> None:
    way = Watched()
    settings = Settings(gate=Gate(return_domain="back.oak.example"))
    outcome = asyncio.run(dispatch(ledger, way, settings).send(mail(ANA)))
    _, content, entry = way.given[0]
    assert isinstance(content, Mail)
    assert content.mail_from.startswith("b-")
    assert content.mail_from.endswith("@back.oak.example")
    assert "ana" not in content.mail_from
    assert entry == outcome.entry


def test_while_no_smart_host_is_set_up_mail_stands_whole_in_the_outbox(ledger: Ledger) -> None:
    way = Outbox(ledger.home)
    out = Dispatch(ledger, Settings(), IDENTITY, all_rulebooks(ledger.home), {"email": way}, lambda: NOW)
    outcome = asyncio.run(out.send(mail(ANA)))
    file = ledger.home / "outbox" / f"{outcome.entry}.eml"
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.read_bytes().startswith(b"Return-Path: <")
    assert [one.name for one in file.parent.iterdir()] == [file.name]


def with_file(kind: str, name: str) -> bytes:
    """The service message with a file attached."""
    header, _, text = ORDER.decode().partition("\r\n\r\n")
    message = EmailMessage(policy=policy.SMTP)
    for line in header.split("\r\n"):
        message[line.partition(": ")[0]] = line.partition(": ")[2]
    message.set_content(text)
    main, sub = kind.split("/")
    message.add_attachment(b"%PDF-1.7 not read", maintype=main, subtype=sub, filename=name)
    return message.as_bytes()


@pytest.mark.parametrize(
    ("kind", "name", "stream", "state"),
    [
        ("application/pdf", "invoice-1044.pdf", Stream("orders", "orders", service=True, pdf=True), "sent"),
        ("application/pdf", "Invoice.PDF", Stream("orders", "orders", service=True, pdf=True), "sent"),
        ("application/pdf", "invoice-1044.pdf", Stream("orders", "orders", service=True), "refused"),
        ("application/pdf", "invoice-1044.pdf", Stream("orders", "orders", pdf=True), "refused"),
        ("application/pdf", "spring-sale.pdf", Stream("orders", "orders", service=True, pdf=True), "refused"),
        ("application/pdf", "invoice.html", Stream("orders", "orders", service=True, pdf=True), "refused"),
        ("text/html", "invoice.pdf", Stream("orders", "orders", service=True, pdf=True), "refused"),
        ("application/octet-stream", "invoice.pdf", Stream("orders", "orders", service=True, pdf=True), "refused"),
    ],
)
def test_a_pdf_goes_with_service_mail_only_where_the_owner_answers_for_it(
    ledger: Ledger, kind: str, name: str, stream: Stream, state: str
) -> None:
    way = Watched()
    raw = with_file(kind, name)
    assert asyncio.run(dispatch(ledger, way).send(mail(BEN, raw=raw, stream=stream))).state == state
    assert len(way.given) == (state == "sent")
