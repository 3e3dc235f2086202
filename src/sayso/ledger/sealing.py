"""
An entry as it is stored: a clear part that the hash chain covers, and a sealed part under the person's key.

In clear stand what happened when and by whom, the exact wording shown, and, for stops, all of the reading and the keyed
hashes it holds for. Sealed are addresses, every other reading, and what identifies someone; the raw input is sealed
apart from its reading. The clear part names the hashes of both sealed parts, so a chain over it covers the ciphertext,
and it still verifies when the key is gone.
"""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

import msgspec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from sayso.ledger.canonical import canonical
from sayso.ledger.entries import (
    Actor,
    Address,
    AnyBody,
    Entry,
    EvidenceSet,
    HouseRuleSet,
    ImportFinished,
    NoticePublished,
    Private,
    Proof,
    RiskAccepted,
    SettingChanged,
    Stopping,
    Wording,
)
from sayso.ledger.keys import decrypt, encrypt

IMPERSONAL = (NoticePublished, EvidenceSet, RiskAccepted, HouseRuleSet, SettingChanged, ImportFinished)
"""Bodies about the business, not about anyone."""

IN_CLEAR = (*IMPERSONAL, Stopping)
"""Bodies that must outlive the person's key, or have no person."""


class Clear(msgspec.Struct, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """The part of an entry that is stored as it is, and that the chain covers."""

    seq: int
    """Place in the ledger, from 1."""
    id: str
    kind: str
    happened_at: datetime
    recorded_at: datetime
    origin: str
    actor: Actor
    proof: Proof
    sender: str
    person: str | None = None
    import_id: str | None = None
    body: AnyBody | None = None
    wording: str | None = None
    wording_version: str | None = None
    lookup: int | None = None
    """Version of the lookup key under which the hashes in `holds` were made."""
    holds: dict[str, list[str]] = {}
    """Folded address hash -> stops (entry ids) that hold for it from this entry on."""
    sealed: str | None = None
    """SHA-256 of the sealed part."""
    raw: str | None = None
    """SHA-256 of the sealed raw input."""


class Secret(msgspec.Struct, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """The part of an entry that only the person's key opens."""

    addresses: list[Address] = []
    private: Private | None = None
    body: AnyBody | None = None


class Sealed(msgspec.Struct):
    """What the store keeps of one entry: three strings of bytes, of which the chain covers the first."""

    clear: bytes
    secret: bytes | None
    raw: bytes | None


_clear = msgspec.json.Decoder(Clear)
_secret = msgspec.json.Decoder(Secret)


def seal(entry: Entry, clear: Clear, key: AESGCM | None) -> Sealed:
    """The stored form of an entry; fills in what the clear part says of the sealed parts."""
    body = entry.body
    secret = Secret(addresses=entry.addresses, private=entry.private)
    if isinstance(body, IN_CLEAR):
        clear.body = body
    elif isinstance(body, Wording):
        clear.wording, clear.wording_version = body.wording, body.wording_version
        secret.body = msgspec.structs.replace(body, wording=None, wording_version=None)
    else:
        secret.body = body
    hidden = raw = None
    if key is not None:
        hidden = encrypt(key, canonical(secret), f"{entry.id}:secret".encode())
        clear.sealed = sha256(hidden).hexdigest()
        if entry.raw is not None:
            raw = encrypt(key, entry.raw.encode(), f"{entry.id}:raw".encode())
            clear.raw = sha256(raw).hexdigest()
    return Sealed(canonical(clear), hidden, raw)


def read_clear(data: bytes) -> Clear:
    """The clear part from its bytes; raises `msgspec.DecodeError` if it is none."""
    try:
        return _clear.decode(data)
    except TypeError:
        raise msgspec.DecodeError("a number stands where an entry was written") from None


def read_secret(clear: Clear, data: bytes, key: AESGCM) -> Secret | None:
    """The sealed part with the wording put back, or `None` where it does not open."""
    opened = decrypt(key, data, f"{clear.id}:secret".encode())
    if opened is None:
        return None
    secret = _secret.decode(opened)
    if isinstance(secret.body, Wording):
        secret.body.wording, secret.body.wording_version = clear.wording, clear.wording_version
    return secret


def read_raw(clear: Clear, data: bytes, key: AESGCM) -> str | None:
    """The raw input, or `None` where it does not open."""
    opened = decrypt(key, data, f"{clear.id}:raw".encode())
    return opened.decode() if opened is not None else None


def as_entry(clear: Clear, secret: Secret | None, raw: str | None = None) -> Entry | None:
    """The entry as it was appended; `None` if its reading went with the person's key."""
    body = clear.body or (secret.body if secret else None)
    if body is None:
        return None
    return Entry(
        body=body,
        happened_at=clear.happened_at,
        origin=clear.origin,
        actor=clear.actor,
        proof=clear.proof,
        sender=clear.sender,
        person=clear.person,
        addresses=secret.addresses if secret else [],
        private=secret.private if secret else None,
        raw=raw,
        import_id=clear.import_id,
        id=clear.id,
        recorded_at=clear.recorded_at,
    )
