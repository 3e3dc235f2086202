"""The pages say what the rules say, to this machine alone, and change nothing."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import pytest
from litestar.testing import TestClient

from sayso.ledger import Ledger
from sayso.reports.answers import Answers
from sayso.web.desk import SHOWN

Client = TestClient[Any]
LINK = re.compile(r'href="(/[^"]*)"')


def person_links(page: str) -> list[str]:
    return [link.replace("&amp;", "&") for link in LINK.findall(page) if re.match(r"/people/[^/?]+/", link)]


def test_the_front_page_counts_what_the_rules_answer(client: Client, shop: Ledger) -> None:
    overview = Answers(shop).overview(topic="newsletter", channels=SHOWN)
    page = client.get("/", params={"topic": "newsletter"}).text
    allowed = overview.counts("email")["allowed"]
    assert f"<strong>{allowed}</strong> may be emailed" in page
    first = next(reason for reason in overview.reasons("email") if reason.answer != "allowed")
    assert first.because in page.replace("&#39;", "'")
    assert first.cite in page.replace("&#39;", "'")


def test_the_picture_is_drawn_with_every_channel(client: Client) -> None:
    answer = client.get("/overview.svg")
    assert answer.headers["content-type"].startswith("image/svg+xml")
    assert all(word in answer.text for word in ("email", "letter", "not allowed", "no address"))


def test_the_table_filters_by_answer_and_rule_and_counts_add_up(client: Client) -> None:
    found = Counter[str]()
    for answer in ("allowed", "depends", "not_covered", "not_allowed"):
        page = client.get("/people", params={"channel": "email", "answer": answer}).text
        found[answer] = int(re.search(r"([\d,]+) answers", page)[1].replace(",", ""))  # type: ignore[index]
    everyone = client.get("/people", params={"channel": "email"}).text
    assert f"{found.total()} answers" in everyone
    assert found["allowed"]
    assert found["not_allowed"]
    empty = client.get("/people", params={"channel": "email", "rule": "no.such.rule"}).text
    assert "Nobody fits" in empty


def test_every_answer_page_shows_evidence_law_and_what_would_help(client: Client) -> None:
    for answer, words in (("allowed", "The message must"), ("not_allowed", "What would make it lawful")):
        table = client.get("/people", params={"channel": "email", "answer": answer}).text
        page = client.get(person_links(table)[0])
        assert page.status_code == 200
        for expected in (words, "The evidence, in time order", "The law, unfolding", "Your own rules"):
            assert expected in page.text


def test_an_earlier_day_is_answered_with_what_was_known_then(client: Client) -> None:
    table = client.get("/people", params={"channel": "email", "answer": "allowed"}).text
    link = person_links(table)[0].split("?")[0]
    assert "Nothing is on record as of that day" in client.get(link, params={"at": "2001-01-01"}).text


def test_every_link_of_the_pages_leads_somewhere(client: Client) -> None:
    seen: set[str] = set()
    for start in ("/", "/people", "/law"):
        for link in LINK.findall(client.get(start).text):
            seen.add(link.replace("&amp;", "&"))
    assert len(seen) > 30
    for link in sorted(seen):
        assert client.get(link).status_code == 200, link


def test_no_page_holds_a_whole_address_and_no_link_any_part_of_one(client: Client, shop: Ledger) -> None:
    people = list(shop.iter_people())[:25]
    known = {address.value for person in people for e in shop.entries_about(person.id) for address in e.addresses}
    pages = [client.get("/people").text]
    pages += [client.get(f"/people/{person.id}/email").text for person in people]
    for page in pages:
        assert not any(address in page for address in known)
        assert not any("@" in link or "%40" in link for link in LINK.findall(page))


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8000", "127.0.0.1:9999", "127.0.0.1.evil.example:8000"])
def test_a_request_for_another_host_is_refused(client: Client, host: str) -> None:
    answer = client.get("/", headers={"host": host})
    assert answer.status_code == 400
    assert "people on record" not in answer.text


@pytest.mark.parametrize("path", ["/", "/people", "/law", "/static/sayso.css", "/nowhere", "/people?page=0"])
def test_every_answer_carries_the_headers_that_keep_it_in(client: Client, path: str) -> None:
    headers = client.get(path).headers
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"
    assert "set-cookie" not in headers


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_nothing_can_be_changed_here(client: Client, method: str) -> None:
    assert client.request(method, "/people").status_code == 405


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/people/nobody/email", 404),
        ("/people/nobody/pigeon", 404),
        ("/law/no.such.law", 404),
        ("/?topic=<script>", 400),
        ("/?at=yesterday", 400),
        ("/people?page=x", 400),
        ("/law/..%2f..%2fetc%2fpasswd", 404),
    ],
)
def test_what_cannot_be_asked_is_answered_kindly_and_without_details(client: Client, path: str, status: int) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert "Traceback" not in answer.text
    assert "<script>" not in answer.text


def test_looking_changes_nothing(client: Client, shop: Ledger) -> None:
    before = shop.head()
    for path in ("/", "/people", "/law", "/overview.svg"):
        client.get(path)
    assert shop.head() == before
    assert shop.verify() == []


def test_every_rulebook_has_a_page_with_its_blocks(client: Client) -> None:
    from sayso.law import rulebooks

    for name, instrument in rulebooks().instruments.items():
        page = client.get(f"/law/{name}")
        assert page.status_code == 200
        assert instrument.title in page.text.replace("&#39;", "'").replace("&amp;", "&")
        assert "as the machine reads it" in page.text
