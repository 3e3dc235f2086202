"""
Whether Twilio sent a request: its signature over the address it called and every field of the form.

HMAC-SHA1 under the account's Auth Token, or, where the header `X-Twilio-Webhooks-Signature-Settings` says so, HMAC-SHA256
under a SharedKey (Twilio, "Webhooks security").
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Iterable
from urllib.parse import urlsplit, urlunsplit

SHA_1, SHA_256 = "HMAC_SHA1", "HMAC_SHA256"
_PORTS = {"http": 80, "https": 443}


def genuine(
    url: str, form: Iterable[tuple[str, str]], signature: str, settings: str, token: str, shared_key: str
) -> bool:
    """
    Does the signature fit? `settings` is the header that names key and algorithm, empty where there is none.

    Twilio signs the address with its port or without, so both are tried. Compared in constant time. Without the key
    that the algorithm asks for, nothing is genuine.
    """
    algorithm = _algorithm(settings)
    key = {SHA_1: token, SHA_256: shared_key}.get(algorithm, "")
    if not key:
        return False
    fields = "".join(name + value for name, value in sorted(set(form)))
    digest = {SHA_1: "sha1", SHA_256: "sha256"}[algorithm]
    fits = False
    for address in _spellings(url):
        made = base64.b64encode(hmac.digest(key.encode(), (address + fields).encode("utf-8", "replace"), digest))
        fits |= hmac.compare_digest(made, signature.encode("utf-8", "replace"))
    return fits


def _algorithm(settings: str) -> str:
    for part in settings.split(","):
        name, _, value = part.partition("=")
        if name.strip() == "algorithm" and value.strip():
            return value.strip().upper()
    return SHA_1


def _spellings(url: str) -> list[str]:
    """The address without its port, and with it."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    bare = host if parts.port is None else host.rpartition(":")[0]
    named = f"{bare}:{parts.port or _PORTS.get(parts.scheme, 443)}"
    return [urlunsplit(parts._replace(netloc=netloc)) for netloc in (bare, named)]
