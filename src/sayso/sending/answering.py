"""
The wordings that the owner answers for: those of the example mails that the settings name.

What sayso cannot tell from its words counts as marketing. Somebody who has read it can: so mail with the same wording, in a
stream for service, is service by their word, which the record of each message says. What shows that it promotes, and what is
no words, counts as ever.
"""

from __future__ import annotations

from pathlib import Path

from sayso.messages.identity import Identity
from sayso.messages.mail_parts import MessageError
from sayso.sending.preparing import read_example
from sayso.settings import GateStream, Settings, SettingsError


def answered_wordings(settings: Settings, identity: Identity, home: Path) -> dict[str, frozenset[str]]:
    """By stream. Raises SettingsError for an example that cannot be read, or that nobody can answer for, with the reason."""
    return {
        name: frozenset[str]().union(
            *(_of_example(f"gate.streams.{name}.examples", file, settings, identity, home) for file in stream.examples)
        )
        for name, stream in settings.gate.streams.items()
        if _means_service(name, stream)
    }


def _means_service(name: str, stream: GateStream) -> bool:
    if stream.examples and not stream.service:
        raise SettingsError(
            f"`gate.streams.{name}.examples` names service mails, and the stream is not meant for them; set "
            f"`gate.streams.{name}.service` to true, or take them out"
        )
    return bool(stream.examples)


def _of_example(setting: str, file: str, settings: Settings, identity: Identity, home: Path) -> frozenset[str]:
    try:
        example = read_example((home / file).read_bytes(), identity, settings)
    except OSError:
        raise SettingsError(f"`{setting}` names {home / file}, which cannot be read; check the path") from None
    except MessageError as error:
        raise SettingsError(f"`{setting}`: {file} is no mail that can be read: {error}") from None
    if example.against:
        said = "; ".join(f"{one.place}: {one.said}" for one in example.against[:3])
        raise SettingsError(f"`{setting}`: nobody can answer for {file}: {said}")
    return example.wordings
