"""Who sends: what a message has to say of the one who authorised it."""

from __future__ import annotations

from urllib.parse import urlsplit

import msgspec

from sayso.notices.declaration import Business
from sayso.vocabulary.sender import SenderType


class Identity(msgspec.Struct, frozen=True):
    """The sender as messages name it. `domains` are those it writes from and links to; all are its own."""

    brand: str
    legal_name: str
    postal_address: str
    email: str
    phone: str | None = None
    website: str = ""
    country: str = ""
    """ISO 3166-1 alpha-2."""
    domains: tuple[str, ...] = ()
    sender_type: SenderType | None = None

    @classmethod
    def of(cls, business: Business, domains: tuple[str, ...] = ()) -> Identity:
        """The identity that the declaration (`notices.yaml`) states, with further domains of the sender's own."""
        own = (business.email.rpartition("@")[2].lower(), (urlsplit(business.website).hostname or "").lower(), *domains)
        return cls(
            brand=business.brand,
            legal_name=business.legal_name,
            postal_address=business.address,
            email=business.email,
            phone=business.phone,
            website=business.website,
            country=business.country,
            sender_type=business.sender_type,
            domains=tuple(dict.fromkeys(domain for domain in own if domain)),
        )
