"""An email completed: what was missing is there, everything else is as it came, and a second time adds nothing."""

from __future__ import annotations

import re
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import SMTP, compat32
from pathlib import Path

import pytest
from completing import FROM, OWN, SHOP, WAYS, completed
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sayso.messages.check import check_mail
from sayso.messages.complete import Ways, complete_mail
from sayso.messages.mail import MessageError, read_mail

SAMPLES = Path(__file__).resolve().parents[3] / "shared/samples/email"
NEWSLETTERS = sorted((SAMPLES / "newsletters").glob("*.eml"))
TEMPLATES = sorted((SAMPLES / "templates").glob("*.html"))
CARRIED = ("sender", "contact", "postal-address", "unsubscribe", "unsubscribe-works", "list-unsubscribe", "one-click")


def lacking(raw: bytes) -> set[str]:
    return {one.matter for one in check_mail(raw, SHOP, own=OWN).lacking} & {*CARRIED}


def as_kept(raw: bytes) -> bool:
    """Is this what may be on the wire?"""
    lines = raw.split(b"\r\n")
    return all(len(line) <= 998 and b"\r" not in line and b"\n" not in line for line in lines)


def leaves(raw: bytes) -> list[Message]:
    return [part for part in message_from_bytes(raw, policy=compat32).walk() if not part.is_multipart()]


@pytest.mark.parametrize("file", NEWSLETTERS, ids=lambda file: file.name)
def test_a_real_newsletter_lacks_nothing_once_completed(file: Path) -> None:
    done = completed(file.read_bytes(), label="Advertisement")
    assert lacking(done) == set()
    assert as_kept(done)
    assert completed(done, label="Advertisement") == done
    facts = check_mail(done, SHOP, own=OWN).facts
    assert facts["ad_identified"]
    assert facts["unsubscribe_functional"]
    assert not any(part.defects for part in leaves(done))


@pytest.mark.parametrize("file", NEWSLETTERS, ids=lambda file: file.name)
def test_what_a_real_newsletter_said_is_still_there(file: Path) -> None:
    before, after = read_mail(file.read_bytes()), read_mail(completed(file.read_bytes()))
    words = " ".join(one.words for one in after.reading.passages)
    assert all(one.words in words for one in before.reading.passages)
    assert [field.value for field in before.fields("received")] == [field.value for field in after.fields("received")]


