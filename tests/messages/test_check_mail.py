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
        (b"Re: spring books\r\nIn-Reply-To: <2@customer.example>", None),
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
        (b"<https://a.example/1>", "present"),
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


PAGES: dict[str, tuple[str, str, bool, bool | None]] = {
    "https://a.example/button": ("<form method=post><button>Unsubscribe</button></form>", "note", False, False),
    "https://a.example/address": ("<form><input name=email><input type=submit value=Unsubscribe></form>", "note", False, False),
    "https://a.example/login": ("<form><input name=email><input type=password></form>", "wrong", True, None),
    "https://a.example/name": ("<form>Unsubscribe<input name=full_name required><button>Go</button></form>", "note", False, True),
    "https://a.example/reason": ("<form>Unsubscribe<textarea name=reason required></textarea><button>Go</button></form>", "note", False, True),
    "https://a.example/phone": ("<form>Unsubscribe<input name=optional_phone><button>Go</button></form>", "note", False, None),
    "https://a.example/shop": ("<button>Shop now</button><p>Unsubscribe from nothing</p>", "wrong", False, None),
    "https://a.example/search": ("<form action=/search><input name=q><button>Search</button></form>", "wrong", False, None),
    "https://a.example/cannot": ("<form><p>You cannot unsubscribe here.</p><button>Shop now</button></form>", "wrong", False, None),
}  # fmt: skip


@pytest.mark.parametrize("target", PAGES)
def test_another_s_page_is_looked_at_and_never_believed_to_work_for_long(target: str) -> None:
    _, state, login, extra = PAGES[target]
    raw = html(f'<p><a href="{target}">Unsubscribe</a></p>')
    found = facts(raw, follow=lambda url: PAGES[url][0])
    assert "unsubscribe_functional" not in found
    assert said(raw, "unsubscribe-works", follow=lambda url: PAGES[url][0])[0][0] == state
    assert found["unsubscribe_requires_login"] is login
    assert found.get("unsubscribe_requires_extra_personal_info") is extra


@pytest.mark.parametrize(
    ("words", "extra"),
    [
        ("To unsubscribe, reply to this email", False),
        ("To unsubscribe, reply to this email with your full name and date of birth", True),
        ("To unsubscribe, reply and tell us your reason", True),
    ],
)
def test_a_reply_that_asks_for_more_than_the_address_is_seen(words: str, extra: bool) -> None:
    assert facts(html(f"<p>{words}</p>"))["unsubscribe_requires_extra_personal_info"] is extra


@pytest.mark.parametrize(
    ("words", "label"),
    [
        ("This is a marketing email from Harbour Books", True),
        ("Advertisement", True),
        ("This is not a marketing email", False),
        ("This isn't an advertisement", False),
        ("You said no to nothing. This is a marketing email", True),
        ("Dies ist keine Werbung", False),
    ],
)
def test_a_label_that_is_denied_is_none(words: str, label: bool) -> None:
    assert facts(html(f"<p>{words}</p>"))["ad_identified"] is label


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("Harbour Books", True),
        ("Ana at Harbour Books", True),
        ("Harbour Books Pty Ltd", True),
        ("Harbour News", True),
        ("Customer Service", True),
        ("Australia Post", None),
        ("Your Bank Security Team", None),
        ("Ana Muster", None),
    ],
)
def test_a_display_name_that_may_be_another_s_leaves_the_header_unknown(name: str, known: bool | None) -> None:
    raw = f'From: "{name}" <hello@harbour.example>\r\n'.encode() + BODY
    assert facts(raw).get("header_accurate") is known
    assert ("neither the brand nor the company" in " ".join(one for _, one in said(raw, "header"))) is (known is None)


def test_words_of_sexual_goods_are_told_and_their_lack_tells_nothing() -> None:
    assert facts(html("<p>Half price dildos</p>"))["sexually_explicit"] is True
    assert "sexually_explicit" not in facts(html("<p>Half price paint stripper</p>"))


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
