"""What a topic says of a message before there is one."""

from __future__ import annotations

import msgspec

from sayso.vocabulary import Facts
from sayso.vocabulary.message import MessageKind

KIND_OF_TOPIC: dict[str, MessageKind] = {
    "abandoned_cart": "abandoned_cart",
    "newsletter": "newsletter",
    "offers": "promotional",
    "survey": "survey",
    "fundraising": "fundraising",
}
"""
What a message on a topic is taken to be before there is one. Only kinds that are marketing: a topic's name never makes
a message less than that, since what it is follows from its content.
"""


def with_kind(facts: Facts) -> Facts:
    """The facts, with the kind of message that the topic stands for where none is known."""
    kind = KIND_OF_TOPIC.get(facts.topic or "")
    return facts if facts.message_kind or not kind else msgspec.structs.replace(facts, message_kind=kind)
