"""An email completed: what is missing is added, and nothing else is touched."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import format_datetime, make_msgid
from urllib.parse import urlsplit
from uuid import uuid4

from sayso.messages.check_list import ONE_CLICK, uris
from sayso.messages.complete_bytes import (
    Edit,
    PartText,
    apply,
    crlf,
    encoded_anew,
    folded,
    quoted,
)
from sayso.messages.complete_footer import Footer, Ways, language_of, missing, plain_of
from sayso.messages.identity import Identity
from sayso.messages.mail import ParsedMail, read_mail
from sayso.messages.mail_parts import LONGEST_LINE, MessageError, Part, decoded, overlong, split, text_of
from sayso.messages.reading_html import SHOWN, read_html

__all__ = ["Ways", "complete_mail"]

_PROTECTED = frozenset(
    ("multipart/signed", "multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime")
)
_PGP = b"-----BEGIN PGP "
_SIGNATURES = (
    "dkim-signature",
    "domainkey-signature",
    "arc-seal",
    "arc-message-signature",
    "arc-authentication-results",
)
_MAILBOX = re.compile(r"[^\s<>@,?&:]+@[^\s<>@,?&:]+")


def complete_mail(
    mail: bytes | ParsedMail, identity: Identity, ways: Ways, *, commercial: bool, ad_label: str = ""
) -> bytes:
    """
    The message with what it lacks, CRLF line ends, and no line over 998 bytes (RFC 5322 2.1.1).

    A commercial one gets, in each alternative that lacks it, the sender's identity, our unsubscribe link and the label
    `ad_label`; a plain-text part beside HTML that stands alone; and List-Unsubscribe of ours in place of any other, so
    that a stop reaches us. One that is not commercial only names its sender. Both get Date and Message-ID. Signatures of
    the sending machines (DKIM, ARC) go where anything changed, since they no longer hold: sign after completing.
    Completing again changes nothing. Raises MessageError where the message may not be changed (signed or encrypted by
    its author) or cannot be.
    """
    parsed = mail if isinstance(mail, ParsedMail) else read_mail(mail)
    given = ways if commercial else None
    _usable(ways)
    edits = [*_body(parsed, identity, given, ad_label if commercial else ""), *_header(parsed, given)]
    replaced = {edit.start for edit in edits if edit.end > edit.start}
    edits += [edit for edit in folded(parsed.raw, parsed.root) if edit.start not in replaced]
    if not edits:
        return parsed.raw
    edits += [Edit(one.start, one.end, b"") for one in parsed.root.fields if one.name in _SIGNATURES]
    completed = apply(parsed.raw, edits)
    if overlong(completed, 0, len(completed)):
        raise MessageError(
            f"a line is longer than {LONGEST_LINE} bytes, where it cannot be broken; encode that part anew"
        )
    return completed


def _usable(ways: Ways) -> None:
    for address in (ways.unsubscribe, ways.preferences):
        parts = urlsplit(address)
        if address and (parts.scheme not in ("http", "https") or not parts.netloc or re.search(r"[\s<>,\"]", address)):
            raise MessageError("a link to put in is no web address; set `public.url` to where the pages are reached")
    if ways.mailto and not _MAILBOX.fullmatch(ways.mailto):
        raise MessageError("the mailbox for unsubscribing is no address; set `gate.return_domain`")


def _header(parsed: ParsedMail, ways: Ways | None) -> list[Edit]:
    root, lines = parsed.root, []
    if not parsed.fields("date"):
        lines.append(f"Date: {format_datetime(datetime.now(UTC))}")
    if not parsed.fields("message-id"):
        authors = parsed.addresses("from")
        domain = authors[0][1].rpartition("@")[2] if authors else ""
        lines.append(f"Message-ID: {make_msgid(domain=domain or 'localhost')}")
    edits: list[Edit] = []
    if ways:
        lines += [] if parsed.fields("mime-version") else ["MIME-Version: 1.0"]
        mailbox = f", <mailto:{ways.mailto}?subject=unsubscribe>" if ways.mailto else ""
        wanted = f"<{ways.unsubscribe}>{mailbox}"
        for name, value in (("List-Unsubscribe", wanted), ("List-Unsubscribe-Post", ONE_CLICK)):
            fields = parsed.fields(name.lower())
            if len(fields) == 1 and (
                fields[0].value.strip() == value or (value == wanted and uris(fields[0].value) == uris(wanted))
            ):
                continue
            edits += [Edit(one.start, one.end, b"") for one in fields]
            lines.append(f"{name}: {value}")
    at = root.fields[-1].end if root.fields else root.start
    return [*edits, *(Edit(at, at, f"{line}\r\n".encode()) for line in lines)]


def _body(parsed: ParsedMail, identity: Identity, ways: Ways | None, label: str) -> list[Edit]:
    parts = body_parts(parsed.root)
    language = language_of(parsed.reading)
    footers = [missing(parsed.runs(part), identity, ways, label, language) for part in parts]
    alone = ways is not None and bool(parts) and all(part.media_type == "text/html" for part in parts)
    lacking = any(footers) or alone or (ways is not None and not parts)
    if _protected(parsed):
        if lacking and ways is not None:
            raise MessageError("its author signed or encrypted it, so nothing can be added; complete it before that")
        return []
    if lacking and not parts:
        raise MessageError("it has no text part that a footer could stand in; write one beside its files")
    edits = [edit for part, footer in zip(parts, footers, strict=True) for edit in _with_footer(parsed, part, footer)]
    others = (part for part in parsed.root.walk() if not any(part is one for one in parts))
    edits += [edit for part in others for edit in _shortened(parsed.raw, part)]
    return _plain_beside(parsed, parts[0], footers[0], edits) if alone else edits


def _with_footer(parsed: ParsedMail, part: Part, footer: Footer) -> list[Edit]:
    html = part.media_type == "text/html"
    text = PartText(parsed.raw, part, parsed.text(part))
    if footer:
        text.add(footer.html() if html else footer.text())
    edits = text.edits()
    if footer and html:
        _seen(parsed.raw, part, edits, footer)
    return edits


def _seen(raw: bytes, part: Part, edits: list[Edit], footer: Footer) -> None:
    """What was added must be seen: HTML that leaves a comment or something hidden open would swallow it."""
    completed = apply(raw[: part.end], edits)[part.start :]
    text = text_of(completed, split(completed))
    said = [one for one in read_html(text) if one.place.where == SHOWN]
    targets = {link.target for one in said for link in one.links}
    words = " ".join(one.words for one in said)
    if not all(target in targets for _, target in footer.links) or not all(line in words for line in footer.lines):
        raise MessageError("its HTML leaves something open that would hide a footer; close its comments and elements")


def _shortened(raw: bytes, part: Part) -> list[Edit]:
    """A file beside the text whose lines are too long for mail is encoded again."""
    return (
        encoded_anew(raw, part, decoded(raw, part)) if not part.children and overlong(raw, part.body, part.end) else []
    )


def body_parts(part: Part) -> list[Part]:
    """The alternatives of the one text that is the message; what stands beside it (files, further texts) is not touched."""
    if part.disposition == "attachment":
        return []
    if part.media_type == "multipart/alternative":
        return [one for child in part.children for one in body_parts(child)]
    if part.media_type.startswith("multipart/"):
        return next((found for child in part.children if (found := body_parts(child))), [])
    return [part] if part.media_type in ("text/plain", "text/html") else []


def _protected(parsed: ParsedMail) -> bool:
    if any(part.media_type in _PROTECTED for part in parsed.root.walk()):
        return True
    return any(_PGP in parsed.raw[part.body : part.end] for part in parsed.text_parts)


def _plain_beside(parsed: ParsedMail, html: Part, footer: Footer, edits: list[Edit]) -> list[Edit]:
    """The HTML, with the pictures it shows, becomes one of two alternatives (RFC 2046 5.1.4)."""
    raw, whole = parsed.raw, _shown_with(parsed.root, html)
    written = plain_of(one for one in parsed.passages(html) if one.place.where == SHOWN)
    plain = quoted(crlf(written + (footer.text() if footer else "")).encode())
    boundary = f"=_{uuid4().hex}"
    own = [edit for edit in edits if whole.start <= edit.start < whole.body]
    said = {edit.start: edit.new for edit in own if edit.end > edit.start}
    moved = [field for field in whole.fields if field.name.startswith("content-")]
    head = b"".join(said.get(field.start, raw[field.start : field.end]) for field in moved)
    head += b"".join(edit.new for edit in own if edit.end == edit.start)
    opening = f'Content-Type: multipart/alternative; boundary="{boundary}"\r\n'.encode()
    first = f"--{boundary}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    before = first.encode() + plain + f"\r\n--{boundary}\r\n".encode() + head + b"\r\n"
    after = f"\r\n--{boundary}--".encode() + (b"\r\n" if whole is parsed.root else b"")
    at = whole.fields[-1].end if whole.fields else whole.start
    return [
        *(Edit(field.start, field.end, b"") for field in moved),
        Edit(at, at, opening),
        Edit(whole.body, whole.body, before),
        *(edit for edit in edits if not whole.start <= edit.start < whole.body),
        Edit(whole.end, whole.end, after),
    ]


def _shown_with(root: Part, html: Part) -> Part:
    """The multipart/related that holds the HTML, or the HTML itself."""
    holding = (one for one in root.walk() if one.media_type == "multipart/related" and html in one.walk())
    return next(holding, html)
