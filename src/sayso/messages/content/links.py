"""
What one link is for, by where it leads: to something of the person's own, to what the law asks for, or to what sells.

Its words are weighed with the passage. Here count the host (the sender's own, or a carrier's page for a parcel), every
word of host, path, query and fragment, campaign marks, and targets within targets. What is not known to serve may sell: a
home page, another firm's page, a shortened address, a redirect, a page called after a season. What two programs could
take for two addresses leads nowhere that is known.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import parse_qsl, unquote, urlsplit

from sayso.messages.content.names import NEVER
from sayso.messages.content.passages import Verdict, weigh
from sayso.messages.content.promotion import acts_in
from sayso.messages.content.slots import plain
from sayso.messages.content.words import base

CARRIERS = (
    "auspost.com.au", "startrack.com.au", "aramex.com.au", "couriersplease.com.au", "sendle.com", "tnt.com", "dhl.com",
    "dhl.de", "ups.com", "fedex.com", "usps.com", "royalmail.com", "parcelforce.com", "evri.com", "dpd.co.uk", "dpd.com",
    "nzpost.co.nz", "canadapost.ca", "canadapost-postescanada.ca", "purolator.com", "postnl.nl", "gls-group.com", "toll.com",
)  # fmt: skip
"""Where carriers show a parcel on its way, as they say themselves."""
_PARCELS = frozenset(("track", "tracking", "trace", "parcel", "delivery", "mypost"))
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
_RULES = frozenset(("terms", "conditions", "legal", "privacy", "policy", "policies"))
_RULED = frozenset(("savings", "loan", "loans", "mortgage", "mortgages", "credit", "super", "home", "car", "travel"))
"""What terms may be the terms of."""
_HOSTS_LISTED = """
www www1 www2 m mail email e-mail my mine secure account accounts id auth login signin sso help support status portal app
pay payments billing orders order track tracking returns care service services docs legal privacy choices preferences
customer customers members member online web web1 web2 api portal1 links-to go-to-account say
"""
_HOSTS = frozenset(_HOSTS_LISTED.split())
"""What the part of a host before the sender's own domain may be called, besides what serves anyway."""
_PLAIN_TARGET = re.compile(r"https?://[a-z0-9.-]+(?::\d{1,5})?(?:[/?#]|$)", re.IGNORECASE)
_PLACEHOLDER = re.compile(r"\{\{[^{}]{1,80}\}\}")
_NO_TARGET = re.compile(r"[\x00-\x20\x7f\\]")
_LETTERS = re.compile(r"[A-Z]{2,}(?![a-z])|[A-Z]?[a-z]+|[A-Z]+")
_WRITTEN = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|\d+|%")
_SHOWN = frozenset(("store", "stores", "shop", "shops", "product", "products", "app", "apps", "news", "link", "links", "club", "events", "event", "category", "categories"))  # fmt: skip
"""What is in the address of many a picture that sells nothing."""
_SEASONS = NEVER & frozenset(("christmas", "xmas", "easter", "halloween", "valentine", "valentines", "brochure", "lookbook", "catalogue", "catalog", "price", "prices", "launch", "bargain", "bargains", "voucher", "coupon", "discount"))  # fmt: skip
_NATURAL, _TOKEN = 4, 16
"""Letters of a run that could be a word, and signs of a word from which it is rather a key."""
_LONGEST = 2_000
_SIGNED = re.compile(r"[\w.~-]+")
"""A token as it is written in URLs (RFC 4648 5), whose signs also part words."""
_WORDED = re.compile(r"[A-Z]?[a-z]{2,}|[A-Z]{3,}")
_FILE = re.compile(r"\.(?:html?|php|aspx?|pdf|jsp|do)$", re.IGNORECASE)


def leads(target: str, names: tuple[str, ...], domains: tuple[str, ...]) -> Verdict:
    """What stands at a target, as far as the target itself tells; `domains` are the sender's own."""
    if len(target) > _LONGEST:
        return _unknown(f"its target is longer than {_LONGEST:,} characters")
    return _leads(target, names, domains)


@lru_cache(maxsize=8192)
def _leads(target: str, names: tuple[str, ...], domains: tuple[str, ...]) -> Verdict:
    if _NO_TARGET.search(_PLACEHOLDER.sub("", target.strip())) or _NO_TARGET.search(
        _PLACEHOLDER.sub("", plain(target))
    ):
        return _unknown("programs differ on where its target leads")
    target = plain(target)
    scheme, _, rest = target.partition(":")
    scheme = scheme.lower()
    if scheme == "cid":
        return Verdict("accompanies")
    if scheme in ("mailto", "tel", "sms", "callto"):
        return _written(rest, names)
    if scheme not in ("http", "https"):
        return _unknown(f"a target that is neither a page nor an address: `{target[:40]}`")
    if not _PLAIN_TARGET.match(target):
        return _unknown("programs differ on where its target leads")
    try:
        parts = urlsplit(target)
        host = (parts.hostname or "").lower().rstrip(".")
        query = parse_qsl(parts.query, keep_blank_values=True, max_num_fields=100)
    except ValueError:
        return _unknown("its target cannot be read")
    path = unquote(parts.path)
    domain = next((one for one in domains if host == one or host.endswith("." + one)), None)
    before = host.removesuffix(domain).strip(".") if domain is not None else ""
    beyond = [_words(one) for one in (parts.fragment, before) if one]
    sold = _sells(
        [
            _words(path),
            *beyond,
            *(
                _words(value if name.lower().startswith("utm_") else f"{name} {value}")
                for name, value in query
                if not _is_target(value)
            ),
        ]
    )
    if sold:
        return Verdict("promotes", ("invitation",), f"it leads to a page that sells: `{sold}` stands in its target")
    if domain is None:
        return _foreign(host, path.lower(), parts.fragment)
    strange = next(
        (one for one in before.split(".") if one and not (one in _HOSTS or one in _PLACES or _is_told(one))), ""
    )
    if strange:
        return _unknown(f"nothing says that `{strange[:40]}` in its host serves")
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
        elif not name.lower().startswith("utm_") and not (_is_told(value) if value else _is_told(name)):
            return _unknown(f"nothing says that `{(value or name)[:40]}` in its target serves")
    if parts.fragment and not _is_told(parts.fragment):
        return _unknown(f"nothing says that `#{parts.fragment[:40]}` in its target serves")
    return _own_page(path)


