"""Bookings and appointments confirmed by mail with a calendar file, as the usual programs write them; all in them is invented."""

from __future__ import annotations

from email.message import EmailMessage

from labelled_messages import SENDERS

from sayso.messages.identity import Identity

CLINIC, KETTLE = SENDERS["clinic"], SENDERS["kettle"]
SALON = Identity(
    brand="Fern and Comb", legal_name="Fern and Comb Ltd", postal_address="7 Mill Road, Leeds LS1 4AB",
    email="desk@fernandcomb.example", phone="+44 113 496 0111", website="https://fernandcomb.example", country="GB",
    domains=("fernandcomb.example",),
)  # fmt: skip

ZONE = """\
BEGIN:VTIMEZONE
TZID:{}
X-LIC-LOCATION:America/Chicago
BEGIN:DAYLIGHT
TZOFFSETFROM:-0600
TZOFFSETTO:-0500
TZNAME:CDT
DTSTART:19700308T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU
END:DAYLIGHT
BEGIN:STANDARD
TZOFFSETFROM:-0500
TZOFFSETTO:-0600
TZNAME:CST
DTSTART:19701101T020000
RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU
END:STANDARD
END:VTIMEZONE
"""

GOOGLE = f"""\
BEGIN:VCALENDAR
PRODID:-//Google Inc//Google Calendar 70.9054//EN
VERSION:2.0
CALSCALE:GREGORIAN
METHOD:REQUEST
{ZONE.format("America/Chicago")}BEGIN:VEVENT
DTSTART;TZID=America/Chicago:20260612T143000
DTEND;TZID=America/Chicago:20260612T150000
DTSTAMP:20260601T101500Z
ORGANIZER;CN=Elm Street Dental:mailto:desk@elmdental.example
UID:3k8v0c1q2b7h4n5m@google.com
ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;RSVP=TRUE
 ;CN=Elm Street Dental;X-NUM-GUESTS=0:mailto:desk@elmdental.example
ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=
 TRUE;CN=ana@home.example;X-NUM-GUESTS=0:mailto:ana@home.example
X-MICROSOFT-CDO-OWNERAPPTID:-1094361842
CREATED:20260601T101000Z
DESCRIPTION:Your appointment with Dr Vega is confirmed.<br><br>Please arriv
 e ten minutes early and bring your insurance card.<br>To cancel or change
  your appointment\\, call us on +1 217 555 0119.
LAST-MODIFIED:20260601T101500Z
LOCATION:Elm Street Dental\\, 40 Elm Street\\, Springfield IL 62701
SEQUENCE:0
STATUS:CONFIRMED
SUMMARY:Appointment with Dr Vega
TRANSP:OPAQUE
BEGIN:VALARM
ACTION:DISPLAY
DESCRIPTION:This is an event reminder
TRIGGER:-P0DT0H30M0S
END:VALARM
BEGIN:VALARM
ACTION:EMAIL
SUMMARY:Alarm notification
DESCRIPTION:This is an event reminder
ATTENDEE:mailto:ana@home.example
TRIGGER:-P1D
END:VALARM
END:VEVENT
END:VCALENDAR
"""

OUTLOOK = f"""\
BEGIN:VCALENDAR
METHOD:REQUEST
PRODID:Microsoft Exchange Server 2010
VERSION:2.0
{ZONE.format("Central Standard Time")}BEGIN:VEVENT
ORGANIZER;CN=Elm Street Dental:mailto:desk@elmdental.example
ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;CN="Price, Ana":mailto:ana@home.example
ATTENDEE;CUTYPE=ROOM;ROLE=NON-PARTICIPANT;CN=Room 2:mailto:room2@elmdental.example
DESCRIPTION;LANGUAGE=en-US:Your appointment is booked.\\n\\nWhen: Friday\\, 12 June 2026 2:30pm\\nWhere: Room 2\\n\\nPlease bring your insurance card.\\n
UID:040000008200E00074C5B7101A82E00800000000B0A1C3D2E4F5D901000000000000000
 010000000C1D2E3F4A5B6C7D8E9F0A1B2C3D4E5F6
SUMMARY;LANGUAGE=en-US:Appointment: Dr Vega
DTSTART;TZID=Central Standard Time:20260612T143000
DTEND;TZID=Central Standard Time:20260612T150000
CLASS:PUBLIC
PRIORITY:5
DTSTAMP:20260601T101500Z
TRANSP:OPAQUE
STATUS:CONFIRMED
SEQUENCE:0
LOCATION;LANGUAGE=en-US:Room 2
X-MICROSOFT-CDO-APPT-SEQUENCE:0
X-MICROSOFT-CDO-OWNERAPPTID:2118349124
X-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE
X-MICROSOFT-CDO-INTENDEDSTATUS:BUSY
X-MICROSOFT-CDO-ALLDAYEVENT:FALSE
X-MICROSOFT-CDO-IMPORTANCE:1
X-MICROSOFT-CDO-INSTTYPE:0
X-MICROSOFT-DONOTFORWARDMEETING:FALSE
X-MICROSOFT-DISALLOW-COUNTER:FALSE
X-ALT-DESC;FMTTYPE=text/html:<html xmlns="http://www.w3.org/1999/xhtml">\\n<head>\\n<meta http-equiv="Content-Type" content="text/html; charset=utf-8">\\n<style>p {{margin:0}}</style>\\n</head>\\n<body>\\n<p>Your appointment is booked.</p>\\n<p>When: Friday\\, 12 June 2026 2:30pm</p>\\n<p>Where: Room 2</p>\\n<p>Please bring your insurance card.</p>\\n</body>\\n</html>
BEGIN:VALARM
DESCRIPTION:REMINDER
TRIGGER;RELATED=START:-PT15M
ACTION:DISPLAY
END:VALARM
END:VEVENT
END:VCALENDAR
"""

