"""
The keys of one business, in files apart from the store: whoever has only the store reads no contact detail.

`master` wraps the key of each person, `lookup-N` finds addresses without keeping them, `signing` signs heads.
Back the folder up apart from the store: without it the ledger can be checked, but nobody's details can be read.
"""

from __future__ import annotations

import hmac
import os
import secrets
import stat
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from sayso.ledger.addresses import folded
from sayso.ledger.entries import Address
from sayso.ledger.errors import FileExposedError, KeyMissingError

_NONCE = 12
_HELP = "restore the keys folder from its backup (it is kept apart from the store)"


def encrypt(cipher: AESGCM, data: bytes, bound_to: bytes) -> bytes:
    """AES-256-GCM with a fresh random nonce in front; opens only together with the same `bound_to`."""
    nonce = os.urandom(_NONCE)
    return nonce + cipher.encrypt(nonce, data, bound_to)


def decrypt(cipher: AESGCM, data: bytes, bound_to: bytes) -> bytes | None:
    """What was encrypted, or `None` where key, text or what it is bound to is not the same, or this is no ciphertext."""
    try:
        return cipher.decrypt(data[:_NONCE], data[_NONCE:], bound_to)
    except (InvalidTag, ValueError, TypeError):
        return None


class AddressHasher:
    """
    Finds addresses by keyed hash (HMAC-SHA256, as hex). Rotating the key wraps: HMAC(new, HMAC(old, address)), so
    that a hash written under an old key can be brought forward without knowing the address.
    """

    def __init__(self, keys: list[bytes]) -> None:
        self.version = len(keys)
        self._keys = keys
        self.exact = lru_cache(65_536)(self._hash)

    def _hash(self, address: Address) -> str:
        first = hmac.digest(self._keys[0], f"{address.kind}:{address.value}".encode(), "sha256").hex()
        return self.forward(first, 1)

    def fold(self, address: Address) -> str:
        """The hash that all spellings of the address share; stops are kept under it."""
        return self.exact(folded(address))

    def forward(self, found: str, version: int) -> str:
        """A hash written under key `version`, as it is under the newest key."""
        for key in self._keys[version:]:
            found = hmac.digest(key, bytes.fromhex(found), "sha256").hex()
        return found


class Keys:
    """The key files of one ledger, read into memory."""

    def __init__(self, folder: Path, lookup_version: int | None = None) -> None:
        self._folder = folder
        master = _read(folder / "master")
        signing = _read(folder / "signing")
        versions = lookup_version or lookup_versions(folder)
        lookup = [_read(folder / f"lookup-{number}") for number in range(1, versions + 1)]
        self.hasher = AddressHasher(lookup)
        self._first = lookup[0]
        self._master = AESGCM(master)
        self._signing = Ed25519PrivateKey.from_private_bytes(signing)
        self.public = self._signing.public_key().public_bytes_raw().hex()
        self.marks = {"master": _mark(master), "lookup-1": _mark(lookup[0])}
        """Short fingerprints, so that a store can tell that it was opened with other keys than its own."""

    def fingerprint(self, text: str) -> str:
        """Names a text without telling it (HMAC-SHA256, 128 bits as hex); the same after every rotation."""
        return hmac.digest(self._first, b"fingerprint:" + text.encode(), "sha256").hex()[:32]

    def secret(self, purpose: str) -> bytes:
        """A key for one purpose, derived from the first lookup key; the same after every rotation."""
        return hmac.digest(self._first, b"secret:" + purpose.encode(), "sha256")

    def new_person_key(self, person: str) -> tuple[AESGCM, bytes]:
        """A fresh key for one person: ready for use, and wrapped under the master key for keeping."""
        key = secrets.token_bytes(32)
        return AESGCM(key), encrypt(self._master, key, person.encode())

    def person_key(self, person: str, wrapped: bytes) -> AESGCM | None:
        """The person's key, or `None` if what is kept is not theirs."""
        key = decrypt(self._master, wrapped, person.encode())
        return AESGCM(key) if key is not None else None

    def sign(self, data: bytes) -> str:
        """An Ed25519 signature, as hex."""
        return self._signing.sign(data).hex()

    def add_lookup_key(self, version: int) -> None:
        """Make the lookup key of this version, unless an earlier attempt already did."""
        _create(self._folder / f"lookup-{version}")


def signature_holds(public: str, signature: str, data: bytes) -> bool:
    """Was `data` signed with the key whose public half this is (both hex)?"""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(bytes.fromhex(signature), data)
    except (InvalidSignature, ValueError):
        return False
    return True


def create_keys(folder: Path) -> None:
    """Make a key folder, readable by its owner only. Keys that are there are kept."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in ("master", "signing", "lookup-1"):
        _create(folder / name)


def lookup_versions(folder: Path) -> int:
    """How many lookup keys the folder holds, counted from the first."""
    number = 1
    while (folder / f"lookup-{number + 1}").exists():
        number += 1
    return number


def _create(path: Path) -> None:
    """A new 32-byte key in a file of mode 0600, complete or not there at all."""
    if path.exists():
        return
    draft = path.with_name(path.name + ".new")
    draft.unlink(missing_ok=True)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_hex(32) + "\n")
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def refuse_exposed(path: Path) -> None:
    """Raises FileExposedError if others than its owner may read or write a file."""
    mode = stat.S_IMODE(path.stat().st_mode)
    if os.name == "posix" and mode & 0o077:
        raise FileExposedError(f"others may read {path} (its mode is {mode:o}); run `chmod 600 {path}`")


def _read(path: Path) -> bytes:
    try:
        refuse_exposed(path)
        key = bytes.fromhex(path.read_text().strip())
    except FileNotFoundError:
        raise KeyMissingError(f"the key file {path} is missing; {_HELP}") from None
    except (OSError, ValueError):
        raise KeyMissingError(f"the key file {path} cannot be read; {_HELP}") from None
    if len(key) != 32:
        raise KeyMissingError(f"the key file {path} does not hold a 32-byte key; {_HELP}")
    return key


def _mark(key: bytes) -> str:
    return sha256(b"sayso key mark" + key).hexdigest()[:16]
