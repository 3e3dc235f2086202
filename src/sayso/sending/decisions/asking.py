"""
The Python call: the answer the gate would give, for whoever sends by other means.

What is recorded as given is of unknown outcome until a provider's event or a bounce tells: sayso did not see it leave.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from sayso.decision import Decision, decide
from sayso.decision.topics import with_kind
from sayso.ledger import Ledger
from sayso.ledger.addresses import email_address, phone_number
from sayso.ledger.entries import Address
from sayso.ledger.errors import AddressError
from sayso.ledger.replay import ADDRESS_OF_CHANNEL
from sayso.ledger.standing import all_rulebooks, standing_of
from sayso.messages.identity import Identity
from sayso.messages.mail import MessageError
from sayso.sending.decisions.drafts import DraftError, content_of, draft_of
from sayso.sending.decisions.questions import Draft, Question, Reply, State
from sayso.sending.dispatch import Dispatch
from sayso.sending.gate.messages import RefusedError, foreign, looked_at
from sayso.sending.outgoing import Handed, Mail, Outcome, Outgoing, Still, Stream, Text, always
from sayso.settings import Settings
from sayso.vocabulary import Channel

LOG = logging.getLogger("sayso.decisions")
TOGETHER = 8
"""Questions worked on at once."""
CHANNELS: tuple[Channel, ...] = ("email", "sms", "mms")


class _GivenBack:
    """The way out for what somebody else sends: it keeps what was allowed until it is given back."""

    def __init__(self) -> None:
        self.given: dict[str, Mail | Text] = {}

    async def hand_over(self, to: Address, content: Mail | Text, entry: str, still: Still = always) -> Handed:
        if refusal := await still():
            return refusal
        self.given[entry] = content
        return Handed("unknown", "given back to be sent by somebody else")


class Decisions:
    """
    The gate of one store as a call, for the streams of the settings. Safe between threads.

    >>> decisions = Decisions(ledger, settings, identity)  # doctest: +SKIP
    >>> decisions.ask(Stream("cart", topic="abandoned_cart"), [Question(to="ana@shop.example")])  # doctest: +SKIP
    """

    def __init__(
        self,
        ledger: Ledger,
        settings: Settings,
        identity: Identity,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Raises LawError where house rules cannot be read."""
        self._ledger = ledger
        self._clock = clock
        self._streams = settings.gate.streams
        self._law = all_rulebooks(ledger.home)
        self._back = _GivenBack()
        self._dispatch = Dispatch(ledger, settings, identity, self._law, dict.fromkeys(CHANNELS, self._back), clock)

    def ask(self, stream: Stream, questions: Sequence[Question], *, send: bool = False) -> list[Reply]:
        """The answers, in the order of the questions. Call `answer` where an event loop runs already."""
        return asyncio.run(self.answer(stream, questions, send=send))

    async def answer(self, stream: Stream, questions: Sequence[Question], *, send: bool = False) -> list[Reply]:
        """The answers, in the order of the questions. With `send`, what is allowed is recorded and given to be sent."""
        room = asyncio.Semaphore(TOGETHER)

        async def one(question: Question) -> Reply:
            async with room:
                try:
                    return await self._one(stream, question, send)
                except (AddressError, DraftError, MessageError, RefusedError) as problem:
                    return Reply(id=question.id, state="unreadable", because=str(problem))
                except Exception as error:  # trouble of the store, or a bug that one question met: no other is held up
                    LOG.error("a question is undecided: %s", type(error).__name__)
                    return Reply(id=question.id, state="undecided", because="no answer can be had just now; ask again")

        return await asyncio.gather(*(one(question) for question in questions))

    async def _one(self, stream: Stream, question: Question, send: bool) -> Reply:
        to = address_of(question)
        if question.message is None:
            if send:
                raise DraftError("there is no `message` to send; give one, or ask without `send`")
            return _told(question, await asyncio.to_thread(self._without_message, stream, question, to), "asked")
        if send and not question.id:
            raise DraftError("give each message an `id` of its own, so that it is never given twice")
        content = content_of(question.message, to)
        self._bound(stream, content)
        outgoing = Outgoing(
            to=to,
            channel=question.channel,
            stream=stream,
            content=content,
            origin=f"given:{self._ledger.fingerprint(f'{stream.name} {question.id}')}",
        )
        if send:
            return self._given(question, question.message, await self._dispatch.send(outgoing))
        judged = await self._dispatch.judge(outgoing)
        allowed = judged.ruling.answer == "allowed"
        return _told(
            question, judged.decision, "asked", draft_of(judged.content, question.message) if allowed else None
        )

    def _bound(self, stream: Stream, content: Mail | Text) -> None:
        """From may name only what the stream's settings let it. Raises DraftError, or RefusedError for a bad header."""
        if not isinstance(content, Mail):
            return
        configured = self._streams.get(stream.name)
        if said := foreign(looked_at(content.raw), configured.from_domains if configured else []):
            raise DraftError(f"{said}, which `{stream.name}` may not write for; see from_domains")

    def _without_message(self, stream: Stream, question: Question, to: Address) -> Decision:
        at = self._clock()
        facts = self._ledger.facts_for(to, channel=question.channel, topic=stream.topic, sender=stream.sender, at=at)
        standing = standing_of(self._law, self._ledger.business(at))
        return decide(with_kind(facts), at, standing.law, accepted=standing.accepted)

    def _given(self, question: Question, draft: Draft, outcome: Outcome) -> Reply:
        if outcome.state == "refused" and outcome.decision is not None:
            return _told(question, outcome.decision, "refused", entry=outcome.entry)
        if outcome.state == "deferred":
            return Reply(id=question.id, state="undecided", because=outcome.said)
        content = self._back.given.pop(outcome.entry, None)
        if content is None:
            because = "it was given under this id before, and is not given again"
            return Reply(id=question.id, state="given_before", because=because, entry=outcome.entry)
        because = "allowed, and recorded as given to be sent"
        sent = draft_of(content, draft)
        return Reply(
            id=question.id, state="given", answer="allowed", because=because, entry=outcome.entry, message=sent
        )


def address_of(question: Question) -> Address:
    """The address that a question is about. Raises AddressError."""
    if ADDRESS_OF_CHANNEL.get(question.channel) == "phone":
        return phone_number(question.to)
    return email_address(question.to)


def _told(question: Question, decision: Decision, state: State, message: Draft | None = None, entry: str = "") -> Reply:
    return Reply(
        id=question.id,
        state=state,
        answer=decision.answer,
        because=decision.because,
        rule=decision.rule,
        limb=decision.limb,
        cite=decision.cite,
        layers=decision.layers,
        obligations=decision.obligations,
        depends_on=decision.depends_on,
        remedies=decision.remedies,
        exposure=decision.exposure,
        valid_until=decision.valid_until,
        entry=entry,
        message=message,
    )
