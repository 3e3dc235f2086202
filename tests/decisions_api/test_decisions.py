"""The gate as a question: what is allowed is given back completed and on record, what is not goes nowhere."""

from __future__ import annotations

import base64
import logging
from typing import Any

import httpx
import msgspec
import pytest

from sayso.ledger import Ledger
from sayso.ledger.entries import Address, ConsentWithdrawn, Entry, MessageRefused, MessageSent
from sayso.sending import dispatch
from sayso.sending.decisions import Decisions, Draft, Question
from sayso.sending.outgoing import Stream

ANA, BEN, CARA = "ana@people.example", "ben@people.example", "cara@people.example"
DRAFT = {
    "sender": "Oak & Iron <shop@oak.example>",
    "subject": "Your basket is waiting",
    "text": "You left a walnut stool in your basket. Come back and buy it:\nhttps://oak.example/basket\n",
    "html": '<p>You left a walnut stool in your basket. <a href="https://oak.example/basket">Come back and buy it</a></p>',
}


def post(caller: httpx.Client, questions: list[dict[str, Any]], **more: Any) -> list[dict[str, Any]]:
    answered = caller.post("/v1/decisions", json={"questions": questions, **more})
    assert answered.status_code == 200, answered.text
    replies: list[dict[str, Any]] = answered.json()["replies"]
    return replies


def sent(ledger: Ledger) -> list[Entry]:
    return [entry for entry in ledger.entries_from("given:") if isinstance(entry.body, MessageSent)]


def test_without_a_message_the_answer_says_what_one_must_carry(caller: httpx.Client, ledger: Ledger) -> None:
    ana, cara = post(caller, [{"to": ANA}, {"to": CARA}])
    assert ana["answer"] == "allowed"
    assert any("unsubscribe" in one["do"] for one in ana["obligations"])
    assert cara["answer"] == "not_allowed"
    assert cara["remedies"]
    assert sent(ledger) == []


def test_what_is_allowed_is_recorded_and_given_back_completed(caller: httpx.Client, ledger: Ledger) -> None:
    (reply,) = post(caller, [{"to": ANA, "id": "1", "message": DRAFT}], send=True)
    assert (reply["state"], reply["answer"]) == ("given", "allowed")
    message = reply["message"]
    link = message["headers"]["List-Unsubscribe"]
    assert link.startswith("<https://mail.oak.example/u/")
    assert message["headers"]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "https://mail.oak.example/u/" in message["html"]
    assert "https://mail.oak.example/u/" in message["text"]
    assert "12 Mill Lane" in message["text"]
    (entry,) = sent(ledger)
    assert isinstance(entry.body, MessageSent)
    assert (entry.id, entry.body.outcome, entry.body.stream) == (reply["entry"], "unknown", "carts")


def test_what_was_given_under_an_id_is_not_given_again(caller: httpx.Client, ledger: Ledger) -> None:
    question = {"to": ANA, "id": "1", "message": DRAFT}
    first = post(caller, [question], send=True)[0]
    again = post(caller, [question], send=True)[0]
    assert (again["state"], again["entry"], again.get("message")) == ("given_before", first["entry"], None)
    assert len(sent(ledger)) == 1


def test_the_same_question_twice_in_one_request_is_given_once(caller: httpx.Client, ledger: Ledger) -> None:
    question = {"to": ANA, "id": "1", "message": DRAFT}
    states = sorted(one["state"] for one in post(caller, [question, question], send=True))
    assert states == ["given", "given_before"]
    assert len(sent(ledger)) == 1


def test_whoever_stopped_gets_nothing_and_the_refusal_is_on_record(caller: httpx.Client, ledger: Ledger) -> None:
    (reply,) = post(caller, [{"to": BEN, "id": "7", "message": DRAFT}], send=True)
    assert (reply["state"], reply["answer"], reply.get("message")) == ("refused", "not_allowed", None)
    assert reply["rule"]
    refused = [entry for entry in ledger.entries_from("given:") if isinstance(entry.body, MessageRefused)]
    assert [entry.id for entry in refused] == [reply["entry"]]


def test_a_stop_between_two_questions_is_heard(caller: httpx.Client, ledger: Ledger) -> None:
    assert post(caller, [{"to": ANA, "message": DRAFT}])[0]["answer"] == "allowed"
    stop = ConsentWithdrawn(scope="everything")
    at = ledger.entries_from("ana:agreed")[0].happened_at
    ledger.append([Entry(body=stop, happened_at=at, origin="t:s", actor="person", addresses=[Address("email", ANA)])])
    assert post(caller, [{"to": ANA, "message": DRAFT}])[0]["answer"] == "not_allowed"


def test_asking_records_nothing(asker: httpx.Client, unchanged: Ledger) -> None:
    before = unchanged.count()
    replies = post(asker, [{"to": who, "message": DRAFT} for who in (ANA, BEN, CARA)])
    assert [one["state"] for one in replies] == ["asked"] * 3
    assert unchanged.count() == before


def test_a_whole_message_comes_back_whole(asker: httpx.Client) -> None:
    raw = (
        b"From: Oak & Iron <shop@oak.example>\r\nTo: ana@people.example\r\nSubject: Your basket is waiting\r\n\r\n"
        b"You left a walnut stool in your basket. Come back and buy it:\r\nhttps://oak.example/basket\r\n"
    )
    (reply,) = post(asker, [{"to": ANA, "message": {"raw": base64.b64encode(raw).decode()}}])
    completed = base64.b64decode(reply["message"]["raw"])
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in completed


