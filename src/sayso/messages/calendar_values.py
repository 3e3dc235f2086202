"""
What the properties and parameters of a calendar hold for programs alone (RFC 5545, RFC 7986): moments, numbers, codes.

They show nothing as long as their value has the shape that they are given. Whatever else stands there is words.
"""

from __future__ import annotations

import re
from functools import cache
from zoneinfo import available_timezones

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

LONGEST_ID = 500
"""Characters of what only names a file, an event or the program that wrote it; these show whatever they hold to nobody."""
_IDS = frozenset(("UID", "PRODID", "RELATED-TO"))

_MOMENT = r"\d{8}(?:T\d{6}Z?)?"
_DURATION = r"[+-]?P(?:\d{1,5}[DW])?(?:T(?:\d{1,5}[HMS]){1,3})?"
_TIMES = rf"(?:{_MOMENT}|{_DURATION})(?:[,/](?:{_MOMENT}|{_DURATION}))*+"
_NUMBER = r"-?\d{1,12}"
_DAY_OF_WEEK = r"[+-]?\d{0,2}(?:MO|TU|WE|TH|FR|SA|SU)|[+-]?\d{1,3}"
_PART_OF_RULE = (
    rf"(?:FREQ=(?:SECOND|MINUTE|HOUR|DAI|WEEK|MONTH|YEAR)LY|UNTIL={_MOMENT}|(?:COUNT|INTERVAL)=\d{{1,6}}|WKST=[A-Z]{{2}}|"
    rf"BY(?:SECOND|MINUTE|HOUR|DAY|MONTHDAY|YEARDAY|WEEKNO|MONTH|SETPOS)=(?:{_DAY_OF_WEEK})(?:,(?:{_DAY_OF_WEEK}))*+)"
)
_BUSY = r"FREE|TENTATIVE|BUSY|OOF|WORKINGELSEWHERE|BUSYTENTATIVE"

_SHAPES_LISTED = (
    ("DTSTART DTEND DUE DTSTAMP CREATED LAST-MODIFIED COMPLETED RECURRENCE-ID EXDATE RDATE FREEBUSY TZUNTIL ACKNOWLEDGED", _TIMES),
    ("DURATION TRIGGER REFRESH-INTERVAL X-PUBLISHED-TTL", _TIMES),
    ("SEQUENCE PRIORITY PERCENT-COMPLETE REPEAT", _NUMBER),
    ("TZOFFSETFROM TZOFFSETTO", r"[+-]\d{4}(?:\d\d)?"),
    ("TZNAME", r"[A-Z]{2,5}|[+-]\d\d(?:\d\d)?"),
    ("TZURL", r"https?://(?:www\.)?tzurl\.org/zoneinfo[\w/-]{1,80}\.ics"),
    ("GEO", r"-?\d{1,3}(?:\.\d{1,12})?;-?\d{1,3}(?:\.\d{1,12})?"),
    ("RRULE EXRULE", rf"{_PART_OF_RULE}(?:;{_PART_OF_RULE})*+"),
    ("VERSION", r"\d\.\d"),
    ("CALSCALE", "GREGORIAN"),
    ("METHOD", "PUBLISH|REQUEST|REPLY|ADD|CANCEL|REFRESH|COUNTER|DECLINECOUNTER"),
    ("STATUS", "TENTATIVE|CONFIRMED|CANCELLED|NEEDS-ACTION|COMPLETED|IN-PROCESS|DRAFT|FINAL"),
    ("TRANSP", "OPAQUE|TRANSPARENT"),
    ("CLASS", "PUBLIC|PRIVATE|CONFIDENTIAL"),
    ("ACTION", "AUDIO|DISPLAY|EMAIL"),
    ("COLOR X-APPLE-CALENDAR-COLOR", "#[0-9A-F]{6,8}"),
    ("X-MICROSOFT-CDO-BUSYSTATUS X-MICROSOFT-CDO-INTENDEDSTATUS", _BUSY),
    ("BEGIN END", "VCALENDAR|VEVENT|VTODO|VJOURNAL|VALARM|VFREEBUSY|VTIMEZONE|STANDARD|DAYLIGHT"),
)  # fmt: skip
_SHAPES = {name: re.compile(shape, re.IGNORECASE) for names, shape in _SHAPES_LISTED for name in names.split()}
_OF_ANY = re.compile(rf"TRUE|FALSE|{_NUMBER}|{_TIMES}")
"""What shows nothing in a property of any name."""
_ZONES = frozenset(("TZID", "TZNAME", "X-WR-TIMEZONE", "X-LIC-LOCATION"))
_UNMAPPED = frozenset(("UTC", "Customized Time Zone"))

_PARAMETERS_LISTED = (
    ("VALUE", "BINARY|BOOLEAN|CAL-ADDRESS|DATE|DATE-TIME|DURATION|FLOAT|INTEGER|PERIOD|RECUR|TEXT|TIME|URI|UTC-OFFSET"),
    ("ENCODING", "8BIT|BASE64"),
    ("FMTTYPE", r"(?:text|image|audio|video|application)/[\w.+-]{1,40}"),
    ("LANGUAGE", r"[A-Z]{2,3}(?:-[A-Z\d]{2,4}){0,2}"),
    ("ROLE", "CHAIR|REQ-PARTICIPANT|OPT-PARTICIPANT|NON-PARTICIPANT"),
    ("PARTSTAT", "NEEDS-ACTION|ACCEPTED|DECLINED|TENTATIVE|DELEGATED|COMPLETED|IN-PROCESS"),
    ("RSVP SCHEDULE-FORCE-SEND DERIVED", "TRUE|FALSE|REQUEST|REPLY"),
    ("CUTYPE", "INDIVIDUAL|GROUP|RESOURCE|ROOM|UNKNOWN"),
    ("RELATED", "START|END"),
    ("RANGE", "THISANDFUTURE"),
    ("RELTYPE", "PARENT|CHILD|SIBLING"),
    ("FBTYPE", "FREE|BUSY|BUSY-UNAVAILABLE|BUSY-TENTATIVE"),
    ("SCHEDULE-AGENT", "SERVER|CLIENT|NONE"),
    ("X-NUM-GUESTS", _NUMBER),
    ("DISPLAY", "BADGE|GRAPHIC|FULLSIZE|THUMBNAIL"),
    ("FEATURE", "AUDIO|CHAT|FEED|MODERATOR|PHONE|SCREEN|VIDEO"),
)  # fmt: skip
_PARAMETERS = {name: re.compile(shape, re.IGNORECASE) for names, shape in _PARAMETERS_LISTED for name in names.split()}


def shows_nothing(name: str, value: str) -> bool:
    """Is this the value of a property (its name in capitals) that no reader is shown?"""
    if name in _IDS:
        return len(value) <= LONGEST_ID
    shape = _SHAPES.get(name)
    if shape is not None and shape.fullmatch(value):
        return True
    return bool(_OF_ANY.fullmatch(value)) or (name in _ZONES and _is_zone(value))


def parameter_shows_nothing(name: str, value: str) -> bool:
    """The same of a parameter."""
    shape = _PARAMETERS.get(name)
    return _is_zone(value) if name == "TZID" else shape is not None and bool(shape.fullmatch(value))


def _is_zone(value: str) -> bool:
    return value in _UNMAPPED or value in WINDOWS_TO_OLSON or value in _zones()


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())
