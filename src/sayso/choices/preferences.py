"""What a business uses somebody's details for, and how each of it stands with them: what their page of choices shows."""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec

from sayso.choices.links import About
from sayso.ledger import Ledger
from sayso.notices.declaration import Declaration
from sayso.vocabulary import Channel, Facts, Ground, Stop
from sayso.vocabulary.ground import ConsentAct

Standing = Literal["yes", "waits", "open", "no", "stopped"]
"""
How one use stands. `yes`: they said yes. `waits`: somebody said yes for them, and it is not proved. `open`: they never
said anything. `no`: they left the box blank. `stopped`: they asked for it to stop, and it did.
"""

_LEAST_STOPPED: tuple[Standing, ...] = ("yes", "waits", "open", "no", "stopped")
_ADDRESSED: dict[Channel, str] = {
    "email": "email", "sms": "phone", "mms": "phone", "instant_message": "phone", "voice_live": "phone",
    "voice_recorded": "phone", "fax": "phone",
}  # fmt: skip
_DONE: frozenset[ConsentAct] = frozenset(
    ["ticked_box", "pressed_button", "signed", "said_yes", "wrote_yes", "asked_us", "confirmed_by_link"]
)
_SALE = frozenset({"do_not_sell", "gpc", "limit_sensitive"})


_NAMES = {"abandoned_cart": "what you left in your basket"}
"""Topics whose own name says nothing to whoever did not choose it."""


class Use(msgspec.Struct, frozen=True):
    """One topic on one channel."""

    topic: str
    channel: Channel
    standing: Standing
    since: date | None

    @property
    def name(self) -> str:
        """The topic in words, where nothing says what it is for."""
        return _NAMES.get(self.topic) or self.topic.replace("_", " ").replace("-", " ")


class Subject(msgspec.Struct, frozen=True):
    """One purpose: its words, to be read after `to` and empty where it is no longer declared, its data, and its uses."""

    words: str
    data: list[str]
    uses: list[Use]


class Preferences(msgspec.Struct, frozen=True):
    """Everything somebody can stop with one business."""

    subjects: list[Subject]
    sale: Use | None
    """Refusing sale and sharing; None where nothing is sold, or shared for ads elsewhere."""

    @property
    def nothing_left(self) -> bool:
        """Is everything stopped already?"""
        uses = [use for subject in self.subjects for use in subject.uses] + ([self.sale] if self.sale else [])
        return all(use.standing == "stopped" for use in uses)


def preferences(ledger: Ledger, declaration: Declaration | None, about: About) -> Preferences:
    """All uses that are declared now, and the one that the link came with, whether or not it still is."""
    subjects = (
        []
        if declaration is None
        else [
            Subject(
                words=purpose.words,
                data=[declaration.words(key) for key in purpose.data],
                uses=[
                    use_of(ledger, about, channel, topic) for topic in purpose.topics for channel in purpose.channels
                ],
            )
            for purpose in declaration.marketing.values()
        ]
    )
    if about.topic and not purposes_of(declaration, about):
        subjects.append(Subject("", [], [use_of(ledger, about, about.channel, about.topic)]))
    sells = declaration is not None and (
        declaration.sells_or_shares or any("online_ad" in one.channels for one in declaration.marketing.values())
    )
    return Preferences(subjects, _sale(ledger, about) if sells else None)


def purposes_of(declaration: Declaration | None, about: About) -> list[str]:
    """What messages of this topic on this channel are for, in the declaration's words."""
    marketing = declaration.marketing.values() if declaration else ()
    return [one.words for one in marketing if about.topic in one.topics and about.channel in one.channels]


def use_of(ledger: Ledger, about: About, channel: Channel, topic: str) -> Use:
    """How one topic on one channel stands; where several share the address, as for whom it is stopped least."""
    found = [_use(facts, channel, topic) for facts in _facts(ledger, about, channel, topic)]
    return min(found, key=lambda use: _LEAST_STOPPED.index(use.standing))


def _facts(ledger: Ledger, about: About, channel: Channel, topic: str) -> list[Facts]:
    """What is known for the address of the link, or, on a channel that needs another kind, for those who hold it."""
    people = ledger.find(about.address.value)
    if not people or _ADDRESSED.get(channel) == about.address.kind:
        return [ledger.facts_for(about.address, channel=channel, topic=topic, sender=about.sender)]
    return [ledger.facts_for(person, channel=channel, topic=topic, sender=about.sender) for person in people]


def _use(facts: Facts, channel: Channel, topic: str) -> Use:
    given = max((one.given_on for one in facts.grounds if _is_yes(one) and one.given_on), default=None)
    stops = sorted(one.received_on for one in facts.stops if _stops(one, channel) and one.received_on)
    standing_stops = [day for day in stops if given is None or day >= given]
    if standing_stops:
        return Use(topic, channel, "stopped", standing_stops[0])
    if given:
        return Use(topic, channel, "yes", given)
    said = [one for one in facts.grounds if one.kind == "consent" and one.covers_channel and one.covers_topic]
    waiting = [one.given_on for one in said if one.act in _DONE and one.given_on]
    blank = [one.given_on for one in said if one.act == "left_box_unticked" and one.given_on]
    if waiting:
        return Use(topic, channel, "waits", max(waiting))
    return Use(topic, channel, "no", max(blank)) if blank else Use(topic, channel, "open", None)


def _is_yes(ground: Ground) -> bool:
    return (
        ground.kind == "consent"
        and ground.act in _DONE
        and ground.evidence in ("captured_here", "imported_with_proof")
        and bool(ground.covers_channel)
        and bool(ground.covers_topic)
    )


def _stops(stop: Stop, channel: Channel) -> bool:
    if stop.kind in _SALE and channel != "online_ad":
        return False
    if stop.kind == "free_text" and stop.means_stop is False:
        return False
    return stop.covers_channel is not False and stop.covers_topic is not False


def _sale(ledger: Ledger, about: About) -> Use:
    """Whether sale and sharing are refused; an erasure refuses them too."""
    stops = [
        one.received_on
        for facts in _facts(ledger, about, "online_ad", about.topic)
        for one in facts.stops
        if one.received_on and (one.kind in ("do_not_sell", "gpc", "erasure"))
    ]
    return Use("", "online_ad", "stopped" if stops else "open", min(stops, default=None))
