"""Calendar files are read as a calendar shows them: a plain confirmation stays service, and an offer is found wherever it stands."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress

import pytest
from disguised_calendars import COMMERCIAL, OFFER, SALE, beside, event
from hypothesis import given, settings
from hypothesis import strategies as st
from invitations import CLINIC, GOOGLE, KETTLE, OUTLOOK, PLAIN, SERVICE, SHOP, mail

from sayso.messages.check import check_mail
from sayso.messages.content import judge_content
from sayso.messages.content.passages import weigh
from sayso.messages.mail import MessageError, read_mail
from sayso.messages.parts import CALENDAR, Passage


def read(calendar: bytes, *head: str) -> list[Passage]:
    return [one for one in read_mail(beside(calendar, *head)).reading.passages if one.place.where == CALENDAR]


def unread(calendar: bytes, *head: str) -> str:
    return " ".join(one.unread for one in read(calendar, *head))


def found(raw: bytes) -> list[str]:
    return [one.said for one in judge_content(read_mail(raw).reading, KETTLE).findings]


@pytest.mark.parametrize("name", SERVICE)
def test_a_confirmation_with_its_invitation_is_service(name: str) -> None:
    raw, sender = SERVICE[name]
    content = judge_content(read_mail(raw).reading, sender)
    assert [one.said for one in content.findings] == []
    assert content.facts["message_kind"] == "transactional"


@pytest.mark.parametrize("calendar", [GOOGLE, OUTLOOK, SHOP, PLAIN])
@pytest.mark.parametrize(
    "line", [f"DESCRIPTION:{OFFER}", f"URL:{SALE}", f"X-OURS:{OFFER}", f"BEGIN:VALARM\nDESCRIPTION:{OFFER}\nEND:VALARM"]
)
def test_one_more_line_that_sells_makes_it_commercial(calendar: str, line: str) -> None:
    one = calendar.replace("END:VEVENT", f"{line}\nEND:VEVENT")
    raw = mail(one, KETTLE, "Your order KC-1001 is ready.", subject="Your order KC-1001")
    assert any(OFFER in said or SALE in said for said in found(raw))


@pytest.mark.parametrize("name", COMMERCIAL)
def test_an_offer_in_a_calendar_is_found_wherever_it_stands(name: str) -> None:
    said = found(beside(COMMERCIAL[name]))
    assert said
    assert all(";" in one for one in said), "a finding says what to do"


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(
        [
            "ACTION",
            "CLASS",
            "DTSTART",
            "GEO",
            "METHOD",
            "RRULE",
            "SEQUENCE",
            "STATUS",
            "TRIGGER",
            "TZID",
            "SUMMARY",
            "X-OURS",
        ]
    ),
    st.sampled_from(["CN", "FMTTYPE", "LANGUAGE", "ROLE", "TZID", "VALUE", "X-OURS", ""]),
    st.lists(st.integers(1, 60), max_size=4),
    st.sampled_from(["\r\n ", "\n\t"]),
    st.sampled_from([str.upper, str.lower, str.title]),
)
def test_an_offer_is_found_in_any_property_and_parameter_however_it_is_folded(
    name: str, parameter: str, folds: list[int], fold: str, written: Callable[[str], str]
) -> None:
    line = f'{name};{parameter}="{OFFER}":1' if parameter else f"{name}:{OFFER}"
    line = written(line)
    for at in sorted(folds, reverse=True):
        line = line[:at] + fold + line[at:]
    assert found(beside(event(line)))


def test_the_same_file_without_the_offer_is_service() -> None:
    for around in ("VEVENT", "VJOURNAL", "VTODO", "VFREEBUSY"):
        assert found(beside(event(around=around))) == []


@pytest.mark.parametrize(
    "line",
    [
        "DTSTART;TZID=Europe/Vienna:20260612T143000", "DTEND;TZID=AUS Eastern Standard Time:20260612T143000", "DTSTART;VALUE=DATE:20260612",
        "TRIGGER;RELATED=END:-PT15M", "TRIGGER;VALUE=DATE-TIME:20260612T143000Z", "DURATION:P1DT2H", "EXDATE:20260612T143000Z,20260613T143000Z",
        "RDATE;VALUE=PERIOD:20260612T143000Z/PT1H", "RRULE:FREQ=WEEKLY;UNTIL=20261231T000000Z;INTERVAL=2;BYDAY=MO,-1FR;WKST=SU",
        "GEO:-37.798000;144.978000", "SEQUENCE:2", "STATUS:CONFIRMED", "TRANSP:TRANSPARENT", "CLASS:PRIVATE", "PERCENT-COMPLETE:50",
        "UID:half-price@kettle.example", "PRODID:-//Half Price//EN", "RELATED-TO;RELTYPE=PARENT:2", "ATTACH:cid:part1@kettle.example",
        "DESCRIPTION;LANGUAGE=en-AU:Your order is ready.", "DESCRIPTION:Your order is ready.\\nhttps://kettle.example/orders/1001",
        'DESCRIPTION:Your order is ready.<br>View it: <a href="https://kettle.example/orders/1001">your order</a>',
        "ORGANIZER;CN=Kettle & Co;SENT-BY=\"mailto:robin@kettle.example\":mailto:help@kettle.example", "CONTACT:help@kettle.example",
        "ATTENDEE;CN=\"Miller, Ana\";PARTSTAT=ACCEPTED;RSVP=FALSE;X-NUM-GUESTS=0:mailto:ana@home.example", "X-APPLE-CALENDAR-COLOR:#1badf8",
        "CONFERENCE;VALUE=URI;FEATURE=PHONE:tel:+61355500142", "X-ALT-DESC;FMTTYPE=text/html:<html><body><p>Your order is ready.</p></body></html>",
        "DESCRIPTION:Your or\r\n der is re\r\n\tady.", "X-MICROSOFT-CDO-BUSYSTATUS:BUSY", "X-OURS:TRUE", "summary:Your order is ready.",
    ],
)  # fmt: skip
def test_what_a_calendar_needs_stays_service(line: str) -> None:
    assert found(beside(event(line))) == []


@pytest.mark.parametrize(
    ("calendar", "head", "said"),
    [
        (event(), ("Content-Transfer-Encoding: x-own",), "no transfer encoding of mail; use"),
        (event(), ("Content-Transfer-Encoding: base64",), "encode it again"),
        (event("DESCRIPTION:=5"), ("Content-Transfer-Encoding: quoted-printable",), "encode it again"),
        (event().decode().encode("utf-16"), (), "write it in utf-8"),
        (event("UID:1\r2"), (), "ends in CR alone; end lines with CRLF"),
        (event("Half price"), (), "programs differ on its line 7; write it as"),
        (event("DESCRIPTION:H\\alf"), (), "programs differ on its line 7; write it as"),
        (event("SUMMARY;X=" + "a" * 2_000 + ":a"), (), "programs differ on its line 7; write it as"),
        (event("END:VALARM"), (), "line 7 stands in no component that is open; write it"),
        (b"BEGIN:VCARD\r\nEND:VCARD\r\n", (), "does not begin with `BEGIN:VCALENDAR`; write it"),
        (b" BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", (), "begins with a space; take that out"),
        (b"BEGIN:VCALENDAR\r\n", (), "ends before its components do; send it whole"),
        (event("UID:1\r\n\r\n 2"), (), "at which programs differ; take them out"),
        (event(*["SEQUENCE:0"] * 2_100), (), "more than 2,000 lines; shorten it"),
        (event("DESCRIPTION:" + "a" * 200_000), (), "is too long; shorten it"),
        (event("ATTACH;ENCODING=BASE64:AAAA"), (), "is not read as words; lead to"),
    ],
)  # fmt: skip
def test_what_is_not_read_says_why_and_what_to_do(calendar: bytes, head: tuple[str, ...], said: str) -> None:
    assert said in unread(calendar, *head)


@pytest.mark.parametrize("charset", ["utf-7", "iso-2022-jp", "utf-16", "no-such"])
def test_a_character_set_on_which_readers_differ_is_not_read(charset: str) -> None:
    assert found(beside(event(), type=f"text/calendar; charset={charset}"))


@pytest.mark.parametrize(
    ("type", "read"),
    [
        ("text/calendar", True), ("text/calendar; method=REQUEST; name=invite.ics", True), ("application/ics; name=booking-1001.ics", True),
        ("application/octet-stream; name=invite.ics", True), ("application/octet-stream; name=invite.bin", False), ("text/x-vcalendar", False),
        ("application/pdf; name=invite.ics", False), ("image/png; name=invite.ics", False),
    ],
)  # fmt: skip
def test_only_what_calendars_open_is_read_as_one(type: str, read: bool) -> None:
    assert (found(beside(event(), type=type)) == []) is read
    assert found(beside(event(f"SUMMARY:{OFFER}"), type=type))


@pytest.mark.parametrize(
    "head",
    [
        'Content-Disposition: attachment; filename="Half price today.ics"', 'Content-Disposition: attachment; filename="Spring.ics"',
        "Content-Disposition: attachment; filename*=utf-8''Half%20price.ics", "Content-Description: Half price today",
        'Content-Disposition: attachment; filename="=?utf-8?q?Half_price?=.ics"',
    ],
)  # fmt: skip
def test_what_the_file_is_called_counts(head: str) -> None:
    assert found(beside(event(), head))
    assert found(
        beside(event(), "Content-Disposition: attachment; filename=invite.ics", type="text/calendar; name=Sale.ics")
    )


def test_words_stand_at_their_line_with_links() -> None:
    said = read(event("DESCRIPTION:Your order\r\n  is ready.", "URL:https://kettle.example/orders/1001"))
    assert [(one.words, one.place.line) for one in said] == [("Order KC-1001", 6), ("Your order is ready.", 7), ("", 9)]
    assert said[2].links[0].target == "https://kettle.example/orders/1001"


def test_a_calendar_neither_names_the_sender_nor_offers_a_way_to_stop() -> None:
    told = event(
        "DESCRIPTION:Kettle and Company Pty Ltd\\, 1 Steam Lane\\, Fitzroy VIC 3065. Unsubscribe: https://kettle.example/unsubscribe"
    )
    facts = check_mail(beside(told), KETTLE).facts
    assert not facts["sender_identified_in_body"]
    assert not facts["postal_address_present"]
    assert not facts.get("unsubscribe_present")


def test_a_calendar_alone_says_not_what_a_mail_serves() -> None:
    raw = mail(GOOGLE, CLINIC, "Hi Ana,\n", subject="Hello", ways="attached")
    assert judge_content(read_mail(raw).reading, CLINIC).commercial


def test_footers_are_not_written_into_calendars() -> None:
    parsed = read_mail(SERVICE["Outlook"][0])
    assert [part.media_type for part in parsed.text_parts] == ["text/plain", "text/html"]


@pytest.mark.parametrize(
    "said",
    [
        "Add to calendar", "Add to your calendar.", "Add this booking to your calendar", "A calendar invitation is attached.",
        "Updated invitation: Appointment with Dr Vega @ Fri 12 June 2026 2:30pm (CDT)",
    ],
)  # fmt: skip
def test_what_is_said_of_a_calendar_keeps_service_company(said: str) -> None:
    assert weigh(said, ()).does in ("serves", "accompanies")


@pytest.mark.parametrize(
    "said",
    [
        "Add the sale to your calendar", "Add Saturday to your calendar", "Add to your calendar: doors open at 9am on Saturday",
        "Add to your calendar and shop on Saturday", "Invitation: Summer night", "Invitation: booking for our spring range", "Invitation",
        "The calendar invitation opens the store", "Event on Saturday", "Add to cart",
    ],
)  # fmt: skip
def test_an_invitation_that_sells_is_no_service(said: str) -> None:
    assert weigh(said, ()).does in ("promotes", "unrecognised")


def test_what_reads_calendars_is_loaded_only_for_one() -> None:
    said = "import sys, sayso.messages.check; sys.exit('icalendar' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", said], check=False).returncode == 0


HOSTILE = (
    "\r\n b",
    "\r\n",
    "\r\n\r\n ",
    ";A=B",
    ';A="',
    "\\",
    "\\n",
    "A:b\r\n",
    ",",
    "<b>",
    "\r\nBEGIN:VEVENT",
    "mailto:a@",
    "a.",
    "\r\n \r\n",
    "+1D",
    "PT1H,",
    "\t",
    '"',
)


@pytest.mark.parametrize("piece", HOSTILE)
def test_a_hostile_file_is_read_in_little_time(piece: str) -> None:
    read(event("SUMMARY:a"))
    for before in ("DESCRIPTION:", "X-A", "RRULE:FREQ=DAILY", "DTSTART:", "ORGANIZER;CN=", "UID:"):
        calendar = event(before + (piece * 140_000)[:140_000])
        begun = time.process_time()
        read(calendar)
        assert time.process_time() - begun < 1


FRAGMENTS = ("BEGIN:VCALENDAR", "END:VCALENDAR", "BEGIN:VEVENT", "END:VEVENT", "\r\n", "\n", "\r", " ", "\t", ":", ";", '"', ",", "\\", "=", "^", "%2C",
             "DESCRIPTION", "X-ALT-DESC", "CN=", "a", "\u2028", "\x00", "é", "<p>", "https://", "mailto:a@b.example")  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=400),
        st.lists(st.sampled_from(FRAGMENTS), max_size=60).map(lambda said: "".join(said).encode()),
    ),
    st.sampled_from(["base64", "7bit", "quoted-printable", "x"]),
    st.booleans(),
)
def test_no_bytes_raise_anything_else(body: bytes, encoding: str, within: bool) -> None:
    calendar = event().replace(b"UID:1", body) if within else body
    for head in ((), (f"Content-Transfer-Encoding: {encoding}",)):
        with suppress(MessageError):
            read_mail(beside(calendar, *head)).reading  # noqa: B018 -- it is read when it is asked for
