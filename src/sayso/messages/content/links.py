"""
What one link is for, by where it leads: to something of the person's own, to what the law asks for, or to what sells.

Its words are weighed with the passage. Here count the host (the sender's own, or a carrier's page for a parcel), every
word of the path and query, campaign marks, and targets within targets. What is not known to serve may sell: a home page,
another firm's page, a shortened address, a redirect.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import parse_qsl, unquote, urlsplit

from sayso.messages.content.passages import Verdict, weigh
from sayso.messages.content.slots import plain

CARRIERS = (
    "auspost.com.au", "startrack.com.au", "aramex.com.au", "couriersplease.com.au", "sendle.com", "tnt.com", "dhl.com",
    "dhl.de", "ups.com", "fedex.com", "usps.com", "royalmail.com", "parcelforce.com", "evri.com", "dpd.co.uk", "dpd.com",
    "nzpost.co.nz", "canadapost.ca", "canadapost-postescanada.ca", "purolator.com", "postnl.nl", "gls-group.com", "toll.com",
)  # fmt: skip
"""Where carriers show a parcel on its way, as they say themselves."""
_STATES = re.compile(r"(?:\.gov|\.gov\.[a-z]{2}|\.europa\.eu)$")
"""Hosts that only governments are given: registers, recalls, ombudsmen."""

_SERVES_LISTED = """
account accounts order orders ordering purchase purchases track tracking shipment shipments delivery deliveries parcel
invoice invoices receipt receipts bill bills billing payment payments pay paid statement statements transaction transactions
refund refunds return returns exchange warranty recall recalls repair claim claims booking bookings appointment
appointments reservation reservations ticket tickets password passwords reset recover verify verification verified confirm
confirmation confirmed activate login signin sign-in logout auth authenticate session security device devices token code
unsubscribe unsubscribed optout opt-out preferences preference preferences-centre manage settings u privacy policy policies
legal terms conditions cookies notice notices help support contact contact-us faq faqs complaints complaint document
documents download downloads file files pdf export print label labels status outage outages incident subscription
subscriptions cancel cancellation update details profile method history view browser webversion web-version archive
"""
_SERVES = frozenset(_SERVES_LISTED.split())
_OPEN_LISTED = """
orders order invoices invoice receipts receipt bills bill statements statement tracking track legal terms privacy policy
policies password reset verify confirm u unsubscribe preferences recall recalls returns refunds appointments bookings
documents document status security notices complaints outages browser
"""
_OPEN = frozenset(_OPEN_LISTED.split())
"""What stands below one of these is about it, whatever it is called."""
_SELLS_LISTED = """
sale sales shop shops shopping store stores product products collection collections category categories catalog catalogue
offer offers deal deals special specials new new-in newin arrivals bestsellers gift gifts giftcard giftcards promo promos
promotion promotions discount discounts coupon coupons voucher vouchers code-for cart carts basket checkout checkouts
checkoutnow abandoned upgrade upgrades plans pricing buy refer referral referrals invite friends rewards reward loyalty
points club vip win competition giveaway subscribe signup sign-up register join newsletter newsletters blog news stories
magazine event events campaign campaigns lookbook trends sortiment angebote neu neuheiten aktion rabatt gutschein warenkorb
kasse apply loans bet bets casino betting survey surveys review reviews rate rating feedback donate jobs careers reopen
reactivate winback renew bundle bundles extras addons clearance outlet affiliate sponsor app apps try trial demo
"""
_SELLS = frozenset(_SELLS_LISTED.split())
_MARKS_LISTED = """
email e-mail mail sms text transactional transaction service notification notifications system lifecycle account order
orders confirmation shipping delivery receipt invoice billing password reset verification security alert alerts
"""
_MARKS = frozenset(_MARKS_LISTED.split())
"""What a campaign mark may say of a message that serves."""

_PASSES = frozenset(
    ("click", "clicks", "redirect", "redir", "go", "goto", "out", "r", "l", "ls", "lnk", "link", "links", "url")
)
"""Parts of a path by which a target is counted and sent on."""
_HIDDEN = "aHR0c"
"""How a target begins that is written in base64."""
_PLACES = frozenset(("en", "de", "us", "au", "uk", "gb", "nz", "ca", "v1", "v2", "my"))
_SPLIT = re.compile(r"[/_.+~,;:|\s-]+")
_DETAIL = re.compile(r"[\w-]*\d[\w-]*|[A-Fa-f0-9-]{8,}|\{\{[^{}]*\}\}|[\w-]{24,}")
_LONGEST = 2_000
_FILE = re.compile(r"\.(?:html?|php|aspx?|pdf|jsp|do)$", re.IGNORECASE)


def leads(target: str, names: tuple[str, ...], domains: tuple[str, ...]) -> Verdict:
    """What stands at a target, as far as the target itself tells; `domains` are the sender's own."""
    if len(target) > _LONGEST:
        return _unknown(f"its target is longer than {_LONGEST:,} characters")
    return _leads(target, names, domains)


