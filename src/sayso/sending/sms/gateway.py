"""The gateway as the settings name it: the way out, the secrets it shares, and what its settings say of every text."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec

from sayso.choices.links import ChoiceLinks
from sayso.ledger import Ledger
from sayso.sending.outgoing import Transport
from sayso.sending.sms.kannel import Kannel
from sayso.sending.sms.reports import refused_by_carrier
from sayso.sending.sms.twilio import API, Twilio
from sayso.settings import Settings, SettingsError, Sms

_NUMBER = re.compile(r"\+[1-9]\d{6,14}|\d{3,8}")
_IN_AN_ADDRESS = re.compile(r"[A-Za-z0-9_-]{20,200}")
_NAME = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 ]{2,11}")


def transport(ledger: Ledger, settings: Settings, now: Callable[[], datetime]) -> Transport | None:
    """The way out for texts and MMS; None where no gateway is set. Raises SettingsError where its settings are amiss."""
    sms = settings.sms
    if not sms.gateway:
        return None
    password = secret(ledger.home, "sms.password_file", sms.password_file)
    report = _reports(ledger, settings)
    if sms.gateway == "kannel":
        return Kannel(
            _address("sms.url", sms.url), _given("sms.username", sms.username), password, _number(sms), report
        )
    return Twilio(
        _given("sms.username", sms.username),
        password,
        report,
        lambda to, code: refused_by_carrier(ledger, to, code, now()),
        number="" if sms.messaging_service else _number(sms),
        service=sms.messaging_service,
        api=_address("sms.url", sms.url) if sms.url else API,
    )


class Keys(msgspec.Struct, frozen=True):
    """What proves that the gateway calls; empty where it is not set, and then nothing is believed."""

    kannel: str = ""
    """Stands in the address that Kannel posts to."""
    twilio: str = ""
    twilio_sha256: str = ""


def keys_of(home: Path, sms: Sms) -> Keys:
    """What proves that the gateway calls. Raises SettingsError where texts could be answered and nobody would hear it."""
    if sms.gateway == "twilio":
        shared = secret(home, "sms.shared_key_file", sms.shared_key_file) if sms.shared_key_file else ""
        return Keys(twilio=secret(home, "sms.password_file", sms.password_file), twilio_sha256=shared)
    if sms.gateway != "kannel" or (_is_name(sms) and not sms.inbound_file):
        return Keys()
    found = secret(home, "sms.inbound_file", sms.inbound_file)
    if not _IN_AN_ADDRESS.fullmatch(found):
        raise SettingsError(
            "the secret in `sms.inbound_file` has 20 letters, digits, `-` or `_` or more; write another"
        )
    return Keys(kannel=found)


def gateway_facts(sms: Sms) -> dict[str, Any]:
    """What the gateway's settings settle of every text: numbers come from the ledger, and a name cannot be answered."""
    return {"dialer": "stored_list", "sms_sender_id_alphanumeric": _is_name(sms)}


def _is_name(sms: Sms) -> bool:
    return bool(_NAME.fullmatch(sms.number)) and not sms.messaging_service


def secret(home: Path, name: str, file: str) -> str:
    """The first line of a file of secrets. Raises SettingsError, with what to write into it."""
    if not file:
        raise SettingsError(f"`{name}` is not set; write the secret into a file, and name it there")
    try:
        first = (home / file).read_text("utf-8").strip().splitlines()
    except OSError:
        raise SettingsError(f"`{name}` names {home / file}, which cannot be read; write the secret into it") from None
    if not first or not first[0].isascii():
        raise SettingsError(f"{home / file} holds no secret in ASCII on its first line; write it there")
    return first[0].strip()


def _reports(ledger: Ledger, settings: Settings) -> Callable[[str], str]:
    """Where a gateway tells what became of a message: an address that names its entry, and nobody else can make."""
    links, base = ChoiceLinks(ledger), settings.public.url.rstrip("/")
    if settings.sms.gateway == "kannel":
        return lambda entry: f"{base}/texts/kannel/reports/{links.return_local('b', entry)}?status=%d"
    return lambda entry: f"{base}/texts/twilio/reports/{links.return_local('b', entry)}"


def _given(name: str, value: str) -> str:
    if not value or not value.isascii() or not value.isprintable():
        raise SettingsError(f"`{name}` is not set, or is not plain ASCII; the gateway's console shows it")
    return value


def _address(name: str, value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise SettingsError(f"`{name}` is a whole address, such as http://127.0.0.1:13013/cgi-bin/sendsms")
    return value.rstrip("/")


def _number(sms: Sms) -> str:
    if not (_NUMBER.fullmatch(sms.number) or _NAME.fullmatch(sms.number)):
        raise SettingsError("`sms.number` is a number with `+`, a short code, or a name of 2 to 11 letters and digits")
    return sms.number
