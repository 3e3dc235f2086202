"""
The one mailbox that From or Sender names, read strictly: what two programs could read in two ways names nobody.

Taken are `ana@oak.example`, `<ana@oak.example>` and `Ana <ana@oak.example>`, the name as words, in quotes or encoded
(RFC 2047). Refused are comments, groups, lists, quoted local parts and routes: mailers write none of them, and mail
programs differ on whom they show.
"""

from __future__ import annotations

import re
import unicodedata
from email.errors import HeaderParseError
from email.header import decode_header, make_header

LONGEST = 2000
"""Characters of the field."""

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_ADDRESS = re.compile(
    rf"{_ATOM}(?:\.{_ATOM})*@(?P<domain>[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*)\.?"
)
_NAME = re.compile(r'(?:"(?:[ !#-\[\]-~\t]|\\[ -~])*"|[A-Za-z0-9!#$%&\'*+/=?^_`{|}~. \t-])*')
"""Words with dots between them, as everybody writes initials, and quoted strings."""
_WITHIN = re.compile(r"@\s*([\w-]+(?:\.[\w-]+)+)")
"""A domain after an `@` in a name: some programs show the name alone. `Ana @ Oak` is none."""
HOW = "write it as the name, in quotes where it holds signs, and then the address in angle brackets"


def domains_of(value: str) -> tuple[str, ...]:
    """
    The domain of the mailbox, and those of addresses that stand within its name; in lower case.

    Raises ValueError with what is wrong and what to write.
    """
    if len(value) > LONGEST:
        raise ValueError(f"is longer than {LONGEST} characters; shorten the name")
    name, address = _parted(value.strip(" \t"))
    found = _ADDRESS.fullmatch(address)
    if found is None or not _NAME.fullmatch(name):
        raise ValueError(f"does not name exactly one mailbox in a way that all programs read alike; {HOW}")
    within = (one.lower() for one in _WITHIN.findall(_decoded(name)))
    return tuple(dict.fromkeys((found["domain"].lower(), *within)))


def _parted(value: str) -> tuple[str, str]:
    """Name and address, by the bracket that ends the field and the last one that opens."""
    if not value.endswith(">"):
        return "", value
    name, _, address = value[:-1].rpartition("<")
    return name, address


def _decoded(name: str) -> str:
    """The name as it is shown. Raises ValueError where programs would differ on that."""
    try:
        shown = str(make_header(decode_header(name))) if "=?" in name else name
    except (HeaderParseError, LookupError, ValueError):
        raise ValueError("has a name whose encoding cannot be read; encode it as UTF-8 (RFC 2047)") from None
    if not shown.replace("\t", " ").isprintable():
        raise ValueError("has a name with a control character in it; leave it out")
    return unicodedata.normalize("NFKC", shown)
