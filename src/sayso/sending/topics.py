"""Is a topic known here? One that nobody was told of and nobody agreed to is most likely a slip of the pen."""

from __future__ import annotations

from collections.abc import Iterator

from sayso.law.expression import nearest
from sayso.ledger import Ledger
from sayso.ledger.entries import ConsentGiven
from sayso.notices.errors import NoticeError
from sayso.notices.reading import DECLARATION, read_declaration


def unknown_topic(ledger: Ledger, topic: str) -> str:
    """
    What is to be said of a topic that neither the notices nor any consent on record name; empty where one does.

    What bears such a topic is refused, since nobody can have said yes to it.
    """
    known = _declared(ledger)
    if topic in known or any(topic in found for found in _agreed(ledger, known)):
        return ""
    there = f"; there are {', '.join(f'`{one}`' for one in sorted(known)[:8])}" if known else ""
    return f"no notice and no consent on record names the topic `{topic}`{nearest(topic, sorted(known)) or there}"


def _declared(ledger: Ledger) -> set[str]:
    file = ledger.home / DECLARATION
    try:
        declared = read_declaration(file) if file.is_file() else None
    except NoticeError:
        return set()  # whoever needs it says what is wrong with it
    purposes = declared.purposes.values() if declared else ()
    return {topic for purpose in purposes for topic in purpose.topics}


def _agreed(ledger: Ledger, known: set[str]) -> Iterator[list[str]]:
    """The topics of every consent, one consent at a time; each is added to what is `known`."""
    for person in ledger.iter_people():
        for record in person.records:
            if isinstance(record.body, ConsentGiven):
                known.update(record.body.topics)
                yield record.body.topics
