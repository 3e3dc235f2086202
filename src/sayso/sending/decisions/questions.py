"""What is asked and what is answered, as it stands in JSON."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated as A  # noqa: N817 -- keeps each field on one line
from typing import Literal

import msgspec
from msgspec import Meta

from sayso.decision import Dependence, Exposure, Obligation, Remedy
from sayso.decision.answer import LayerAnswer
from sayso.law.expression import nearest
from sayso.vocabulary import Answer, Channel

_UNKNOWN = re.compile(r"unknown field `([^`]{1,60})`")
MOST = 1000
"""Questions in one request."""

State = Literal["asked", "given", "given_before", "refused", "undecided", "unreadable"]
"""
What became of a question. `asked`: answered, and nothing recorded. `given`: it is allowed and recorded, and what to
send stands in `message`. `given_before`: it was given under this id already, and is not given again. `refused`: it may
not go, which is recorded. `undecided`: no answer can be had just now; ask again. `unreadable`: the question cannot be
read; `because` says what to write.
"""


class Draft(msgspec.Struct, kw_only=True, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """
    A message as a provider's API takes it: `raw` (RFC 5322, in base64), or the parts of a mail, or `body` of a text.
    """

    raw: bytes = b""
    sender: A[str, Meta(max_length=1000)] = ""
    """What From says: `Shop <hello@shop.example>`."""
    subject: A[str, Meta(max_length=2000)] = ""
    html: str = ""
    text: str = ""
    headers: dict[str, str] = {}
    """Header fields to be set that sayso adds, such as List-Unsubscribe; only in what is answered."""
    body: str = ""
    media: tuple[str, ...] = ()


class Question(msgspec.Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """
    One address on one channel. Without a message the answer says what a message would have to be like; with one, the
    message is judged as the gate judges it.
    """

    to: A[str, Meta(max_length=320)]
    channel: Channel = "email"
    id: A[str, Meta(max_length=200)] = ""
    """Names the message, whoever sends it: what was given under an id is not given again."""
    message: Draft | None = None


class Request(msgspec.Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """
    A request. With `send`, what is allowed is recorded as handed over and given back completed, to be sent at once.
    Each question is read by itself (`question_of`), so that one that cannot be read spoils no other.
    """

    questions: A[list[msgspec.Raw], Meta(min_length=1, max_length=MOST)]
    send: bool = False


class Reply(msgspec.Struct, kw_only=True, frozen=True, omit_defaults=True):
    """The answer to one question. It holds no contact detail but what the message to be sent holds."""

    id: str = ""
    state: State
    answer: Answer | None = None
    because: str
    rule: str = ""
    limb: str = ""
    cite: str = ""
    layers: dict[str, LayerAnswer] = {}
    obligations: list[Obligation] = []
    depends_on: list[Dependence] = []
    remedies: list[Remedy] = []
    exposure: list[Exposure] = []
    valid_until: date | None = None
    entry: str = ""
    """The ledger entry that records it."""
    message: Draft | None = None
    """What to send, completed; in the form in which it was asked about."""


def question_of(raw: msgspec.Raw) -> Question | Reply:
    """One question, or the reply to one that cannot be read: what is wrong with it, and its `id` where it has one."""
    try:
        return msgspec.json.decode(raw, type=Question)
    except msgspec.ValidationError as error:
        said, named = str(error), _UNKNOWN.search(str(error))
    if named:
        fields = Draft if "`$.message" in said else Question
        said = f"{said.partition(' - at ')[0]}{nearest(named[1], list(fields.__struct_fields__))}"
    return Reply(id=_id_of(raw), state="unreadable", because=f"the question cannot be read: {said}")


def _id_of(raw: msgspec.Raw) -> str:
    try:
        return msgspec.json.decode(raw, type=_Named).id
    except msgspec.ValidationError:
        return ""


class _Named(msgspec.Struct):
    id: A[str, Meta(max_length=200)] = ""


class Replies(msgspec.Struct, frozen=True):
    """The answers, in the order of the questions."""

    replies: list[Reply]
