"""
Whom a mail that came back concerns.

Our own token comes first: the return address that it was sent to, then a return address or unsubscribe link of ours in
the message attached to it. Both are authenticated, and only who had the message can know them; where a mailbox forwards
its mail, they name the mailbox that we wrote to. Only without any does it matter whom a report itself names.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec

from sayso.capture.links import LinkError
from sayso.choices.links import About, ChoiceLinks
from sayso.ledger import Entry, Ledger
from sayso.ledger.entries import Address, MessageSent
from sayso.sending.returns.returned import Returned

RECENTLY = timedelta(days=14)
"""How long after a message its report may come: servers try for five days, and some hold their reports back."""
SETTLING = timedelta(hours=1)
"""How long the record of a message may lag behind what comes back of it."""


class TryLaterError(Exception):
    """What came back is of a message whose record is not there yet; its sender or queue has to offer it again."""


class Concerned(msgspec.Struct, frozen=True):
    """Whom it concerns. `entry` is the message's, where our return address says which; empty where a link said whom."""

    about: About
    entry: str = ""


class Attribution:
    """Tells whom mails that came back concern, for one ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._links = ChoiceLinks(ledger)

    def unsubscribes(self, recipient: str, returned: Returned) -> bool:
        """Was it sent to an address that List-Unsubscribe named?"""
        return any(use == "u" for use, _ in map(self.entry_of, _arrived(recipient, returned)))

    def entry_of(self, local: str) -> tuple[str, str]:
        """What a return address is for and the entry of its message; empty where the address is none of ours."""
        try:
            return self._links.returned(local)
        except LinkError:
            return "", ""

    def by_address(self, recipient: str, returned: Returned, now: datetime) -> list[Concerned]:
        """By the return address it was sent to. Raises TryLaterError."""
        return self._of_entries(_arrived(recipient, returned), now)

    def by_content(self, returned: Returned, now: datetime) -> list[Concerned]:
        """By return addresses and links of ours in it. Raises TryLaterError."""
        found = self._of_entries(returned.tokens, now)
        for token in returned.links:
            try:
                found.append(Concerned(self._links.about(token)))
            except LinkError:
                continue
        return list({one.about.address: one for one in reversed(found)}.values())[::-1]

    def written_to(self, address: Address, now: datetime) -> Concerned | None:
        """The latest mail to an address of late, without any proof that it is the one that came back."""
        latest: Entry | None = None
        for person in self._ledger.find(address.value):
            for entry in self._ledger.entries_about(person):
                if _is_mail_to(entry, address) and entry.happened_at > now - RECENTLY:
                    latest = entry
        return _concerned(latest)[0] if latest else None

    def is_erased(self, address: Address) -> bool:
        """Was whoever held it erased? Then everything is stopped, and nothing more is to be kept."""
        stops = self._ledger.facts_for(address, channel="email", topic="everything").stops
        return any(stop.kind == "erasure" for stop in stops)

    def _of_entries(self, locals_: tuple[str, ...], now: datetime) -> list[Concerned]:
        ids = [entry for _, entry in map(self.entry_of, locals_) if entry]
        found = {entry.id: entry for entry in self._ledger.entries(ids)} if ids else {}
        if any(entry not in found and _made_at(entry) > now - SETTLING for entry in ids):
            raise TryLaterError("the message it is about is not on record yet; offer it again in a while")
        return [one for entry in ids if entry in found for one in _concerned(found[entry])]


def _arrived(recipient: str, returned: Returned) -> tuple[str, ...]:
    """The envelope's recipient where it is known; else what the headers say of the delivery."""
    return (recipient.strip("<> ").partition("@")[0],) if recipient else returned.arrived_at


def _is_mail_to(entry: Entry, address: Address) -> bool:
    return isinstance(entry.body, MessageSent) and entry.body.channel == "email" and address in entry.addresses


def _concerned(entry: Entry) -> list[Concerned]:
    if not isinstance(entry.body, MessageSent):
        return []
    body, sender = entry.body, entry.sender
    return [Concerned(About(one, body.channel, body.topic, sender), entry.id) for one in entry.addresses]


def _made_at(entry: str) -> datetime:
    """When an id was made: the first 48 bits of a UUID of version 7 are milliseconds since 1970 (RFC 9562 5.7)."""
    return datetime.fromtimestamp((UUID(entry).int >> 80) / 1000, UTC)
