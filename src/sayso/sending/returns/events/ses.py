"""
Amazon SES, whose events come through SNS: signed by a certificate that SNS itself hands out.

Anybody can have SNS send us a properly signed message of a topic of theirs. So the topic has to be one of ours before
anything else is looked at, before a certificate is fetched, and before a subscription is confirmed.
"""

from __future__ import annotations

import base64
import binascii
import re
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from sayso.capture.hooks import FetchError, HookRefused
from sayso.ledger.entries import AnyBody
from sayso.sending.returns.events import event
from sayso.sending.returns.events.event import Request, Told, Trust, decoded_object, inner, objects, words

_HOST = r"https://sns\.[a-z0-9-]{1,40}\.amazonaws\.com(?:\.cn)?"
_CERTIFICATE = re.compile(_HOST + r"/SimpleNotificationService-[a-z0-9]{1,64}\.pem", re.ASCII)
_CONFIRM = re.compile(_HOST + r"/\?Action=ConfirmSubscription&[\x21-\x7e]{1,2000}", re.ASCII)
_NOTIFICATION = ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")
_CONFIRMATION = ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")
_HASHES: dict[str, hashes.HashAlgorithm] = {
    "1": hashes.SHA1(),  # noqa: S303 -- what SNS signs with unless a topic is set to version 2
    "2": hashes.SHA256(),
}
_NO_COMPLAINT = frozenset({"not-spam", "auth-failure", "virus"})
CERTIFICATES, FETCHES_A_MINUTE = 32, 10
PATIENCE_SECONDS = 5.0
"""How long to wait for another certificate to be fetched."""


class Ses:
    """The topics of one account."""

    def __init__(self, trust: Trust) -> None:
        self._topics, self._get = frozenset(trust.topic_arns), trust.get
        self._keys: dict[str, rsa.RSAPublicKey] = {}
        self._fetched: deque[float] = deque(maxlen=FETCHES_A_MINUTE)
        self._lock = threading.Lock()

    def verify(self, request: Request, now: datetime) -> None:
        """The topic, then the signature (version 1 or 2)."""
        given = decoded_object(request.body, "the body")
        if words(given, "TopicArn") not in self._topics:
            raise HookRefused(401, "the topic is not one of those set for Amazon SES")
        algorithm = _HASHES.get(words(given, "SignatureVersion"))
        address = words(given, "SigningCertURL")
        if algorithm is None or not _CERTIFICATE.fullmatch(address):
            raise HookRefused(401, "the signature is not one that SNS makes")
        try:
            signature = base64.b64decode(words(given, "Signature"), validate=True)
            self._key(address).verify(signature, signed_text(given), padding.PKCS1v15(), algorithm)
        except (InvalidSignature, binascii.Error, ValueError):
            raise HookRefused(401, "the signature is not that of this message") from None

    def _key(self, address: str) -> rsa.RSAPublicKey:
        """The key of a certificate, fetched once. Nobody makes us fetch without end, or keeps others waiting by it."""
        known = self._keys.get(address)
        if known is not None:
            return known
        with self._one_at_a_time():
            if address in self._keys:
                return self._keys[address]
            key = x509.load_pem_x509_certificate(self._fetch(address).encode()).public_key()
            if not isinstance(key, rsa.RSAPublicKey):
                raise ValueError("not an RSA key")
            if len(self._keys) >= CERTIFICATES:
                self._keys.pop(next(iter(self._keys)))
            self._keys[address] = key
            return key

    @contextmanager
    def _one_at_a_time(self) -> Iterator[None]:
        if not self._lock.acquire(timeout=PATIENCE_SECONDS):
            raise FetchError("something else is being fetched; the event will be sent again")
        try:
            yield
        finally:
            self._lock.release()

    def _fetch(self, address: str) -> str:
        moment = time.monotonic()
        if len(self._fetched) == FETCHES_A_MINUTE and moment - self._fetched[0] < 60:
            raise FetchError("too much had to be fetched within a minute; the event will be sent again")
        if self._get is None:
            raise FetchError("nothing can be fetched here")
        self._fetched.append(moment)
        return self._get(address)

    def read(self, request: Request, now: datetime) -> list[Told]:
        """What the message inside says; a subscription of a topic of ours is confirmed."""
        given = decoded_object(request.body, "the body")
        if given.get("Type") == "SubscriptionConfirmation":
            address = words(given, "SubscribeURL")
            if not _CONFIRM.fullmatch(address):
                raise HookRefused(400, "the address to confirm is not one of SNS")
            self._fetch(address)
            return []
        if given.get("Type") != "Notification":
            return []
        one = decoded_object(words(given, "Message"), "the message")
        return _told(one, words(given, "MessageId"), given.get("Timestamp"))


def signed_text(given: dict[str, Any]) -> bytes:
    """What SNS signs: names and values by name, each on a line of its own; a subject only where there is one."""
    names = _NOTIFICATION if given.get("Type") == "Notification" else _CONFIRMATION
    return "".join(f"{name}\n{given[name]}\n" for name in names if given.get(name) is not None).encode()


def _told(one: dict[str, Any], message: str, at: Any) -> list[Told]:
    kind = words(one, "notificationType") or words(one, "eventType")
    if kind == "Bounce":
        bounced = inner(one, "bounce")
        return [
            _of(one, bounced, message, at, words(who, "emailAddress"), _bounce(bounced, who), "shop")
            for who in objects(bounced.get("bouncedRecipients"))
        ]
    if kind == "Complaint" and words(inner(one, "complaint"), "complaintFeedbackType") not in _NO_COMPLAINT:
        complained = inner(one, "complaint")
        # a provider that hides who complained has everyone listed who got it there: any of them may have
        return [
            _of(one, complained, message, at, words(who, "emailAddress"), event.complaint(), "person")
            for who in objects(complained.get("complainedRecipients"))
        ]
    if kind == "Subscription" and _left(inner(one, "subscription")):
        people = inner(one, "mail").get("destination")
        return [
            _of(one, inner(one, "subscription"), message, at, who, event.withdrawn(), "person")
            for who in (people if isinstance(people, list) else []) if isinstance(who, str)
        ]  # fmt: skip
    return []


def _of(
    one: dict[str, Any], report: dict[str, Any], message: str, at: Any, who: str, body: AnyBody, actor: Any
) -> Told:
    return Told(
        id=words(report, "feedbackId") or message, addresses=(who,), body=body, at=report.get("timestamp") or at, actor=actor,
        raw={name: value for name, value in one.items() if name != "mail"},
    )  # fmt: skip


def _bounce(bounced: dict[str, Any], who: dict[str, Any]) -> AnyBody:
    return event.bounce(words(who, "status", "diagnosticCode"), final=bounced.get("bounceType") == "Permanent")


def _left(subscription: dict[str, Any]) -> bool:
    """Did somebody leave all topics, or any of them? Its topics are not ours, so it reaches all email."""
    wanted = inner(subscription, "newTopicPreferences")
    statuses = [one.get("subscriptionStatus") for one in objects(wanted.get("topicSubscriptionStatus"))]
    return wanted.get("unsubscribeAll") is True or "OptOut" in statuses