def _own_page(path: str) -> Verdict:
    segments = [_FILE.sub("", one) for one in path.split("/") if one]
    if not segments:
        return Verdict("unrecognised", because="it leads to the home page, where the sender may sell")
    served = ruled = False
    if _PASSES.intersection(one.lower() for one in segments):
        return _unknown("it passes through a redirect, and where it ends is not told")
    for segment in segments:
        words = set(_words(segment))
        if segment.lower() in _SERVES or (words and words <= _SERVES):
            served, ruled = True, bool(words & _RULES)
        elif served and ruled and set(_words(segment)) & _RULED and _is_told(" ".join(set(_words(segment)) - _RULED)):
            continue
        elif not ((served and _is_told(segment)) or segment.lower() in _PLACES):
            return _unknown(f"nothing in its target says that it serves: `/{segment[:40]}`")
    return Verdict("serves") if served else _unknown("nothing in its target says what it is for")


@lru_cache(maxsize=8192)
def _is_told(text: str) -> bool:
    """Is it made of words of service, numbers and keys, and of nothing that could name what is for sale?"""
    said = _PLACEHOLDER.sub("", unquote(text))
    if not said.isascii():
        return False
    if _is_signed(said):
        return True
    return all(_is_key(word) or word.lower() in _PLACES for word in _SPLIT.split(said) if word)


def _is_signed(text: str) -> bool:
    """Is it one token, whose signs part no words? Those of `New-Kettle-2026` do."""
    if not _SIGNED.fullmatch(text) or len(text) < _TOKEN:
        return False
    worded = sum(len(piece) for piece in re.split(r"[_.~-]", text) if _WORDED.fullmatch(piece))
    return worded * 4 < len(text) and _is_key(text)


def _is_key(word: str) -> bool:
    runs = [run for run in _LETTERS.findall(word) if len(run) >= _NATURAL]
    strange = [
        run for run in runs if not (run.lower() in _SERVES or base(run.lower())) or run.lower() in _SELLS | NEVER
    ]
    if not strange:
        return not NEVER.intersection((word.lower(),))
    if re.fullmatch(r"[0-9a-f]{8,}|[0-9A-F]{8,}", word) and any(map(str.isdigit, word)):
        return True
    mixed = any(map(str.isdigit, word)) and any(map(str.isupper, word)) and any(map(str.islower, word))
    return (
        mixed
        and len(word) >= _TOKEN
        and sum(map(len, strange)) * 2 < len(word)
        and not any(run.lower() in _SELLS or run.lower() in NEVER for run in strange)
    )


def _foreign(host: str, path: str, fragment: str) -> Verdict:
    if _STATES.search(host):
        return Verdict("accompanies")
    if _of(host, CARRIERS):
        rest = " ".join(word for word in (*_words(path), *_words(fragment)) if word not in _PARCELS)
        if _PARCELS.intersection(_words(path)) and _is_told(rest) and not _sells([_words(host)]):
            return Verdict("serves")
    return _unknown(f"it leads to `{host[:60]}`, which is not among the sender's own domains")


def _written(rest: str, names: tuple[str, ...]) -> Verdict:
    """An address or number leads to nothing that could be looked at; only what would be written there can promote."""
    query = re.split(r"[?;&]", rest, maxsplit=1)[1:]
    try:
        fields = parse_qsl(query[0].replace(";", "&") if query else "", max_num_fields=20)
    except ValueError:
        return _unknown("its target cannot be read")
    for name, value in fields:
        said = weigh(value, names)
        if name.lower() in ("subject", "body") and said.does in ("promotes", "unrecognised"):
            return said
        if said.does == "promotes":
            return said
    return Verdict("accompanies")


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


@lru_cache(maxsize=4096)
def sells(source: str) -> str:
    """What sells in the address or name of a picture or file; empty where nothing does."""
    if len(source) > _LONGEST or source.startswith("data:"):
        return ""
    path = urlsplit(source).path if re.match(r"(?:https?:)?//", source) and "[" not in source else source
    words = [run.lower() for word in _SPLIT.split(unquote(path)) for run in _WRITTEN.findall(word)]
    said = " ".join(words)
    return next((word for word in words if word in _SELLS - _SHOWN or word in _SEASONS), "") or (
        said if acts_in(said) or re.search(r"\d{1,3} ?(?:off|percent|%)", unquote(path).lower()) else ""
    )


def _unknown(because: str) -> Verdict:
    return Verdict("unrecognised", because=because)
