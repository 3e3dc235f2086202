"""
What decisions need of the entries, kept ready: one state per address, per mailbox as folded, and per person.

A state is the entries themselves, stripped of what no rule asks, in one row each. Because every part keeps when it was
recorded, the same state answers as of any earlier moment. Channel and topic are worked out when asking: what a stop or
a wording reaches is open-ended, and a row for each pair would have to guess.

The same `project` keeps the table current and replays it from nothing, so that the two can be compared.
"""

from __future__ import annotations

import msgspec

from sayso.ledger.addresses import country_of
from sayso.ledger.entries import (
    AnyBody,
    BounceReceived,
    CheckoutAbandoned,
    CheckoutStarted,
    ComplaintReceived,
    ConsentWithdrawn,
    DeliveryReported,
    ErasureDone,
    ImportFinished,
    MessageRefused,
    MessageSent,
    NoticePublished,
    NumberReassigned,
    ObjectionReceived,
    OptOutOfSaleReceived,
    OrderPlaced,
    RequestReceived,
    Stopping,
    TextReceived,
    Wording,
)
from sayso.ledger.keys import AddressHasher
from sayso.ledger.sealing import IMPERSONAL, Clear, Secret
from sayso.ledger.states import BUSINESS, Held, Record, Sent, Started, StopRecord, View, address_key, person_key
from sayso.vocabulary.ground import StopKind

PROJECTION = "2"
"""What `project` makes of entries, numbered anew whenever it changes: a store with another number is replayed on opening."""

ADDRESS_BOUND: frozenset[StopKind] = frozenset({"hard_bounce", "number_reassigned"})
"""Stops that are about the mailbox or number, not about what its holder wants; they reach no other address."""

NOT_MARKETING = frozenset({"factual", "transactional", "informational", "opt_out_confirmation", "opt_in_confirmation"})
"""Kinds of message that no frequency cap counts."""


def stop_kind(body: Stopping) -> StopKind | None:
    """What kind of stop a body is; a soft bounce is none."""
    match body:
        case ConsentWithdrawn():
            return body.means
        case ObjectionReceived():
            return "objection"
        case ComplaintReceived():
            return "complaint"
        case BounceReceived():
            return "hard_bounce" if body.hard else None
        case NumberReassigned():
            return "number_reassigned"
        case OptOutOfSaleReceived():
            return body.signal
        case ErasureDone():
            return "erasure"
    return None


def _stop_record(clear: Clear, body: Stopping, kind: StopKind) -> StopRecord:
    return StopRecord(
        entry=clear.id,
        kind=kind,
        happened_at=clear.happened_at,
        recorded_at=clear.recorded_at,
        scope=body.scope,
        channels=body.channels,
        topics=body.topics,
        through_offered_mechanism=body.through_offered_mechanism,
        means_stop=body.means_stop,
        person_known=body.person_known if isinstance(body, OptOutOfSaleReceived) else None,
    )


def _record(clear: Clear, body: AnyBody, addresses: list[str]) -> Record:
    if isinstance(body, Wording):
        # Which version a notice bears is asked for; the words themselves stay in the entry.
        body = msgspec.structs.replace(body, wording=None, page=None)
        if isinstance(body, NoticePublished):
            body = msgspec.structs.replace(body, terms={})
    return Record(
        id=clear.id,
        happened_at=clear.happened_at,
        recorded_at=clear.recorded_at,
        actor=clear.actor,
        proof=clear.proof,
        sender=clear.sender,
        import_id=clear.import_id,
        addresses=addresses,
        body=body,
    )


def project(view: View, clear: Clear, secret: Secret | None, hasher: AddressHasher) -> None:
    """Take one entry into the states. `secret` is `None` where there is none, or where its key was deleted."""
    body = clear.body
    if isinstance(body, Stopping):
        kind = stop_kind(body)
        if kind is not None:
            view.meet(_stop_record(clear, body, kind))
    for fold, entries in clear.holds.items():
        now = hasher.forward(fold, clear.lookup or hasher.version)
        for entry in entries:
            stop = view.stop(entry)
            if stop is not None:
                # It holds for this address from now on; one tied to it earlier has held it for longer.
                view.add_stop(now, msgspec.structs.replace(stop, recorded_at=clear.recorded_at))
    if isinstance(body, ErasureDone) and clear.person:
        view.forget(clear.person)
    elif isinstance(body, IMPERSONAL):
        if not isinstance(body, ImportFinished):
            view.business().records.append(_record(clear, body, []))
            view.touch(BUSINESS)
    elif secret is not None and clear.person:
        _project_person(view, clear, secret, hasher)


def _project_person(view: View, clear: Clear, secret: Secret, hasher: AddressHasher) -> None:
    assert clear.person  # noqa: S101 -- narrows the type only
    state = view.person(clear.person)
    view.touch(person_key(clear.person))
    exact = [hasher.exact(address) for address in secret.addresses]
    known = {held.exact for held in state.addresses}
    for address, found in zip(secret.addresses, exact, strict=True):
        if found in known:
            continue
        known.add(found)
        state.addresses.append(
            Held(
                kind=address.kind,
                exact=found,
                folded=hasher.fold(address),
                country=country_of(address),
                recorded_at=clear.recorded_at,
            )
        )
        people = view.address(found).people
        if clear.person not in people:
            people.append(clear.person)
            view.touch(address_key(found))
    _project_checkout(view, clear, secret.body)
    match secret.body:
        case None | MessageRefused() | DeliveryReported() | TextReceived() | CheckoutStarted() | RequestReceived():
            pass
        case MessageSent() as sent:
            state.messages.append(
                Sent(
                    happened=int(clear.happened_at.timestamp()),
                    recorded=int(clear.recorded_at.timestamp()),
                    channel=sent.channel,
                    topic=sent.topic,
                    marketing=sent.message_kind not in NOT_MARKETING,
                    with_consent=sent.with_consent,
                    addresses=exact,
                )
            )
        case body:
            state.records.append(_record(clear, body, exact))


def _project_checkout(view: View, clear: Clear, body: AnyBody | None) -> None:
    """What a checkout's own events say of whether it still waits for its order."""
    assert clear.person  # noqa: S101 -- narrows the type only
    if not isinstance(body, CheckoutStarted | CheckoutAbandoned | OrderPlaced) or body.form is None:
        return
    state = view.checkout(clear.person, body.form)
    match body:
        case CheckoutStarted():
            known = state.started.get(clear.person)
            if known is None or clear.happened_at >= known.happened_at:
                state.started[clear.person] = Started(entry=clear.id, happened_at=clear.happened_at)
        case CheckoutAbandoned():
            state.left[clear.person] = max(state.left.get(clear.person, clear.happened_at), clear.happened_at)
        case OrderPlaced():
            if clear.person not in state.ordered:
                state.ordered.append(clear.person)
    view.checkout_changed(body.form)
