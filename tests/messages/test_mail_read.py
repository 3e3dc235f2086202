"""Reading an email: what its reader meets, and a clear refusal where two readers could differ."""

from __future__ import annotations

import time
from email import message_from_bytes
from email.message import Message
from email.policy import compat32
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sayso.messages.mail import MessageError, read_mail
from sayso.messages.mail_parts import Part

SAMPLES = Path(__file__).resolve().parents[3] / "shared/samples/email"
MAILS = sorted(SAMPLES.glob("*/*.eml"))
HEAD = b"From: Harbour Books <hello@harbour.example>\r\nSubject: Books\r\n"


def html(body: str, more: str = "") -> bytes:
    return HEAD + f"Content-Type: text/html; charset=utf-8{more}\r\n\r\n{body}".encode()


def leaves(part: Part) -> list[str]:
    return [one.media_type for one in part.walk() if not one.children]


def theirs(part: Message) -> list[str]:
    """The leaves as the standard library finds them; reports, which it takes for messages, are leaves to us."""
    kind = part.get_content_type()
    if not part.is_multipart() or (part.get_content_maintype() == "message" and kind != "message/rfc822"):
        return [kind]
    return [one for child in part.get_payload() for one in theirs(child)]  # type: ignore[union-attr, arg-type]


@pytest.mark.parametrize("file", MAILS, ids=lambda file: file.name)
def test_real_mail_has_the_parts_that_the_standard_library_finds(file: Path) -> None:
    raw = file.read_bytes()
    assert leaves(read_mail(raw).root) == theirs(message_from_bytes(raw, policy=compat32))


@pytest.mark.parametrize("file", MAILS, ids=lambda file: file.name)
def test_real_mail_is_read_with_words_and_subject(file: Path) -> None:
    parsed = read_mail(file.read_bytes())
    assert parsed.reading.subject
    assert parsed.reading.passages or not parsed.text_parts


def test_words_stand_at_their_line_with_their_links_and_buttons() -> None:
    body = '<h1>Spring</h1>\n<p>Come and\n<a href="https://harbour.example/s">look</a></p>\n<a class="btn" href="https://harbour.example/b">Buy</a>\n<img src="x.png" alt="A reef">'
    passages = read_mail(html(body)).reading.passages
    assert [(one.kind, one.words, one.place.line) for one in passages] == [
        ("heading", "Spring", 1),
        ("text", "Come and look", 2),
        ("button", "Buy", 4),
        ("image", "A reef", 5),
    ]
    assert passages[1].links[0].target == "https://harbour.example/s"
    assert passages[1].links[0].place.line == 3


def test_hidden_text_is_read_and_said_to_be_hidden() -> None:
    body = '<div style="display: none">Half price</div><p>Your order</p><p style="font-size:0px">Sale</p>'
    places = [(one.words, one.place.where) for one in read_mail(html(body)).reading.passages]
    assert places == [("Half price", "HTML, preheader"), ("Your order", "HTML"), ("Sale", "HTML, hidden text")]


def test_what_only_outlook_shows_is_read() -> None:
    reading = read_mail(html("<p>Hello</p><!--[if mso]><p>Buy the reef now</p><![endif]-->")).reading
    assert [(one.words, one.place.where) for one in reading.passages] == [
        ("Hello", "HTML"),
        ("Buy the reef now", "HTML, for Outlook"),
    ]


def test_plain_text_that_says_more_than_the_html_is_read_too() -> None:
    raw = (
        HEAD + b"Content-Type: multipart/alternative; boundary=b\r\n\r\n"
        b"--b\r\n\r\nYour order is on its way.\r\n\r\nBuy two, get one free.\r\n"
        b"--b\r\nContent-Type: text/html\r\n\r\n<p>Your order is on its way.</p>\r\n--b--\r\n"
    )
    assert [one.words for one in read_mail(raw).reading.passages] == [
        "Your order is on its way.",
        "Buy two, get one free.",
    ]


@pytest.mark.parametrize(
    ("declared", "body"),
    [("utf-8", "Grüße".encode()), ("iso-8859-1", b"Gr\xfc\xdfe"), ("us-ascii", "Grüße".encode()), ("no-such", b"Gr\xfc\xdfe"), ("punycode", b"Gr\xfc\xdfe")],
)  # fmt: skip
def test_words_are_read_whatever_their_charset_is_called(declared: str, body: bytes) -> None:
    raw = HEAD + b"Content-Type: text/plain; charset=" + declared.encode() + b"\r\n\r\n" + body
    assert read_mail(raw).reading.passages[0].words == "Grüße"


def nested(levels: int) -> bytes:
    head = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(levels))
    return HEAD + head + b"\r\nwords\r\n"


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "it is empty"),
        (b"no colon here\r\n\r\nbody", "line 1 is no header field"),
        (HEAD + b"Content-Type: text/plain\r\nContent-Type: text/html\r\n\r\nx", "a second `content-type`"),
        (HEAD + b"Content-Type: multipart/mixed\r\n\r\nx", "its boundary is not to be found"),
        (HEAD + b"Content-Type: multipart/mixed; boundary=b; boundary=c\r\n\r\n--b\r\n\r\nx", "said twice"),
        (HEAD + b"Content-Type: multipart/mixed; boundary*0=b\r\n\r\n--b\r\n\r\nx", "said twice or in pieces"),
        (HEAD + b"Content-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\nA", "says base64"),
        (HEAD + b"Content-Transfer-Encoding: x-own\r\n\r\nA", "is no transfer encoding"),
        (b"Subject: " + b"a" * 20_000 + b"\r\n\r\nx", "longer than 10,000"),
        (nested(100), "nested deeper than 20"),
        (HEAD + b"X: " + b"a" * 300_000 + b"\r\n\r\nx", "header is longer"),
        (HEAD + b"\r\n" + b"word " * 300_000, "text is longer"),
        (HEAD + b"\r\n" + b"x" * (37 << 20), "larger than 36 MB"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_what_cannot_be_read_is_refused_in_a_sentence(raw: bytes, said: str) -> None:
    with pytest.raises(MessageError, match=said):
        read_mail(raw).reading  # noqa: B018 -- it is read when it is asked for


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=600), st.sampled_from(["", "text/html", "multipart/mixed; boundary=b", "message/rfc822"]))
def test_no_bytes_raise_anything_else(body: bytes, kind: str) -> None:
    for raw in (body, HEAD + b"Content-Type: " + kind.encode() + b"\r\n\r\n--b\r\n" + body):
        try:
            parsed = read_mail(raw)
            parsed.reading  # noqa: B018
            parsed.addresses("from")
        except MessageError:
            pass


def test_a_large_attachment_is_not_read() -> None:
    lines = (b"QUJD" * 19 + b"\r\n") * 320_000
    raw = (
        HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nwords\r\n"
        b"--b\r\nContent-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n" + lines + b"--b--\r\n"
    )
    begun = time.process_time()
    passages = read_mail(raw).reading.passages
    assert [one.words for one in passages] == ["words", ""]
    assert "is not read as words" in passages[1].unread
    assert len(raw) > 24_000_000
    assert time.process_time() - begun < 2


def test_deep_html_is_read() -> None:
    assert read_mail(html("<div>" * 20_000 + "words")).reading.passages[0].words == "words"
