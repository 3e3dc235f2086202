"""
Addresses as they are looked up: one exact form for permissions, one wider form for refusals.

Permissions stay narrow: only the exact mailbox. Refusals reach wide: every spelling that we can tie to it, so a stop
by `ana+shop@mail.example` also holds for `ana@mail.example`, and for Gmail whatever the dots.
"""

from __future__ import annotations

import re
from functools import lru_cache

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from sayso.ledger.entries import Address
from sayso.ledger.errors import AddressError

_PLAIN_EMAIL = re.compile(r"[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}", re.ASCII)
_GMAIL = frozenset({"gmail.com", "googlemail.com"})


def email_address(text: str) -> Address:
    """
    A mailbox in its exact normalised form: letters small, the domain in Unicode. Nothing is asked of the network.

    >>> email_address("  Ana@Shop.Example ").value
    'ana@shop.example'
    """
    return Address("email", _email(text))


@lru_cache(65_536)
def _email(text: str) -> str:
    try:
        found = validate_email(text.strip(), check_deliverability=False, allow_smtputf8=True)
    except EmailNotValidError as error:
        reason = str(error).rstrip(".")
        raise AddressError(f"this is not an email address ({reason}); correct it or leave it out") from None
    return f"{found.local_part.lower()}@{found.domain}"


def phone_number(text: str, country: str | None = None) -> Address:
    """
    A number in E.164 form. `country` (ISO 3166-1 alpha-2) is the one to read it in if it has no `+` prefix;
    without either it is refused, since the same digits ring elsewhere in another country.

    >>> phone_number("0491 570 156", "AU").value
    '+61491570156'
    """
    return Address("phone", _phone(text, country))


@lru_cache(65_536)
def _phone(text: str, country: str | None) -> str:
    text = text.strip()
    if not text.startswith(("+", "tel:+")) and country is None:
        raise AddressError("this number has no country; write it with `+` and the country code, or say the country")
    if country is not None and country.upper() not in phonenumbers.SUPPORTED_REGIONS:
        raise AddressError(f"`{country}` is not a country code (ISO 3166-1, two letters, such as `AU`)")
    try:
        number = phonenumbers.parse(text, country.upper() if country else None)
    except phonenumbers.NumberParseException:
        raise AddressError("this is not a phone number; correct it or leave it out") from None
    if not phonenumbers.is_possible_number(number):
        raise AddressError("no phone number has this many digits there; correct it or leave it out")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def country_of(number: Address) -> str | None:
    """The country a number's prefix stands for (ISO 3166-1 alpha-2), where it stands for one."""
    if number.kind != "phone":
        return None
    region = phonenumbers.region_code_for_number(phonenumbers.parse(number.value))
    return region if region in phonenumbers.SUPPORTED_REGIONS else None


def normalised(address: Address) -> Address:
    """The address in its exact form, checked again, so that nothing half-typed is ever recorded."""
    if address.kind == "email":
        return address if _PLAIN_EMAIL.fullmatch(address.value) else email_address(address.value)
    return phone_number(address.value)


def folded(address: Address) -> Address:
    """
    The form that all spellings of a mailbox share. Used for stops only, never for a permission.

    >>> folded(email_address("a.n.a+list@googlemail.com")).value
    'ana@gmail.com'
    """
    if address.kind != "email":
        return address
    local, _, domain = address.value.rpartition("@")
    local = local.split("+", 1)[0].casefold() or local
    if domain in _GMAIL:
        local, domain = local.replace(".", ""), "gmail.com"
    return Address("email", f"{local}@{domain}")
