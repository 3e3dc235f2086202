"""The sample shop as files in the shapes that shops export, and as a store loaded from those very files."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any

import msgspec

from sayso.capture import ImportReport, Options, Progress, Store, import_files
from sayso.ledger.entries import Entry, SettingChanged
from sayso.sample import wordings as said
from sayso.sample.people import Cast
from sayso.sample.stories import LATELY, STORIES, Files

SETTINGS: dict[str, bool | float | str] = {
    "legal_name": "Billy Button Homewares Pty Ltd",
    "brand": said.BRAND,
    "postal_address": "12 Invented Street, Ballarat VIC 3350, Australia",
    "contact_email": "hello@billybutton.example",
    "sender_country": "AU",
    "sender_state": "VIC",
    "message_originates_in": "AU",
    "sender_type": "company",
    "sender_role": "collector",
    "list_source": "own_customers",
    "for_profit": True,
    "commercial_site": True,
    "turnover_aud": 4_200_000.0,
    "trades_in_personal_information": False,
    "provides_health_service": False,
    "related_to_larger_business": False,
    "opted_in_to_privacy_act": False,
    "gross_revenue_usd": 2_800_000.0,
    "ca_consumers_bought_sold_shared": 0.0,
    "share_of_revenue_from_sale": 0.0,
    "collects_pii_online": True,
    "has_california_users": True,
    "is_app": False,
    "operator_is_airline": False,
    "policy_posted": True,
    "policy_link_on": "every_page",
    "policy_link_text": "contains_privacy",
    "policy_lists_categories": True,
    "policy_discloses_third_party_category": True,
    "policy_has_effective_date": True,
    "policy_says_how_changes_are_told": True,
    "policy_states_purposes": True,
    "policy_says_how_held": True,
    "policy_tells_access_and_correction": True,
    "policy_tells_complaints": True,
    "policy_tells_overseas_disclosure": True,
    "policy_freely_available": True,
    "policy_says_no_sale": True,
    "has_review_process": True,
    "policy_describes_review": True,
    "policy_months_old": 4.0,
    "tracks_across_sites": False,
    "policy_says_if_others_track": True,
    "sale_or_share": False,
    "promised_to_honour_gpc": False,
    "prior_contravention": False,
}
"""What the shop says of itself; a name that is a fact's sets that fact."""

_HOUR = time(0, tzinfo=UTC)
"""The moment of the day at which the shop's story ends: morning in Victoria, so both calendars agree on the day."""
_LATE = timedelta(hours=2)
"""How long ago the last carts were left, so that the sequence for left checkouts has something due at any hour."""


def write(directory: Path, *, seed: int = 2026, now: datetime, size: int = 2000) -> list[Path]:
    """
    Write the shop's exports into a directory: `size` abandoned checkouts over four years before that day, a few of the
    last hours, and all that belongs to them. The same seed, moment and size give the same bytes.
    """
    return write_files(directory, _tell(Random(seed), now, size))  # noqa: S311 -- an invented shop, not a secret


def write_files(directory: Path, files: Files) -> list[Path]:
    """Write down what was told, one file for each export of the shop."""
    directory.mkdir(parents=True, exist_ok=True)
    written = [
        _json(directory / "checkouts.json", {"checkouts": files.checkouts}),
        _json(directory / "orders.json", {"orders": files.orders}),
        _json(directory / "woocommerce-orders.json", files.old_orders),
        _csv(directory / "customers_export.csv", files.customers),
        _csv(directory / "subscribed_members_export.csv", files.subscribed),
        _csv(directory / "unsubscribed_members_export.csv", files.unsubscribed),
        _csv(directory / "cleaned_members_export.csv", files.cleaned),
        _csv(directory / "stop-list.csv", files.stops),
    ]
    log = directory / "widget-log.jsonl"
    log.write_bytes(b"\n".join(msgspec.json.encode(event) for event in files.log) + b"\n")
    return [*written, log]


def load(
    store: Store, directory: Path, *, progress: Progress | None = None, now: datetime | None = None
) -> list[ImportReport]:
    """Put the shop's settings and its files into a store, by the same way in that any shop's files take."""
    now = now or datetime.now(UTC)
    store.append(
        [
            Entry(
                body=SettingChanged(name=name, value=value),
                happened_at=now,
                origin=f"sample:setting:{name}",
                actor="owner",
                proof="captured_here",
            )
            for name, value in SETTINGS.items()
        ]
    )
    options = Options(default_country="AU", opt_in_key="newsletter_opt_in")
    return import_files(store, sorted(directory.iterdir()), options, progress=progress, now=now)


