"""A plain calendar file beside a plain confirmation, and ways to put an offer into it."""

from __future__ import annotations

import base64

OFFER, SALE = "Half price on all kettles", "https://kettle.example/sale"


def event(*lines: str, around: str = "VEVENT") -> bytes:
    """A calendar with one component whose lines these are."""
    said = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Kettle//EN",
        f"BEGIN:{around}",
        "UID:1",
        "SUMMARY:Order KC-1001",
    )
    return "\r\n".join((*said, *lines, f"END:{around}", "END:VCALENDAR", "")).encode()


def beside(calendar: bytes, *head: str, type: str = "text/calendar; charset=utf-8") -> bytes:
    """A plain confirmation with these bytes as its calendar, in base64 where `head` says nothing of an encoding."""
    coded = not any("transfer-encoding" in one.lower() for one in head)
    fields = [f"Content-Type: {type}", *head, *(["Content-Transfer-Encoding: base64"] if coded else [])]
    body = base64.encodebytes(calendar).replace(b"\n", b"\r\n") if coded else calendar
    return (
        b"From: Kettle & Co <help@kettle.example>\r\nTo: ana@home.example\r\nSubject: Your order KC-1001\r\n"
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n"
        b"Your order KC-1001 is ready.\r\n--b\r\n"
        + "\r\n".join(fields).encode()
        + b"\r\n\r\n"
        + body
        + b"\r\n--b--\r\n"
    )