@lru_cache(maxsize=8192)
def _leads(target: str, names: tuple[str, ...], domains: tuple[str, ...]) -> Verdict:
    target = plain(target)
    scheme, _, rest = target.partition(":")
    scheme = scheme.lower()
    if scheme in ("tel", "sms", "callto", "cid"):
        return Verdict("accompanies")
    if scheme == "mailto":
        return _mailto(rest, names)
    if scheme not in ("http", "https"):
        return _unknown(f"a target that is neither a page nor an address: `{target[:40]}`")
    try:
        parts = urlsplit(target)
        host = (parts.hostname or "").lower().rstrip(".")
    except ValueError:
        return _unknown("its target cannot be read")
    path, query = unquote(parts.path).lower(), parse_qsl(parts.query, keep_blank_values=True, max_num_fields=100)
    beyond = [_words(parts.fragment)] if parts.fragment else []
    sold = _sells(
        [_words(path), *beyond, *(_words(f"{name} {value}") for name, value in query if not _is_target(value))]
    )
    if sold:
        return Verdict("promotes", ("invitation",), f"it leads to a page that sells: `{sold}` stands in its target")
    if not _of(host, domains):
        return _foreign(host, path)
    for name, value in query:
        if name.lower().startswith("utm_") and not _MARKS.union(_words(" ".join(domains + names))).issuperset(
            _words(value)
        ):
            return _unknown(f"its target carries the mark of a campaign: `{value[:40]}`")
        if _HIDDEN in value:
            return _unknown("another target is hidden in its target")
        if _is_target(value):
            inner = leads(_completed(value), names, domains)
            if inner.does in ("promotes", "unrecognised"):
                return Verdict(inner.does, inner.acts, f"it is sent on to another target, and {inner.because}")
    return _own_page(path)


def _own_page(path: str) -> Verdict:
    segments = [_FILE.sub("", one) for one in path.split("/") if one]
    if not segments:
        return Verdict("unrecognised", because="it leads to the home page, where the sender may sell")
    served = freed = False
    if _PASSES.intersection(segments):
        return _unknown("it passes through a redirect, and where it ends is not told")
    for segment in segments:
        words = set(_words(segment))
        if segment in _SERVES or (words and words <= _SERVES):
            served, freed = True, freed or segment in _OPEN or bool(words & _OPEN)
        elif not (freed or (served and _DETAIL.fullmatch(segment)) or segment in _PLACES):
            return _unknown(f"nothing in its target says that it serves: `/{segment[:40]}`")
    return Verdict("serves") if served else _unknown("nothing in its target says what it is for")


def _foreign(host: str, path: str) -> Verdict:
    if _of(host, CARRIERS) and set(_words(path)) & {"track", "tracking", "trace", "parcel", "delivery", "mypost"}:
        return Verdict("serves")
    if _STATES.search(host):
        return Verdict("accompanies")
    return _unknown(f"it leads to `{host[:60]}`, which is not among the sender's own domains")


def _mailto(rest: str, names: tuple[str, ...]) -> Verdict:
    """An address or number leads to nothing that could be looked at; only what would be written there can promote."""
    query = rest.partition("?")[2]
    written = " ".join(value for _, value in parse_qsl(query, max_num_fields=20))
    said = weigh(written, names)
    return said if said.does == "promotes" else Verdict("accompanies")


def _of(host: str, domains: tuple[str, ...]) -> bool:
    return any(host == domain or host.endswith("." + domain) for domain in domains)


def _is_target(value: str) -> bool:
    return (
        value.startswith("//") or "://" in value[:10] or bool(re.match(r"www\.|[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}/", value))
    )


def _completed(value: str) -> str:
    if "://" in value[:10]:
        return value
    return f"https:{value}" if value.startswith("//") else f"https://{value}"


def _words(text: str) -> list[str]:
    return [word for word in _SPLIT.split(unquote(text).lower()) if word]


def _sells(groups: list[list[str]]) -> str:
    return next((word for words in groups for word in words if word in _SELLS), "")


def _unknown(because: str) -> Verdict:
    return Verdict("unrecognised", because=because)