def test_one_line_is_added_at_its_place_and_no_other_byte_changes() -> None:
    raw = FROM + b"Subject: Books\r\nDate: Thu, 26 Nov 2026 09:00:00 +1100\r\nMessage-ID: <1@harbour.example>\r\n"
    raw += (
        b"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    )
    raw += b"B\xfccher \r\n\r\n\r\n"
    done = completed(raw)
    added = [line for line in done.split(b"\r\n") if line not in raw.split(b"\r\n")]
    assert [line.split(b":")[0] for line in added] == [
        b"List-Unsubscribe",
        b"List-Unsubscribe-Post",
        b"Sent by Harbour Books Pty Ltd, 12 Wharf Street, Sydney NSW 2000, Australia",
        b"Contact",
        b"Unsubscribe",
        b"Choose what you get",
    ]
    assert b"\r\n\r\nB\xfccher \r\n" in done


def test_a_long_list_unsubscribe_stands_on_one_line_in_plain_ascii() -> None:
    done = completed(FROM + b"Subject: x\r\n\r\nwords\r\n")
    line = next(line for line in done.split(b"\r\n") if line.startswith(b"List-Unsubscribe:"))
    assert line.decode() == f"List-Unsubscribe: <{WAYS.unsubscribe}>, <mailto:{WAYS.mailto}?subject=unsubscribe>"
    assert b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in done


def test_foreign_unsubscribe_headers_and_old_signatures_give_way() -> None:
    raw = FROM + (
        b"DKIM-Signature: v=1; d=esp.example;\r\n h=from; b=AAAA\r\n"
        b"List-Unsubscribe: <https://esp.example/u>,\r\n <mailto:u@esp.example>\r\nList-Unsubscribe: <https://b.example>\r\n"
        b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\nSubject: x\r\n\r\nwords\r\n"
    )
    done = completed(raw)
    assert b"esp.example" not in done
    assert b"b.example" not in done
    assert done.count(b"List-Unsubscribe-Post") == 1


def test_a_service_mail_gets_its_sender_named_and_no_unsubscribe_header() -> None:
    done = completed(FROM + b"Subject: Your order 7\r\n\r\nYour order 7 is on its way.\r\n", commercial=False)
    assert b"List-Unsubscribe" not in done
    assert b"/u/" not in done
    assert b"Sent by Harbour Books Pty Ltd" in done
    assert b"\r\nDate: " in done
    assert b"\r\nMessage-ID: <" in done


def test_a_message_signed_by_its_author_is_not_changed() -> None:
    raw = FROM + (
        b"Subject: x\r\nDate: Thu, 26 Nov 2026 09:00:00 +1100\r\nMessage-ID: <1@harbour.example>\r\n"
        b"Content-Type: multipart/signed; boundary=b\r\n\r\n--b\r\n\r\nwords\r\n"
        b"--b\r\nContent-Type: application/pgp-signature\r\n\r\nAAAA\r\n--b--\r\n"
    )
    assert completed(raw, commercial=False) == raw
    with pytest.raises(MessageError, match="its author signed or encrypted it"):
        completed(raw)


def test_a_footer_that_would_be_hidden_is_refused() -> None:
    raw = FROM + b"Subject: x\r\nContent-Type: text/html\r\n\r\n<p>words</p><div style='display:none'><p>more"
    with pytest.raises(MessageError, match="would hide a footer"):
        completed(raw)


def test_ways_that_would_write_headers_of_their_own_are_refused() -> None:
    for ways in (
        Ways("https://a.example/u/1>\r\nBcc: b@c.example"),
        Ways("javascript:alert(1)"),
        Ways(WAYS.unsubscribe, mailto="a@b.example>\r\nBcc: c"),
    ):
        with pytest.raises(MessageError):
            complete_mail(FROM + b"\r\nwords\r\n", SHOP, ways, commercial=True)


def test_pictures_calendars_and_files_leave_as_they_came() -> None:
    message = EmailMessage(policy=SMTP.clone(max_line_length=998))
    message["From"], message["To"], message["Subject"] = SHOP.email, "ana@customer.example", "Reading on Friday"
    message.set_content("<html><body><p>Come on Friday</p><img src='cid:a@b'></body></html>", subtype="html")
    message.add_related(b"\x89PNG" * 100, "image", "png", cid="<a@b>")
    message.add_attachment(b"BEGIN:VCALENDAR", maintype="text", subtype="calendar", filename="invite.ics")
    message.add_attachment(b"\0\1\2" * 1000, maintype="application", subtype="pdf", filename="flyer.pdf")
    raw = message.as_bytes()
    done = completed(raw)
    files = {part.get_content_type(): part.get_payload(decode=True) for part in leaves(raw)}
    kept = {part.get_content_type(): part.get_payload(decode=True) for part in leaves(done)}
    for kind in ("image/png", "text/calendar", "application/pdf"):
        assert kept[kind] == files[kind]
    assert "text/plain" in kept
    whole = message_from_bytes(done, policy=compat32)
    assert whole.get_content_type() == "multipart/mixed"
    alternative = whole.get_payload(0)
    assert isinstance(alternative, Message)
    assert alternative.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in alternative.get_payload()] == ["text/plain", "multipart/related"]  # type: ignore[union-attr]
    assert lacking(done) == set()


def test_flowed_text_stays_flowed() -> None:
    raw = FROM + b"Subject: x\r\nContent-Type: text/plain; format=flowed; delsp=yes\r\n\r\nlong words \r\nthat flow\r\n"
    done = completed(raw)
    assert b"format=flowed; delsp=yes" in done
    assert b"\r\n\r\nlong words \r\nthat flow\r\n" in done
    footer = done.partition(b"that flow")[2]
    assert not re.search(rb"[ ]\r\n", footer)


def test_lines_that_no_mail_may_have_are_encoded_anew() -> None:
    html = b"<p>" + b"word " * 400 + b"</p>"
    raw = FROM + b"Subject: x\r\nX-Long: " + b"token " * 300 + b"\r\nContent-Type: text/html\r\n\r\n" + html
    done = completed(raw)
    assert as_kept(done)
    assert "word " * 399 in read_mail(done).text(read_mail(done).text_parts[-1])


@pytest.mark.parametrize(
    ("charset", "encoding"),
    [("us-ascii", "7bit"), ("iso-8859-1", "8bit"), ("utf-8", "base64"), ("utf-16", "base64"), ("iso-2022-jp", "7bit"), ("shift_jis", "quoted-printable"), ("no-such", "7bit")],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["plain", "html"])
