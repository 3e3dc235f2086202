"""Plain words for topics, channels and recipients, and the escaping that keeps a declared word a word."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from sayso.notices.declaration import RecipientKind
from sayso.vocabulary import Channel

CHANNEL_WORDS: dict[Channel, str] = {
    "email": "email",
    "sms": "text message",
    "mms": "picture message",
    "instant_message": "instant message",
    "push": "app notification",
    "voice_live": "telephone call",
    "voice_recorded": "recorded or artificial voice call",
    "post": "letter in the post",
    "online_ad": "advertisement on other websites and apps",
    "inbox_ad": "advertisement in your mailbox's own pages",
    "fax": "fax",
    "website": "our own website",
}
TOPIC_WORDS = {
    "abandoned_cart": "what you left in your basket",
    "newsletter": "our news",
    "offers": "our offers",
}
RECIPIENT_WORDS: dict[RecipientKind, str] = {
    "service_provider": "a service provider that works for us",
    "contractor": "a contractor that works for us",
    "third_party": "a third party",
    "ad_platform": "an advertising platform",
    "affiliate": "a company of our own group",
}

_MARKS = re.compile(r"([\\`*_\[\]<>#|!~&{}])")
_OPENING = re.compile(r"^([-+=]|\d+[.)])(?=\s|$)")


class Markdown(str):
    """Text that is Markdown already."""

    __slots__ = ()


def escaped(value: object) -> str:
    """A declared word as Markdown that shows exactly that word: no heading, link, list or tag comes of it."""
    if isinstance(value, Markdown):
        return value
    text = _MARKS.sub(r"\\\1", " ".join(str(value).split()))
    return _OPENING.sub(lambda found: found[1][:-1] + "\\" + found[1][-1], text)


def listed(values: Iterable[object]) -> Markdown:
    """`a, b and c`; none at all is `nothing`."""
    words = [escaped(value) for value in values]
    return Markdown(", ".join(words[:-1]) + " and " + words[-1] if len(words) > 1 else "".join(words) or "nothing")


def link(address: str) -> Markdown:
    """The address of a page for use inside a Markdown link; whatever could end the link is percent-encoded."""
    return Markdown(re.sub(r"[\s()<>\\\"'`]", lambda found: f"%{ord(found[0]):02X}", address))


def topic_words(topic: str) -> str:
    """A topic in plain words."""
    return TOPIC_WORDS.get(topic, topic.replace("_", " "))


def day_words(day: date) -> str:
    """A day as people write it: `25 November 2026`."""
    return f"{day.day} {day:%B %Y}"
