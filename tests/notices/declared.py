"""An invented shop's declaration, and ways to change it."""

from __future__ import annotations

from typing import Any

import yaml

from sayso.notices import Declaration, parse_declaration

BILLY = """\
business:
  legal_name: Billy Button Homewares Pty Ltd
  brand: Billy Button
  email: privacy@billybutton.example
  address: 7 Lantern Row, Hobart TAS 7000, Australia
  country: AU
  website: https://billybutton.example
jurisdictions: [AU, US-CA]
complaints:
  how: write to the address above and tell us what went wrong.
  answered_within_days: 30
  regulator: Office of the Australian Information Commissioner
sources:
  typed: {words: what you type into our forms, kind: person}
  shop: {words: what you do in our shop, kind: person}
  device: {words: what your browser sends while you visit us, kind: device}
data:
  user.name: {sources: [typed], kept: 24 months after your last order}
  user.contact.email: {sources: [typed], kept: 24 months after your last order}
  user.contact.address: {sources: [typed], kept: 24 months after your last order}
  user.behavior.cart: {sources: [shop], kept: 3 months}
  user.device.ip_address: {sources: [device], kept: 30 days}
purposes:
  order:
    words: to handle your order and answer you
    data: [user.name, user.contact.email, user.contact.address, user.behavior.cart]
  safety: {words: to keep our shop safe, data: [user.device.ip_address]}
  reminders:
    words: to remind you of what you left behind
    data: [user.name, user.contact.email, user.contact.address, user.behavior.cart]
    topics: [abandoned_cart]
    channels: [post, online_ad]
recipients:
  printer:
    words: the company that prints and posts our letters
    kind: service_provider
    data: [user.name, user.contact.address]
    countries: [AU]
  hosting:
    words: the company that runs our servers
    kind: service_provider
    data: [user.name, user.contact.email, user.contact.address, user.behavior.cart, user.device.ip_address]
    countries: [SG]
tracking: {across_sites: false, by_others: false}
held: on encrypted servers, where only the people who need them can open them.
access: write to the address above; we send you a copy within 30 days, free of charge.
changes_told: we write to everyone whose details we hold, 14 days ahead.
opt_out: use the link in any message, or write to the address above.
forms:
  checkout:
    title: Checkout
    fields:
      - {data: user.name, required: true}
      - {data: user.contact.email, required: true}
      - {data: user.contact.address, required: true}
      - {data: user.behavior.cart}
      - {data: user.device.ip_address}
    purposes: [order, safety, reminders]
    without: we cannot deliver your order.
    collected_for: purchase
    boxes:
      - id: reminders
        wording: Yes, Billy Button may remind me by post of what I left in my basket.
        topics: [abandoned_cart]
        channels: [post]
"""

MARKET_MORE = {"purposes.reminders.channels": ["post", "online_ad", "email"]}
"""The same shop, with one channel more."""

SELLING: dict[str, Any] = {
    "recipients.adverts": {
        "words": "advertising networks that show you our goods elsewhere",
        "kind": "ad_platform",
        "data": ["user.contact.email"],
        "countries": ["US"],
        "sold": "true",
        "shared": "true",
    },
    "opt_out_of_sale": "https://billybutton.example/do-not-sell",
    "tracking": {
        "across_sites": "true",
        "by_others": "true",
        "signals": "we treat them as a request not to sell or share.",
    },
    "required_by": "the tax law requires us to keep a book of all sales.",
    "forms.checkout.before_submission": "true",
}
"""The same shop when everything is due that can be due."""


def changed(changes: dict[str, Any] | None = None) -> str:
    """The declaration as YAML, with values set by their path; `None` takes one out. Kinds of data hold dots: use a tuple."""
    plain = yaml.load(BILLY, Loader=yaml.BaseLoader)  # noqa: S506 -- BaseLoader makes text, lists and mappings alone
    for path, value in (changes or {}).items():
        *parents, last = path if isinstance(path, tuple) else path.split(".")
        place = plain
        for name in parents:
            place = place[name]
        if value is None:
            del place[last]
        else:
            place[last] = value
    return str(yaml.safe_dump(plain, sort_keys=False))


def declared(changes: dict[str, Any] | None = None) -> Declaration:
    """The declaration, read."""
    return parse_declaration(changed(changes))