def _tell(random: Random, now: datetime, size: int) -> Files:
    files = begin(random, datetime.combine(now.date(), _HOUR))
    stories = [story for story, _ in STORIES]
    told = stories[:size] + random.choices(stories, [weight for _, weight in STORIES], k=max(0, size - len(stories)))
    for story in told:
        who = files.people.person()
        story(files, who, files.when())
        _check_registers(files, who.country, who.phone)
        if random.random() < 0.15:
            files.customers.append(_customer(files, who))
    for number in range(size // 20):
        files.old_orders.append(_old_order(files, number))
    for story in LATELY:
        story(files, files.people.person("AU"), now - _LATE)
    return files


def begin(random: Random, now: datetime) -> Files:
    """The shop before anybody came: its log begun, its notices published."""
    files = Files(random, now, Cast(random))
    files.log.append({"event": "log", "format": "sayso-widget-log", "version": 1})
    began = (now - timedelta(days=4 * 365 + 10)).strftime("%Y-%m-%dT%H:%M:%SZ")
    files.log += [{"event": "happened", "at": began, "body": notice} for notice in said.PUBLISHED]
    return files


def _check_registers(files: Files, country: str, phone: str | None) -> None:
    """Numbers that were never checked, checked lately or too long ago, and found on the register or not."""
    register = {"AU": "au_do_not_call", "US": "us_national_do_not_call"}.get(country)
    if phone is None or register is None or files.random.random() < 0.3:
        return
    at = files.ago(1, 25) if files.random.random() < 0.8 else files.ago(35, 200)
    body = {"kind": "register_checked", "register": register, "registered": files.random.random() < 0.35}
    files.log.append({"event": "happened", "at": at.strftime("%Y-%m-%dT%H:%M:%SZ"), "body": body, "phone": phone})


def _customer(files: Files, who: Any) -> dict[str, str]:
    accepts = "yes" if files.random.random() < 0.4 else "no"
    phone = f"'{who.phone}" if who.phone else ""
    return {
        "Customer ID": f"'{7_000_000_000_000 + who.number}", "First Name": who.first, "Last Name": who.last,
        "Email": who.email, "Accepts Email Marketing": accepts, "Default Address Company": "",
        "Default Address Address1": who.street, "Default Address Address2": "", "Default Address City": who.city,
        "Default Address Province Code": who.state, "Default Address Country Code": who.country,
        "Default Address Zip": f"'{who.postcode}", "Default Address Phone": phone, "Phone": phone,
        "Accepts SMS Marketing": "no", "Total Spent": "0.00", "Total Orders": "0", "Note": "", "Tax Exempt": "no",
        "Tags": "",
    }  # fmt: skip


def _old_order(files: Files, number: int) -> dict[str, Any]:
    """An order of the shop's earlier years on WooCommerce, where half of what the file holds never became one."""
    who = files.people.person()
    at = files.ago(900, 1440)
    status = files.random.choice(("completed", "completed", "checkout-draft", "failed", "pending"))
    address = {"first_name": who.first, "last_name": who.last, "address_1": who.street, "city": who.city,
               "state": who.state, "postcode": who.postcode, "country": who.country}  # fmt: skip
    meta = [{"id": 1, "key": "newsletter_opt_in", "value": files.random.choice(("1", "0"))}]
    return {
        "id": 3000 + number, "status": status, "created_via": "store-api" if status == "checkout-draft" else "checkout",
        "date_created_gmt": at.strftime("%Y-%m-%dT%H:%M:%S"), "payment_method": "stripe",
        "date_paid": at.strftime("%Y-%m-%dT%H:%M:%S") if status == "completed" else None,
        "billing": address | {"email": who.email, "phone": who.phone or ""}, "shipping": address,
        "meta_data": meta if files.random.random() < 0.5 else [],
        "line_items": [{"name": files.random.choice(("Wattle candle", "Enamel mug"))}],
    }  # fmt: skip


def _json(path: Path, value: Any) -> Path:
    path.write_bytes(msgspec.json.format(msgspec.json.encode(value), indent=1) + b"\n")
    return path


_HEADINGS = {
    "stop-list.csv": ["address", "reason", "date"],
    "subscribed_members_export.csv": ["Email Address", "First Name", "Last Name", "MEMBER_RATING", "OPTIN_TIME",
                                      "CONFIRM_TIME", "CC", "REGION", "LAST_CHANGED", "LEID", "EUID"],
    "unsubscribed_members_export.csv": ["Email Address", "First Name", "Last Name", "MEMBER_RATING", "OPTIN_TIME",
                                        "CONFIRM_TIME", "CC", "REGION", "LAST_CHANGED", "LEID", "EUID", "UNSUB_TIME",
                                        "UNSUB_REASON"],
    "cleaned_members_export.csv": ["Email Address", "First Name", "Last Name", "MEMBER_RATING", "OPTIN_TIME",
                                   "CONFIRM_TIME", "CC", "REGION", "LAST_CHANGED", "LEID", "EUID", "CLEAN_TIME"],
}  # fmt: skip


def _csv(path: Path, rows: list[dict[str, str]]) -> Path:
    headings = _HEADINGS.get(path.name) or list(rows[0] if rows else ("Email", "Accepts Email Marketing", "Tax Exempt"))
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, headings, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path