def test_whatever_the_charset_the_footer_can_be_read(charset: str, encoding: str, kind: str) -> None:
    import base64
    import codecs
    import quopri

    words = (
        "reef" if charset in ("us-ascii", "no-such") else "本" if charset in ("iso-2022-jp", "shift_jis") else "Büch"
    )
    body = codecs.encode(f"<p>{words}</p>" if kind == "html" else words, "ascii" if charset == "no-such" else charset)
    coded = {"base64": base64.encodebytes, "quoted-printable": quopri.encodestring}.get(encoding, bytes)(body)
    head = (
        f"Subject: x\r\nContent-Type: text/{kind}; charset={charset}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
    )
    shop = SHOP.__class__("Büchertürme", "Büchertürme GmbH", "Hafenstraße 9, 20459 Hamburg", "hallo@harbour.example")
    done = complete_mail(FROM + head.encode() + coded, shop, WAYS, commercial=True)
    read = " ".join(one.words for one in read_mail(done).reading.passages)
    assert words in read
    assert "Büchertürme GmbH, Hafenstraße 9" in read
    assert complete_mail(done, shop, WAYS, commercial=True) == done
    theirs = [part.get_payload(decode=True) for part in leaves(done)]
    assert all(theirs)


@pytest.mark.parametrize("language", ["en", "de", "fr", "es"])
def test_the_footer_speaks_the_language_of_the_message(language: str) -> None:
    raw = FROM + f"Subject: x\r\nContent-Type: text/html\r\n\r\n<html lang={language}><body>A</body></html>".encode()
    word = {"en": "Unsubscribe", "de": "Abmelden", "fr": "Se désabonner", "es": "Darse de baja"}[language]
    assert next(link.words for one in read_mail(completed(raw)).reading.passages for link in one.links) == word


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: file.name)
def test_a_template_is_the_same_but_for_its_footer(file: Path) -> None:
    html = file.read_text("utf-8").replace("\r\n", "\n")
    message = EmailMessage(policy=SMTP.clone(max_line_length=998))
    message["From"], message["Subject"] = SHOP.email, "Receipt"
    message.set_content(html, subtype="html", cte="quoted-printable")
    done = read_mail(completed(message.as_bytes()))
    text = done.text(next(part for part in done.text_parts if part.media_type == "text/html"))
    footer = re.search(r'\n<div style="clear:both.*?</div>', text, re.DOTALL)
    assert footer
    assert text.replace(footer[0], "").split() == html.split()


words = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=60)
kinds = st.sampled_from(["plain", "html", "both", "related", "mixed"])


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(subject=words, body=words, kind=kinds, cte=st.sampled_from(["quoted-printable", "base64", "8bit"]))
def test_whatever_is_completed_lacks_nothing_and_stays_so(subject: str, body: str, kind: str, cte: str) -> None:
    message = EmailMessage(policy=SMTP.clone(max_line_length=998))
    message["From"], message["Subject"] = SHOP.email, subject
    safe = body.replace("<", "(").replace("&", "+")
    if kind == "plain":
        message.set_content(body, cte=cte)
    else:
        if kind == "both":
            message.set_content(body, cte=cte)
            message.add_alternative(f"<p>{safe}</p>", subtype="html", cte=cte)
        else:
            message.set_content(f"<body><p>{safe}</p></body>", subtype="html", cte=cte)
        if kind == "related":
            message.add_related(b"GIF89a", "image", "gif", cid="<a@b>")
        if kind == "mixed":
            message.add_attachment(b"\0" * 9, maintype="application", subtype="zip", filename="a.zip")
    done = completed(message.as_bytes())
    assert lacking(done) == set()
    assert completed(done) == done
    assert as_kept(done)
    assert not any(part.defects for part in leaves(done))


@settings(max_examples=300, deadline=None)
@given(
    st.binary(max_size=400),
    st.sampled_from(["text/plain", "text/html", "multipart/mixed; boundary=b", "multipart/alternative; boundary=b"]),
    st.sampled_from(["7bit", "quoted-printable", "base64"]),
)
def test_any_bytes_are_completed_or_refused(body: bytes, kind: str, cte: str) -> None:
    head = FROM + f"Content-Type: {kind}\r\nContent-Transfer-Encoding: {cte}\r\n\r\n".encode()
    inner = b"--b\r\nContent-Type: text/html\r\n\r\n" if "multipart" in kind else b""
    try:
        done = completed(head + inner + body)
    except MessageError:
        return
    assert lacking(done) == set()
    assert completed(done) == done
    assert as_kept(done)
