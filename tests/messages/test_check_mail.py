"""What an email's header and its way to stop are found to be, one difference at a time."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from completing import FROM, OWN, SHOP, WAYS, completed

from sayso import ask
from sayso.messages.check import check_mail
from sayso.messages.check_law import facts_under
from sayso.notices.errors import UnreadablePageError

BODY = b"\r\nNew books for spring are here.\r\n"
DATED = b"Date: Thu, 26 Nov 2026 09:00:00 +1100\r\nMessage-ID: <1@harbour.example>\r\n"


def facts(raw: bytes, **more: Any) -> dict[str, Any]:
    return check_mail(raw, SHOP, own=OWN, **more).facts


def said(raw: bytes, matter: str, **more: Any) -> list[tuple[str, str]]:
    checked = check_mail(raw, SHOP, own=OWN, **more)
    return [(one.state, one.said) for one in checked.carried if one.matter == matter]


@pytest.mark.parametrize(
    ("head", "accurate"),
    [
        (b"From: hello@harbour.example\r\n", True),
        (b"From: Harbour <news@mail.harbour.example>\r\n", True),
        (b"From: hello@notharbour.example\r\n", False),
        (b'From: "support@bank.example" <hello@harbour.example>\r\n', False),
        (b"From: hello@harbour.example\r\nFrom: b@harbour.example\r\n", False),
        (b"From: hello@harbour.example, ceo@bank.example\r\n", False),
        (b"From: nobody\r\nSubject: x\r\nSubject: y\r\n", False),
        (b"", False),
        (b"From: hello@harbour.example\r\nDate: tomorrow\r\n", False),
        (b"From: hello@harbour.example\r\nSubject: =?utf-8?q?Sale=0D=0ABcc=3A_eve=40bank=2Eexample?=\r\n", False),
    ],
)
def test_a_header_is_accurate_where_it_names_the_sender_once_and_nothing_is_smuggled_in(
    head: bytes, accurate: bool
) -> None:
    assert facts(head + BODY)["header_accurate"] is accurate


@pytest.mark.parametrize(
    ("subject", "accurate"),
    [
        (b"New books for spring", True),
        (b"Re: our talk", False),
        (b"AW: Termin", False),
        (b"Fwd: spring books", False),
        (b"Your invoice 4711", False),
        (b"Something else entirely", None),
        (b"Re: spring books\r\nIn-Reply-To: <2@customer.example>", True),
    ],
)
def test_a_subject_is_accurate_where_the_body_bears_it_out(subject: bytes, accurate: bool | None) -> None:
    assert facts(FROM + b"Subject: " + subject + b"\r\n" + BODY).get("subject_accurate") is accurate


@pytest.mark.parametrize(
    ("header", "state"),
    [
        (b"<https://a.example/1>, <mailto:u@a.example>", "present"),
        (b"<mailto:u@a.example>", "wrong"),
        (b"<http://a.example/1>, <mailto:u@a.example>", "wrong"),
        (b"<https://a.example/1>", "wrong"),
        (b"<https://a.example/1>, <https://a.example/2>, <mailto:u@a.example>", "wrong"),
        (b"https://a.example/1", "wrong"),
        (b"<https:///1>, <mailto:u@a.example>", "wrong"),
        (b"=?utf-8?q?=3Chttps=3A//a=2Eexample/1=3E?=", "wrong"),
        (b"<https://a.example/1>, <mailto:u@a.example>\r\nList-Unsubscribe: <https://b.example>", "wrong"),
    ],
)
def test_list_unsubscribe_is_judged_exactly(header: bytes, state: str) -> None:
    raw = FROM + b"List-Unsubscribe: " + header + b"\r\n" + BODY
    assert said(raw, "list-unsubscribe")[0][0] == state


@pytest.mark.parametrize(
    ("post", "state"),
    [
        (b"List-Unsubscribe=One-Click", "present"),
        (b"list-unsubscribe=one-click", "wrong"),
        (b"List-Unsubscribe=One-Click; x", "wrong"),
        (b"List-Unsubscribe=One-Click\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click", "wrong"),
    ],
)
def test_one_click_is_verbatim(post: bytes, state: str) -> None:
    uris = b"List-Unsubscribe: <https://a.example/1>, <mailto:u@a.example>\r\n"
    assert said(FROM + uris + b"List-Unsubscribe-Post: " + post + b"\r\n" + BODY, "one-click")[0][0] == state


@pytest.mark.parametrize(("covered", "state"), [(b"from:list-unsubscribe", "missing"), (b"From : List-Unsubscribe:\r\n List-Unsubscribe-Post", "present")])  # fmt: skip
def test_a_signature_must_name_both_fields(covered: bytes, state: str) -> None:
    raw = FROM + b"DKIM-Signature: v=1; a=rsa-sha256; d=harbour.example;\r\n h=" + covered + b"; b=AAAA\r\n"
    raw += b"List-Unsubscribe: <https://a.example/1>, <mailto:u@a.example>\r\n"
    raw += b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" + BODY
    assert said(raw, "one-click-signed")[0][0] == state


def html(body: str) -> bytes:
    return FROM + f"Subject: x\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{body}".encode()


@pytest.mark.parametrize(
    ("body", "route"),
    [
        ('<p><a href="https://a.example/x">Unsubscribe</a></p>', "link"),
        ('<p>To stop receiving these, <a href="https://a.example/x">click here</a></p>', "link"),
        ('<p><a href="https://a.example/x">Hier abmelden</a></p>', "link"),
        ('<p><a href="https://a.example/x">Se désabonner</a></p>', "link"),
        ('<p><a href="https://a.example/p">Email preferences</a></p>', "preference_page"),
        ('<p>Unsubscribe: <a href="mailto:u@a.example">write to us</a></p>', "reply_email"),
        ("<p>Reply with unsubscribe in the subject to opt out</p>", "reply_email"),
        ("<p>To opt out, call 1300 555 012</p>", "phone"),
        ('<p><a href="https://a.example/x">Subscribe now</a></p>', None),
        ('<p style="display:none"><a href="https://a.example/x">Unsubscribe</a></p>', None),
        ('<p><a href="https://a.example/preferred">Our preferred books</a></p>', None),
    ],
)
def test_the_way_to_stop_is_the_one_that_is_shown(body: str, route: str | None) -> None:
    found = facts(html(body))
    assert found.get("unsubscribe_route") == route
    assert found["unsubscribe_present"] is (route is not None)


def test_only_our_own_link_is_believed_to_work() -> None:
    foreign = facts(html('<p><a href="https://a.example/u/1">Unsubscribe</a></p>'))
    assert "unsubscribe_functional" not in foreign
    ours = facts(html(f'<p><a href="{WAYS.unsubscribe}">Unsubscribe</a></p>'))
    assert ours["unsubscribe_functional"] is True
    assert ours["unsubscribe_requires_login"] is False


PAGES = {
    "https://a.example/button": ("<form method=post><button>Unsubscribe</button></form>", True, False),
    "https://a.example/login": ("<form><input name=email><input type=password></form>", None, True),
    "https://a.example/more": ("<form><input name=email><input name=full_name><button>Go</button></form>", True, False),
}


@pytest.mark.parametrize("target", PAGES)
def test_another_s_page_is_looked_at_where_that_is_asked_for(target: str) -> None:
    page, works, login = PAGES[target]
    found = facts(html(f'<p><a href="{target}">Unsubscribe</a></p>'), follow=lambda url: PAGES[url][0])
    assert found.get("unsubscribe_functional") is works
    assert found["unsubscribe_requires_login"] is login
    assert found["unsubscribe_requires_extra_personal_info"] is ("full_name" in page)


def test_a_page_that_cannot_be_had_leaves_it_unknown() -> None:
    def broken(_url: str) -> str:
        raise UnreadablePageError("the page at a.example answered 404; open it in a browser and save it as a file")

    raw = html('<p><a href="https://a.example/x">Unsubscribe</a></p>')
    assert "unsubscribe_functional" not in facts(raw, follow=broken)
    assert "answered 404" in said(raw, "unsubscribe-works", follow=broken)[0][1]


def test_an_address_in_other_words_and_over_several_lines_is_the_same_address() -> None:
    for written in ("12 Wharf St.<br>Sydney<br>NSW 2000", "12 WHARF STREET, SYDNEY, NSW, 2000, AUSTRALIA"):
        assert facts(html(f"<p>Harbour Books<br>{written}</p>"))["postal_address_present"] is True
    for other in ("21 Wharf Street, Sydney NSW 2000", "12 Wharf Street", "NSW 2000 Sydney"):
        assert facts(html(f"<p>{other}</p>"))["postal_address_present"] is False


@pytest.mark.parametrize("place", ["AU", "US", "US-CA"])
def test_completing_is_what_makes_a_message_lawful_for_who_agreed(place: str) -> None:
    raw = FROM + b"Subject: New books for spring\r\n" + DATED + BODY
    day = date(2026, 11, 25)

    def answer(mail: bytes) -> str:
        return ask(facts_under(place, "email", facts(mail), SHOP, day), at=day, gate=True).answer

    assert answer(raw) == "not_allowed"
    assert answer(completed(raw)) == "allowed"
