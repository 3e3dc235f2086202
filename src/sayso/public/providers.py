"""What each provider of events is trusted by, from the settings and the files of secrets and keys that they name."""

from __future__ import annotations

from pathlib import Path

from sayso.capture.hooks import FetchError
from sayso.notices.errors import UnreadablePageError
from sayso.notices.fetch import ANYTHING, fetch
from sayso.public.shops import read_secrets
from sayso.sending.returns import events
from sayso.settings import EventSource, Settings, SettingsError

SHORTEST = 16
"""Characters of a secret that stands in an address, so that nobody guesses it."""
_IN_ADDRESS = ("postmark", "mailchimp")


def event_sources(home: Path, settings: Settings) -> dict[str, events.Source]:
    """What each provider is trusted by, its keys read from their files. Raises SettingsError."""
    return {name: _source(home, name, source) for name, source in settings.events.items()}


def _source(home: Path, name: str, source: EventSource) -> events.Source:
    if name not in events.PROVIDERS:
        raise SettingsError(f"no provider is called `{name}`; it is one of {', '.join(events.PROVIDERS)}")
    secrets = read_secrets(home, f"events.{name}.secret_file", source.secret_file) if source.secret_file else ()
    if name in _IN_ADDRESS and any(len(secret) < SHORTEST for secret in secrets):
        raise SettingsError(f"the secret of `events.{name}.secret_file` is short enough to guess; take 32 characters")
    key_file = source.public_key_file
    keys = read_secrets(home, f"events.{name}.public_key_file", key_file) if key_file else ()
    pem = bool(keys) and keys[0].startswith("-----BEGIN")
    trust = events.Trust(
        secrets=secrets, public_keys=("\n".join(keys),) if pem else keys, topic_arns=tuple(source.topic_arns), get=get_text,
        home=home,
    )  # fmt: skip
    try:
        return events.source_of(name, trust)
    except ValueError as error:
        raise SettingsError(f"`events.{name}.public_key_file`: {error}") from None


def get_text(url: str) -> str:
    """A file from a public address, as text; it has to come from the very host that was asked."""
    try:
        page = fetch(url, accepting=ANYTHING)
    except UnreadablePageError as error:
        raise FetchError(str(error)) from None
    if page.url != url:
        raise FetchError("it led elsewhere, and that was not followed")
    return page.text
