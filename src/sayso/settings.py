"""
The settings of the public listener: one file, `sayso.toml`, in the folder of the store.

Every setting has a default, so that the file may be missing or hold only what differs. Secrets stand in files of their
own, which the settings name, so that the file can be shown to anybody.
"""

from __future__ import annotations

from ipaddress import ip_network
from pathlib import Path
from typing import Annotated as A  # noqa: N817 -- keeps each setting on one line
from typing import Any, Literal, get_args
from urllib.parse import urlsplit

import msgspec
import tomlkit
from msgspec import Meta
from tomlkit.exceptions import TOMLKitError

NAME = "sayso.toml"


class SettingsError(Exception):
    """The settings cannot be used as they stand; the message names the setting and says what to write."""


def _said(meaning: str, **limits: Any) -> Meta:
    return Meta(description=meaning, **limits)


class Public(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The listener that the shop's visitors and the shop's systems reach."""

    url: A[
        str, _said("where it is reached from outside, scheme and host alone; links in pages and mails begin with it")
    ] = "http://127.0.0.1:8001"
    host: A[str, _said("the address of this machine to listen on")] = "127.0.0.1"
    port: A[int, _said("the port to listen on; 0 takes a free one", ge=0, le=65535)] = 8001
    pages: A[list[str], _said("origins of the pages that carry the widget; reports from others are refused")] = []
    trusted_proxies: A[list[str], _said("proxies whose X-Forwarded-For is believed, by address or network")] = []
    requests_a_minute: A[int, _said("from one client; webhooks are held to their signature instead", ge=1)] = 120


class Widget(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The form widget."""

    confirm: A[
        bool, _said("ask by mail for a second step before a ticked box for email is confirmed (double opt-in)")
    ] = True
    confirm_days: A[int, _said("how long the link in that mail can be used, in days", ge=1, le=60)] = 7


class Checkout(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Checkouts that shops tell of."""

    abandoned_after_minutes: A[int, _said("a checkout with details and no order after this is abandoned", ge=1)] = 60


class Shop(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """One source of webhooks."""

    secret_file: A[str, _said("the file with the secret shared with the shop, beside the settings or with a full path")]
    default_country: A[str | None, _said("the country to read numbers in that name none (ISO 3166-1)")] = None
    sender: A[str, _said("the brand that permissions from there name")] = "shop"
    opt_in_key: A[str | None, _said("WooCommerce: the key in an order's meta data that holds the opt-in")] = None
    store: A[str | None, _said("BigCommerce: the hash in the store's API path, stores/<hash>")] = None
    token_file: A[str | None, _said("BigCommerce: the file with the access token of its API")] = None


class GateStream(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """One credential of the gate, which is its name, and what the messages are for that come in with it."""

    password_hash: A[
        str, _said("made by `sayso gate password`; the password itself is kept nowhere. Empty: nobody logs in")
    ] = ""
    from_domains: A[list[str], _said("domains that From may name; others are refused")] = []
    topic: A[str, _said("what its marketing is about, such as abandoned_cart")] = "newsletter"
    sender: A[str, _said("the brand it writes for, as permissions name it")] = "shop"
    service: A[bool, _said("it is meant for service messages alone; their content still has to bear that out")] = False
    pdf: A[
        bool,
        _said(
            "its service messages carry PDF files, such as invoices, that promote nothing: nobody reads them, so you answer for that"
        ),
    ] = False
    examples: A[
        list[str],
        _said(
            "files with service mails as they are sent (.eml), beside the settings: you have read their wording and answer for it, where sayso cannot tell it from its words"
        ),
    ] = []
    approved: A[
        list[str],
        _said("fingerprints of service mail that may go even while no answer can be had (`sayso gate approve`)"),
    ] = []


class Gate(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The SMTP gate, between a mailer and the smart host."""

    host: A[str, _said("the address of this machine to listen on")] = "127.0.0.1"
    port: A[int, _said("the port to listen on; 0 takes a free one", ge=0, le=65535)] = 2587
    hostname: A[str, _said("the name the gate gives itself, in greetings and Received lines")] = "localhost"
    certificate_file: A[str, _said("PEM certificate for STARTTLS; without one nobody can log in")] = ""
    key_file: A[str, _said("PEM key of that certificate")] = ""
    return_domain: A[
        str, _said("domain of the addresses bounces and unsubscribe mails come back to; empty: the mailer's own")
    ] = ""
    max_message_bytes: A[int, _said("the largest message taken", ge=1000, le=100_000_000)] = 25_000_000
    max_connections: A[int, _said("connections taken at once by each process", ge=1, le=100_000)] = 1000
    max_connections_per_address: A[int, _said("of those, from one address", ge=1, le=100_000)] = 200
    login_seconds: A[float, _said("how long a client may take to log in", ge=1, le=300)] = 30.0
    max_logins_waiting: A[
        int, _said("passwords that wait to be checked; each check takes some tens of milliseconds", ge=1, le=1000)
    ] = 32
    streams: dict[str, GateStream] = {}
    """By user name."""


class Api(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The gate as an HTTP call, `POST /v1/decisions`; whoever asks logs in as one of the gate's streams."""

    host: A[str, _said("the address of this machine to listen on; another than loopback needs a proxy with TLS")] = (
        "127.0.0.1"
    )
    port: A[int, _said("the port to listen on; 0 takes a free one", ge=0, le=65535)] = 8002
    names: A[list[str], _said("further values of the Host header to answer to, such as those of a proxy")] = []


class SmartHost(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The next hop of every mail. Until there is one, nothing leaves the machine: mail is laid into outbox/."""

    host: A[str, _said("the mail server that takes our mail; empty: outbox/")] = ""
    port: A[int, _said("its port", ge=1, le=65535)] = 587
    tls: A[Literal["starttls", "tls", "none"], _said("`none` is for a server on this machine")] = "starttls"
    authority_file: A[str, _said("PEM certificates to trust for it; empty: those of this machine")] = ""
    username: A[str, _said("to log in there; empty: no log-in")] = ""
    password_file: A[str, _said("the file with the password, beside the settings or with a full path")] = ""
    connections: A[int, _said("connections to it at once, at most", ge=1, le=1000)] = 50


class Dkim(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The signature that mail leaves with (RFC 6376)."""

    domain: A[str, _said("the domain that signs, that of From; empty: mail is not signed here")] = ""
    selector: A[str, _said("names the key: its public half stands in DNS at SELECTOR._domainkey.DOMAIN")] = "sayso"
    key_file: A[str, _said("PEM file with the private RSA key, beside the settings or with a full path")] = ""


class Sms(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The gateway that texts go through, and come in from."""

    gateway: A[Literal["", "kannel", "twilio"], _said("which gateway; empty: no text leaves")] = ""
    url: A[str, _said("Kannel: its sendsms address; Twilio: empty, or another host that speaks its API")] = ""
    username: A[str, _said("Kannel: a sendsms-user; Twilio: the Account SID")] = ""
    password_file: A[
        str, _said("the file with its password; Twilio: the Auth Token, which also signs what comes in")
    ] = ""
    number: A[str, _said("what texts come from: a number with `+`, a short code, or a name of up to 11 characters")] = (
        ""
    )
    messaging_service: A[str, _said("Twilio: the Messaging Service to send from, instead of a number")] = ""
    inbound_file: A[str, _said("Kannel: the file with the secret in the address it posts to, /texts/kannel/SECRET")] = (
        ""
    )
    shared_key_file: A[str, _said("Twilio: the file with the SharedKey of signatures by SHA-256")] = ""
    default_country: A[str | None, _said("the country to read numbers in that come in without `+` (ISO 3166-1)")] = None
    confirm_stops: A[bool, _said("answer a stop with one text; off where the gateway does that by itself")] = True
    start_means: A[
        str, _said("the words with which the programme offers START, naming marketing; empty: START permits nothing")
    ] = ""
    topic: A[str, _said("what a text that comes in is about: the topic of START")] = "abandoned_cart"

    @property
    def comes_from(self) -> str:
        """The number or name that texts come from; `+` for a number that a Messaging Service picks, whichever it is."""
        return self.number if not self.messaging_service else "+"


class EventSource(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """An email provider that reports what became of mail, at /events/PROVIDER."""

    secret_file: A[
        str,
        _said(
            "Mailgun: the file with its signing key; Postmark and Mailchimp: with the secret of the address they post to"
        ),
    ] = ""
    public_key_file: A[str, _said("SendGrid: the file with the public key of its signed events")] = ""
    topic_arns: A[list[str], _said("Amazon SES: the SNS topics that are ours; others are refused")] = []
    sender: A[str, _said("the brand that it sends for, as permissions name it")] = "shop"


class Returns(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The listener for mail that comes back (`sayso returns listen`)."""

    host: A[str, _said("the address of this machine to listen on")] = "127.0.0.1"
    port: A[int, _said("the port to listen on; 0 takes a free one", ge=0, le=65535)] = 2525
    mailboxes: A[
        list[str], _said("addresses that take mail beside our return addresses: for replies, and for complaints")
    ] = []


class Campaigns(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The sequence of messages for checkouts that were left."""

    database: A[
        str, _said("where it is kept who had which step, such as postgresql+psycopg://host/name; empty: a file here")
    ] = ""
    pause_seconds: A[int, _said("how long `sayso campaign run` rests between two rounds", ge=1, le=3600)] = 30


class Settings(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Everything that can be set; see `docs/reference/settings.md`."""

    public: Public = msgspec.field(default_factory=Public)
    widget: Widget = msgspec.field(default_factory=Widget)
    checkout: Checkout = msgspec.field(default_factory=Checkout)
    hooks: dict[str, Shop] = {}
    """Sources of webhooks by kind: `shopify`, `woocommerce`, `bigcommerce`, `generic`."""
    gate: Gate = msgspec.field(default_factory=Gate)
    api: Api = msgspec.field(default_factory=Api)
    smart_host: SmartHost = msgspec.field(default_factory=SmartHost)
    dkim: Dkim = msgspec.field(default_factory=Dkim)
    campaigns: Campaigns = msgspec.field(default_factory=Campaigns)
    sms: Sms = msgspec.field(default_factory=Sms)
    returns: Returns = msgspec.field(default_factory=Returns)
    events: dict[str, EventSource] = {}
    """Providers by name: `ses`, `sendgrid`, `mailgun`, `postmark`, `mailchimp`."""


def read_settings(home: Path) -> Settings:
    """The settings of the store in `home`; the defaults where there is no file. Raises SettingsError."""
    file = home / NAME
    if not file.is_file():
        return Settings()
    return _checked(file.read_bytes(), file)


class Setting(msgspec.Struct, frozen=True):
    """One setting as it stands, and what it means."""

    name: str
    value: Any
    meaning: str


def described(settings: Settings) -> list[Setting]:
    """Every setting as it stands; of tables that may be many, those that are there, or one for `KIND` or `NAME`."""
    single = ("public", "widget", "checkout", "gate", "api", "smart_host", "dkim", "sms", "returns", "campaigns")
    tables: list[tuple[str, Any]] = [(name, getattr(settings, name)) for name in single]
    tables += [(f"hooks.{kind}", shop) for kind, shop in settings.hooks.items()] or [("hooks.KIND", Shop)]
    streams = settings.gate.streams.items()
    tables += [(f"gate.streams.{name}", stream) for name, stream in streams] or [("gate.streams.NAME", GateStream)]
    sources = settings.events.items()
    tables += [(f"events.{name}", source) for name, source in sources] or [("events.PROVIDER", EventSource)]
    return [
        Setting(f"{table}.{field.name}", None if isinstance(part, type) else getattr(part, field.name), meaning)
        for table, part in tables
        for field in msgspec.structs.fields(part)
        if (meaning := _meaning(field.type))
    ]


def _meaning(annotated: Any) -> str:
    """What the annotation of a setting says of it; nothing for a table of tables."""
    return next((str(meta.description) for meta in get_args(annotated) if isinstance(meta, Meta)), "")


def change_setting(home: Path, name: str, value: str) -> Settings:
    """
    Write one setting, such as `public.url`, keeping the file's remarks and order; an empty value takes it out again.

    Raises SettingsError, and then the file is as it was.
    """
    file = home / NAME
    try:
        written = tomlkit.parse(file.read_text("utf-8")) if file.is_file() else tomlkit.document()
    except TOMLKitError as error:
        raise SettingsError(f"{file} is not TOML ({error}); mend it there first") from None
    *tables, key = name.split(".")
    if not tables:
        raise SettingsError(f"a setting has a table and a name, such as `public.url`; `{name}` has none")
    table: Any = written
    for part in tables:
        table = table.setdefault(part, tomlkit.table())
    text, changed = _rewritten(written, table, key, value, file)
    draft = file.with_suffix(".toml.new")
    draft.write_text(text, "utf-8")
    draft.replace(file)
    return changed


def _rewritten(written: Any, table: Any, key: str, value: str, file: Path) -> tuple[str, Settings]:
    """The file with the setting in it. What looks like a number is words where words are asked for: `+61491570157`."""
    if not value:
        table.pop(key, None)
        text = tomlkit.dumps(written)
        return text, _checked(text.encode(), file)
    wrong: SettingsError | None = None
    for meant in (_value(value), value):
        table[key] = meant
        text = tomlkit.dumps(written)
        try:
            return text, _checked(text.encode(), file)
        except SettingsError as error:
            wrong = wrong or error
    assert wrong is not None  # noqa: S101 -- narrows the type only
    raise wrong


def _value(text: str) -> Any:
    """A value as one types it: `true`, `60`, `["https://shop.example"]`, or words as they stand."""
    try:
        return tomlkit.value(text)
    except TOMLKitError:
        return text


def _takes(said: str) -> str:
    """The words that a setting takes, where it was given another."""
    path = said.rpartition("`$.")[2].rstrip("`").split(".")
    found: Any = Settings
    for name in path if "Invalid enum" in said else ():
        fields = {field.name: field.type for field in msgspec.structs.fields(found)} if isinstance(found, type) else {}
        if name not in fields:
            return ""
        found = fields[name]
    words = [word for part in get_args(found) for word in get_args(part) if isinstance(word, str) and word]
    return f"; it takes {', '.join(words)}" if words else ""


def _checked(text: bytes, file: Path) -> Settings:
    try:
        settings = msgspec.toml.decode(text, type=Settings)
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise SettingsError(f"{file}: {error}{_takes(str(error))}; see docs/reference/settings.md") from None
    for name, address in (
        ("public.url", settings.public.url),
        *(("public.pages", one) for one in settings.public.pages),
    ):
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.netloc or parts.path.strip("/") or parts.query:
            raise SettingsError(f"{file}: `{name}` names a scheme and host alone, such as https://shop.example")
    for network in settings.public.trusted_proxies:
        try:
            ip_network(network, strict=False)
        except ValueError:
            raise SettingsError(
                f"{file}: `public.trusted_proxies` holds addresses or networks, such as 10.0.0.0/8"
            ) from None
    return settings
