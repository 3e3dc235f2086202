"""The boxes of a form, each with the version of its wording that consents refer to."""

from __future__ import annotations

import hashlib

import msgspec

from sayso.ledger.canonical import canonical
from sayso.notices.declaration import Box
from sayso.vocabulary import Channel


class PublishedBox(msgspec.Struct, frozen=True):
    """A box as it stands on a form. It is served unticked; the same words for the same uses keep their version."""

    id: str
    wording: str
    wording_version: str
    topics: list[str]
    channels: list[Channel]


def published_box(form: str, box: Box) -> PublishedBox:
    """The box with its version: the form, the box, and the start of a SHA-256 over what it says and covers."""
    said = hashlib.sha256(canonical([box.wording, box.topics, box.channels])).hexdigest()
    return PublishedBox(box.id, box.wording, f"{form}-box-{box.id}-{said[:12]}", box.topics, box.channels)