@pytest.mark.parametrize("name", ["orders", "carts"])
def test_marketing_is_marketing_whatever_stream_asks(asker: httpx.Client, name: str) -> None:
    answered = asker.post(
        "/v1/decisions",
        json={"questions": [{"to": CARA, "message": DRAFT}]},
        auth=(name, "walnut stool"),
    )
    assert answered.json()["replies"][0]["answer"] == "not_allowed"


def test_a_stream_may_not_write_from_a_domain_that_is_not_its_own(caller: httpx.Client, ledger: Ledger) -> None:
    draft = {**DRAFT, "sender": "Bank <service@bank.example>"}
    (reply,) = post(caller, [{"to": ANA, "id": "1", "message": draft}], send=True)
    assert reply["state"] == "unreadable"
    assert "from_domains" in reply["because"]
    assert sent(ledger) == []


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ({"to": "nobody"}, "@-sign"),
        ({"to": ANA, "message": {"body": "Hi"}}, "texts"),
        ({"to": ANA, "message": {"text": "Hi"}}, "sender"),
        ({"to": ANA, "message": {**DRAFT, "subject": "Hi\nBcc: x@x.example"}}, "line"),
        ({"to": ANA, "message": {**DRAFT, "headers": {"X": "y"}}}, "headers"),
        ({"to": "+61491570156", "channel": "sms", "message": DRAFT}, "body"),
    ],
)
def test_what_cannot_be_read_says_what_to_write(asker: httpx.Client, question: dict[str, Any], said: str) -> None:
    bad, good = post(asker, [question, {"to": ANA}])
    assert bad["state"] == "unreadable"
    assert said in bad["because"]
    assert good["answer"] == "allowed"


@pytest.mark.parametrize(
    ("auth", "status"), [(("carts", "wrong"), 401), (("nobody", "walnut stool"), 401), (("", ""), 401)]
)
def test_nobody_asks_without_the_password(asker: httpx.Client, auth: tuple[str, str], status: int) -> None:
    answered = asker.post("/v1/decisions", json={"questions": [{"to": ANA}]}, auth=auth)
    assert answered.status_code == status
    assert "allowed" not in answered.text


def test_other_hosts_methods_paths_and_sizes_are_refused(asker: httpx.Client) -> None:
    asked = {"questions": [{"to": ANA}]}
    assert asker.post("/v1/decisions", json=asked, headers={"Host": "evil.example"}).status_code == 421
    assert asker.get("/v1/decisions").status_code == 405
    assert asker.post("/v1/other", json=asked).status_code == 404
    assert asker.post("/v1/decisions", json={"questions": [{"to": ANA}] * 1001}).status_code == 400
    assert asker.post("/v1/decisions", json={"questions": []}).status_code == 400
    assert asker.post("/v1/decisions", content=b"{" * 100).status_code == 400
    assert asker.post("/v1/decisions", content=b"x" * 33_000_000).status_code == 413


def test_a_thousand_questions_are_answered_in_order(asker: httpx.Client) -> None:
    people = [ANA, BEN, CARA, "who@people.example"]
    replies = post(asker, [{"to": people[number % 4], "id": str(number)} for number in range(1000)])
    assert [one["id"] for one in replies] == [str(number) for number in range(1000)]
    assert {one["answer"] for one in replies[::4]} == {"allowed"}
    assert {one["answer"] for one in replies[1::4]} == {"not_allowed"}


def test_answers_and_logs_hold_no_address(asker: httpx.Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, "sayso"):
        answered = asker.post("/v1/decisions", json={"questions": [{"to": who} for who in (ANA, BEN, "x@")]})
    assert "people.example" not in answered.text
    assert "people.example" not in caplog.text


def test_the_same_as_a_python_call(decisions: Decisions) -> None:
    carts = Stream("carts", "abandoned_cart")
    draft = msgspec.convert(DRAFT, Draft)
    given, refused = decisions.ask(
        carts, [Question(to=ANA, id="a", message=draft), Question(to=BEN, id="b", message=draft)], send=True
    )
    assert (given.state, refused.state) == ("given", "refused")
    assert given.message is not None
    assert "List-Unsubscribe" in given.message.headers


def test_a_question_that_cannot_be_read_spoils_no_other(asker: httpx.Client) -> None:
    questions: list[dict[str, Any]] = [
        {"to": ANA}, {"to": ANA, "id": "2", "chanel": "email"}, {"to": BEN}, {"id": "4"},
        {"to": ANA, "id": "5", "message": {"subjekt": "Hello"}},
    ]  # fmt: skip
    replies = post(asker, questions)
    assert [one["state"] for one in replies] == ["asked", "unreadable", "asked", "unreadable", "unreadable"]
    assert [one.get("id", "") for one in replies] == ["", "2", "", "4", "5"]
    assert "`chanel`; did you mean `channel`?" in replies[1]["because"].replace(" - at `$`", "")
    assert "did you mean `subject`?" in replies[4]["because"]


def test_a_question_that_breaks_something_spoils_no_other(
    decisions: Decisions, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    judged = dispatch.facts_of_message

    def breaking(found: Any, configured: Any, stream: Stream) -> dict[str, Any]:
        if stream.name == "carts" and found.get("message_kind") == "transactional":
            raise ValueError("a bug that this message met")
        return judged(found, configured, stream)

    monkeypatch.setattr(dispatch, "facts_of_message", breaking)
    text = "Your order has been shipped.\n\nOrder number: 1044\n"
    questions = [
        Question(to=ANA, id="1", message=Draft(**DRAFT)),
        Question(to=ANA, id="2", message=Draft(sender=DRAFT["sender"], subject="Your order 1044", text=text)),
    ]
    for send in (False, True):
        replies = decisions.ask(Stream("carts", "abandoned_cart"), questions, send=send)
        assert [reply.state for reply in replies] == ["given" if send else "asked", "undecided"]
    assert len(sent(ledger)) == 1
