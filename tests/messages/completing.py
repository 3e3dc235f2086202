"""What the tests of completed messages share: an invented shop, its ways out, and a key to sign with."""

from __future__ import annotations

import base64
from functools import cache

import dkim
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from sayso.messages.complete import Ways, complete_mail
from sayso.messages.identity import Identity

SHOP = Identity(
    brand="Harbour Books",
    legal_name="Harbour Books Pty Ltd",
    postal_address="12 Wharf Street, Sydney NSW 2000, Australia",
    email="hello@harbour.example",
    phone="+61 2 5550 1234",
    website="https://harbour.example",
    country="AU",
    domains=("harbour.example",),
)
OWN = "https://mail.harbour.example/u/"
WAYS = Ways(OWN + "Ab-_9" * 23, "https://mail.harbour.example/preferences/Ab-_9", "u-abcdefgh@back.harbour.example")
FROM = b"From: Harbour Books <hello@harbour.example>\r\nTo: ana@customer.example\r\n"


def completed(raw: bytes, *, commercial: bool = True, label: str = "") -> bytes:
    """For the shop."""
    return complete_mail(raw, SHOP, WAYS, commercial=commercial, ad_label=label)


@cache
def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def signed(raw: bytes) -> bytes:
    """With a DKIM signature over both unsubscribe headers."""
    pem = _key().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    covered = [b"from", b"subject", b"date", b"message-id", b"list-unsubscribe", b"list-unsubscribe-post"]
    return dkim.sign(raw, b"s1", b"harbour.example", pem, include_headers=covered) + raw


def dnsfunc(name: bytes, timeout: int = 5) -> bytes | None:
    """The one key that is published."""
    public = (
        _key().public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    return b"v=DKIM1; k=rsa; p=" + base64.b64encode(public) if name == b"s1._domainkey.harbour.example." else None