SHOP = """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Fern and Comb//Bookings//EN
CALSCALE:GREGORIAN
METHOD:PUBLISH
NAME:Fern and Comb bookings
X-WR-CALNAME:Fern and Comb bookings
X-WR-TIMEZONE:Europe/London
REFRESH-INTERVAL;VALUE=DURATION:PT12H
X-PUBLISHED-TTL:PT12H
BEGIN:VEVENT
UID:booking-20481@fernandcomb.example
DTSTAMP:20260601T101500Z
DTSTART:20260612T133000Z
DURATION:PT45M
SUMMARY:Booking at Fern and Comb
DESCRIPTION:Booking reference: FC-20481\\nService: Haircut\\nWith: Robin
  Carter\\n\\nTo change or cancel your booking: https://fernandcomb.example/b
 ookings/20481/cancel
URL;VALUE=URI:https://fernandcomb.example/bookings/20481
LOCATION:7 Mill Road\\, Leeds LS1 4AB
GEO:53.796000;-1.541000
CATEGORIES:APPOINTMENT
CONTACT:desk@fernandcomb.example
STATUS:CONFIRMED
BEGIN:VALARM
ACTION:DISPLAY
TRIGGER:-PT2H
DESCRIPTION:Reminder: your booking is today.
END:VALARM
END:VEVENT
END:VCALENDAR
"""

PLAIN = """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Kettle & Co//Repairs//EN
BEGIN:VEVENT
UID:KC-1001@kettle.example
DTSTAMP:20260601T101500Z
DTSTART:20260612T003000Z
DTEND:20260612T004500Z
SUMMARY:Order KC-1001: collection
LOCATION:Kettle & Co\\, 1 Steam Lane\\, Fitzroy VIC 3065
END:VEVENT
END:VCALENDAR
"""


def mail(calendar: str, sender: Identity, text: str, *, subject: str, html: str = "", ways: str = "both") -> bytes:
    """The mail with its calendar as an alternative of the text (`alternative`), as a file (`attached`), or as `both`."""
    message = EmailMessage()
    message["From"] = f"{sender.brand} <{sender.email}>"
    message["To"] = '"Ana Price" <ana@home.example>'
    message["Subject"] = subject
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    written = calendar.replace("\n", "\r\n").encode()
    if ways != "attached":
        message.add_alternative(written.decode(), subtype="calendar", params={"method": "REQUEST"})
    if ways != "alternative":
        message.add_attachment(written, "application", "ics", filename="invite.ics")
    return message.as_bytes()


SERVICE: dict[str, tuple[bytes, Identity]] = {
    "Google": (
        mail(
            GOOGLE, CLINIC, subject="Invitation: Appointment with Dr Vega @ Fri Jun 12, 2026 2:30pm - 3pm (CDT)",
            text="Your appointment with Dr Vega is confirmed.\n\nWhen: Fri Jun 12, 2026 2:30pm - 3pm\n\n"
            "Where: 40 Elm Street, Springfield IL 62701\n\nElm Street Dental LLC, +1 217 555 0119\n",
        ),
        CLINIC,
    ),
    "Outlook": (
        mail(
            OUTLOOK, CLINIC, subject="Appointment confirmed for 12 June", ways="alternative",
            text="Your appointment is booked.\n\nWhen: Friday, 12 June 2026 2:30pm\nWhere: Room 2\n",
            html="<html><body><p>Your appointment is booked.</p><p>When: Friday, 12 June 2026 2:30pm</p>"
            "<p>Where: Room 2</p></body></html>",
        ),
        CLINIC,
    ),
    "booking shop": (
        mail(
            SHOP, SALON, subject="Booking confirmed: 12 June", ways="attached",
            text="Hi Ana,\n\nYour booking FC-20481 is confirmed for 12 June 2026 at 2:30pm.\n\n"
            "A calendar invitation is attached.\n\nTo change or cancel your booking: "
            "https://fernandcomb.example/bookings/20481/cancel\n\nFern and Comb Ltd, 7 Mill Road, Leeds LS1 4AB\n",
        ),
        SALON,
    ),
    "plain": (
        mail(
            PLAIN, KETTLE, subject="Your order KC-1001 is ready", ways="attached",
            text="Your order KC-1001 is ready. Add the appointment to your calendar.\n",
        ),
        KETTLE,
    ),
}  # fmt: skip
"""A mail, and who sends it."""
