"""Providers that sign what they report, each with a real key made here."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import NameOID
from shop_post import NOW

from sayso.capture.hooks import FetchError, Handled
from sayso.ledger import Ledger
from sayso.sending.returns.events import Request, Source, Trust, handle_event, source_of
from sayso.sending.returns.events.ses import signed_text

SECRET = "not-a-real-secret-of-thirty-two-c"  # noqa: S105
TOPIC = "arn:aws:sns:us-east-1:1234567890:SES_Events"
CERTIFICATE = "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem"

_EC = ec.generate_private_key(ec.SECP256R1())
_RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _certificate() -> str:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(_RSA.public_key()).serial_number(1)
        .not_valid_before(datetime(2026, 1, 1, tzinfo=UTC)).not_valid_after(datetime(2027, 1, 1, tzinfo=UTC))
        .sign(_RSA, hashes.SHA256())
    )  # fmt: skip
    return made.public_bytes(serialization.Encoding.PEM).decode()


class Providers:
    """Whoever holds the keys, and an owner who trusts them."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.fetched: list[str] = []
        self._served = {CERTIFICATE: _certificate()}
        der = _EC.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
        self.trust = Trust(
            secrets=(SECRET,), public_keys=(base64.b64encode(der).decode(),), topic_arns=(TOPIC,), get=self._get
        )
        self.sources: dict[str, Source] = {
            name: source_of(name, self.trust) for name in ("ses", "sendgrid", "mailgun", "postmark", "mailchimp")
        }
        self._tokens = 0

    def _get(self, url: str) -> str:
        self.fetched.append(url)
        if "Action=ConfirmSubscription" in url:
            return "<ConfirmSubscriptionResponse/>"
        if url not in self._served:
            raise FetchError("it did not answer")
        return self._served[url]

    def post(self, provider: str, request: Request, now: datetime = NOW) -> Handled:
        return handle_event(self.ledger, provider, self.sources.get(provider), request, "shop", now)

    def sent(self, provider: str, item: Any) -> Handled:
        """What the provider itself sends."""
        return self.post(provider, getattr(self, provider)(item))

    def ses(self, item: dict[str, Any], version: str = "2", **over: str) -> Request:
        """`item` is the message inside, or a whole envelope."""
        given = item if "Type" in item else {"Type": "Notification", "MessageId": "m-1", "Message": json.dumps(item)}
        given = {
            "TopicArn": TOPIC,
            "Timestamp": "2026-11-24T09:00:00.000Z",
            **given,
            "SigningCertURL": CERTIFICATE,
            **over,
        }
        given["SignatureVersion"] = version
        algorithm = hashes.SHA1() if version == "1" else hashes.SHA256()  # noqa: S303
        given["Signature"] = base64.b64encode(_RSA.sign(signed_text(given), padding.PKCS1v15(), algorithm)).decode()
        return Request(json.dumps(given).encode())

    def sendgrid(self, items: Any, at: str = "1790000000") -> Request:
        body = json.dumps(items).encode()
        signature = base64.b64encode(_EC.sign(at.encode() + body, ec.ECDSA(hashes.SHA256()))).decode()
        return Request(body, {
            "x-twilio-email-event-webhook-signature": signature, "x-twilio-email-event-webhook-timestamp": at,
        })  # fmt: skip

    def mailgun(self, item: dict[str, Any], at: datetime = NOW - timedelta(minutes=1), token: str = "") -> Request:
        self._tokens += 1
        token, moment = token or f"token{self._tokens:045d}", str(int(at.timestamp()))
        signature = hmac.digest(SECRET.encode(), f"{moment}{token}".encode(), hashlib.sha256).hex()
        signed = {"timestamp": moment, "token": token, "signature": signature}
        return Request(json.dumps({**item, "signature": signed}).encode())

    def postmark(self, item: dict[str, Any]) -> Request:
        code = base64.b64encode(f"sayso:{SECRET}".encode()).decode()
        return Request(json.dumps(item).encode(), {"authorization": f"Basic {code}"})

    def mailchimp(self, form: str) -> Request:
        return Request(form.encode(), secret=SECRET)