COMMERCIAL: dict[str, bytes] = {
    "summary": event(f"SUMMARY:{OFFER}"),
    "description": event(f"DESCRIPTION:Your order is ready.\\n\\n{OFFER}"),
    "html description": event(f"DESCRIPTION:Your order is ready.<br><b>{OFFER}</b>"),
    "html comment, seen as it is written": event(f"DESCRIPTION:Your order is ready.<!-- {OFFER} --><br>"),
    "html for outlook": event(f"X-ALT-DESC;FMTTYPE=text/html:<html><body><p>{OFFER}</p></body></html>"),
    "styled description": event(f"STYLED-DESCRIPTION;VALUE=TEXT;FMTTYPE=text/html:<p>{OFFER}</p>"),
    "link in html": event(f'DESCRIPTION:Your order is ready. <a href="{SALE}">Your order</a>'),
    "picture in html": event('X-ALT-DESC;FMTTYPE=text/html:<img src="https://kettle.example/x.png">'),
    "location": event(f"LOCATION:{OFFER}"),
    "comment": event(f"COMMENT:{OFFER}"),
    "contact": event(f"CONTACT:{OFFER}"),
    "categories": event("CATEGORIES:SALE,DISCOUNTS"),
    "offer over two categories": event("CATEGORIES:Half,price"),
    "resources": event(f"RESOURCES:{OFFER}"),
    "organizer": event(f'ORGANIZER;CN="{OFFER}":mailto:help@kettle.example'),
    "organizer of another name": event("ORGANIZER;CN=Spring Collection:mailto:help@kettle.example"),
    "organizer in several names": event("ORGANIZER;CN=Half,price:mailto:help@kettle.example"),
    "address of the organizer": event("ORGANIZER:mailto:half-price-deals@kettle.example"),
    "organizer without an address": event(f"ORGANIZER:{OFFER}"),
    "attendee": event("ATTENDEE;CN=50% off today:mailto:ana@home.example"),
    "attendee in brackets": event('ATTENDEE;CN="Ana <50% off today>":mailto:ana@home.example'),
    "address of an attendee": event("ATTENDEE:mailto:half-price-deals@kettle.example"),
    "delegate": event('ATTENDEE;DELEGATED-TO="mailto:half-price-deals@kettle.example":mailto:ana@home.example'),
    "subject of an address": event("ORGANIZER:mailto:help@kettle.example?subject=Order%20now%20and%20save"),
    "name of the calendar": event().replace(b"BEGIN:VEVENT", f"X-WR-CALNAME:{OFFER}\r\nBEGIN:VEVENT".encode()),
    "new name of the calendar": event().replace(b"BEGIN:VEVENT", f"NAME:{OFFER}\r\nBEGIN:VEVENT".encode()),
    "description of the calendar": event().replace(b"BEGIN:VEVENT", f"X-WR-CALDESC:{OFFER}\r\nBEGIN:VEVENT".encode()),
    "alarm": event("BEGIN:VALARM", f"DESCRIPTION:{OFFER}", "END:VALARM"),
    "subject of an alarm": event("BEGIN:VALARM", "ACTION:EMAIL", f"SUMMARY:{OFFER}", "END:VALARM"),
    "url": event(f"URL:{SALE}"),
    "url that is no page": event("URL:tel:Half-price-today"),
    "part that is none": event("ATTACH:cid:Half_price_today"),
    "part of a telling name": event("ATTACH:cid:half-price@kettle.example"),
    "address that is none": event("ORGANIZER;DIR=\"mailto:half-price\":mailto:help@kettle.example"),
    "address for a name": event("ATTENDEE;CN=half-price-deals@kettle.example:mailto:ana@home.example"),
    "url of another": event("URL;VALUE=URI:https://deals.example/orders/1"),
    "file elsewhere": event(f"ATTACH;FMTTYPE=text/html:{SALE}"),
    "file within": event("ATTACH;ENCODING=BASE64;VALUE=BINARY;FMTTYPE=image/png:iVBORw0KGgo="),
    "picture": event("IMAGE;VALUE=URI;DISPLAY=BADGE:https://kettle.example/orders/1.png"),
    "picture as a file": event("ATTACH;FMTTYPE=image/png:https://kettle.example/orders/1"),
    "conference": event(f"CONFERENCE;VALUE=URI;FEATURE=VIDEO;LABEL={OFFER}:https://kettle.example/account"),
    "conference that sells": event(f"CONFERENCE;VALUE=URI:{SALE}"),
    "conference of google": event(f"X-GOOGLE-CONFERENCE:{SALE}"),
    "link in text": event(f"DESCRIPTION:Your order is ready: {SALE}"),
    "elsewhere in other words": event(f'DESCRIPTION;ALTREP="{SALE}":Your order is ready.'),
    "entry in a directory": event(f'ORGANIZER;DIR="{SALE}":mailto:help@kettle.example'),
    "unknown": event(f"X-OURS:{OFFER}"),
    "unknown of no kind": event(f"OFFERED:{OFFER}"),
    "unknown that leads": event(f"X-OURS:{SALE}"),
    "quoted parameter": event(f'SUMMARY;X-OURS="{OFFER}; now: today":Your order'),
    "parameter of a moment": event(f"DTSTART;X-OURS={OFFER}:20260612T003000Z"),
    "caret in a parameter": event("SUMMARY;X-OURS=Half^nprice:Your order"),
    "zone": event("DTSTART;TZID=Half price today:20260612T003000"),
    "zone of the calendar": event("X-WR-TIMEZONE:Half price today"),
    "name of a zone": event("BEGIN:VTIMEZONE", "BEGIN:STANDARD", f"TZNAME:{OFFER}", "END:STANDARD", "END:VTIMEZONE"),
    "component of no kind": event("BEGIN:HALF-PRICE", "END:HALF-PRICE"),
    "status": event("STATUS:Half price today"),
    "moment": event("DTSTART:Half price today"),
    "rule": event("RRULE:FREQ=HALF;BYDAY=PRICE"),
    "method": event().replace(b"VERSION:2.0", b"METHOD:SALE"),
    "place on earth": event("GEO:Half;Price"),
    "long name of the event": event("UID:" + "Half price today " * 40),
    "busy": event("X-MICROSOFT-CDO-BUSYSTATUS:SALE"),
    "second event": event().replace(b"END:VCALENDAR", f"BEGIN:VEVENT\r\nSUMMARY:{OFFER}\r\nEND:VEVENT\r\nEND:VCALENDAR".encode()),
    "second calendar": event() + event(f"SUMMARY:{OFFER}"),
    "journal": event(f"DESCRIPTION:{OFFER}", around="VJOURNAL"),
    "task": event(f"DESCRIPTION:{OFFER}", around="VTODO"),
    "free and busy": event(f"COMMENT:{OFFER}", around="VFREEBUSY"),
    "folded in a word": event("DESCRIPTION:Ha\r\n lf pr\r\n\tice"),
    "folded in a name": event("DESCR\r\n IPTION:Half price"),
    "folded in bare line feeds": event("DESCRIPTION:Ha\n lf pr\n ice"),
    "escaped": event("DESCRIPTION:Half\\nprice\\, now\\; today"),
    "escaped without need": event("DESCRIPTION:H\\alf p\\rice"),
    "small letters": event().replace(b"SUMMARY:Order KC-1001", b"summary:Half price"),
    "small letters in a parameter": event("organizer;cn=Half price:mailto:help@kettle.example"),
    "grouped": event("item1.SUMMARY:Half price"),
    "space in a name": event("U ID:Half price"),
    "parameter said twice": event("ATTENDEE;CN=Half price;CN=Ana:mailto:ana@home.example"),
    "backslash in a parameter": event('ATTENDEE;CN="Ana\\";CN=Half price:mailto:ana@home.example'),
    "line of its own in what is not shown": event("UID:1\u2028DESCRIPTION:Half price"),
    "carriage return in what is not shown": event("UID:1\rDESCRIPTION:Half price"),
    "control character": event("UID:1\x0bHalf price"),
    "empty line in a fold": event("UID:1\r\n\r\n Half price"),
    "after the end": event() + b"SUMMARY:Half price\r\n",
    "before the beginning": b"SUMMARY:Half price\r\n" + event(),
    "end of another": event("END:VALARM"),
    "no end": event().replace(b"END:VCALENDAR", b""),
    "no calendar": event().replace(b"VCALENDAR", b"VCARD"),
    "no colon": event("Half price"),
    "nothing": b"",
    "many lines": event(*["DTSTAMP:20260612T003000Z"] * 2_100),
    "too long": event(*["DTSTAMP:20260612T003000Z"] * 12_000),
}  # fmt: skip
"""Where an offer may stand, or what two programs could take apart in two ways."""
