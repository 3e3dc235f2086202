"""
A campaign as its owner declares it: one YAML file each, in the folder `campaigns` beside the store.

Everything is read strictly; what is wrong is said with file, line and what to write.
"""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated as A  # noqa: N817 -- keeps each field on one line
from typing import Any, Literal

import msgspec
import yaml
from msgspec import Meta

from sayso.law.expression import nearest

FOLDER = "campaigns"
"""Beside the store: `<name>.yaml`, and the templates that the campaigns name."""

SUFFIXES = {"email": (".mjml", ".html", ".md", ".txt"), "sms": (".txt",), "mms": (".txt",)}
_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}
_AT = re.compile(r"^(?P<what>.*?)(?: - at `\$(?P<path>[^`]*)`)?$", re.DOTALL)
_PART = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]")

Span = A[str, Meta(pattern=r"^[1-9][0-9]{0,3}[mhd]$")]
"""A length of time: minutes, hours or days, such as `90m`, `24h`, `3d`."""


class CampaignError(Exception):
    """A campaign cannot be used as it stands; the message says where and what to write."""


class _Part(msgspec.Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    pass


class Cap(_Part, frozen=True):
    """How much is enough: at most so many marketing messages to one person in so many days, of all campaigns."""

    most: A[int, Meta(ge=1, le=50)]
    days: A[int, Meta(ge=1, le=365)]


class Step(_Part, frozen=True):
    """One message of the sequence, so long after the checkout was left."""

    after: Span
    channel: Literal["email", "sms", "mms"]
    template: str
    """A file beside the campaign: MJML, HTML, Markdown or plain text for email; plain text for a text message."""
    subject: str = ""
    name: str = ""
    """Under which it is remembered who had it; the template's name, if left out."""
    media: list[str] = []
    """MMS: addresses of pictures that the gateway fetches."""

    @property
    def key(self) -> str:
        return self.name or Path(self.template).stem

    @property
    def delay(self) -> timedelta:
        return span(self.after)


class Campaign(_Part, frozen=True):
    """A sequence for checkouts that were left."""

    topic: A[str, Meta(pattern="^[a-z][a-z0-9_]{0,59}$")]
    trigger: Literal["checkout_abandoned"]
    steps: A[list[Step], Meta(min_length=1, max_length=20)]
    stop_on: Literal["purchase"]
    """Any order by the person since the checkout was left, or one that submits the same form."""
    shop_link: A[str, Meta(pattern="^https?://")]
    """Where the message leads where the person's own cart has no link on record."""
    sender: str = "shop"
    """The brand, as permissions name it."""
    cap: Cap | None = None
    lapses_after: Span = "12h"
    """How late a step may be; after that it is not sent any more."""
    name: str = ""
    """The name of its file; not written in it."""

    def window(self, step: Step) -> timedelta:
        """How late this step may be: as declared, and never so late that the next one on its channel is due."""
        later = [one.delay - step.delay for one in self.steps if one.channel == step.channel and one.delay > step.delay]
        return min([span(self.lapses_after), *later])

    def step(self, key: str) -> Step:
        """The step of that name. Raises CampaignError."""
        for step in self.steps:
            if step.key == key:
                return step
        known = [step.key for step in self.steps]
        raise CampaignError(f"`{self.name}` has no step `{key}`{nearest(key, known) or '; it has ' + ', '.join(known)}")


def span(text: str) -> timedelta:
    """The length of time that is written so."""
    return timedelta(**{_UNITS[text[-1]]: int(text[:-1])})


def read_campaigns(home: Path) -> list[Campaign]:
    """Every campaign of the store, by name. Raises CampaignError."""
    return [read_campaign(file) for file in sorted((home / FOLDER).glob("*.yaml"))]


def read_campaign(file: Path) -> Campaign:
    """One campaign. Raises CampaignError with the line of what is wrong."""
    lines: dict[str, int] = {"": 1}
    try:
        node = yaml.compose(file.read_text("utf-8"), Loader=yaml.BaseLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise _error(file, mark.line + 1 if mark else 1, f"not readable: {getattr(error, 'problem', error)}") from None
    except UnicodeDecodeError:
        raise _error(file, 1, "this is not text in UTF-8; save it again as UTF-8") from None
    if not isinstance(node, yaml.MappingNode):
        raise _error(file, 1, "a campaign is a mapping; start with `topic: abandoned_cart`")
    plain = _plain(file, node, "", lines)
    try:
        found = msgspec.structs.replace(msgspec.convert(plain, Campaign, strict=False), name=file.stem)
    except msgspec.ValidationError as error:
        raise _error(file, *_misread(str(error), lines)) from None
    _check(file, found, lines)
    return found


def _plain(file: Path, node: yaml.Node, path: str, lines: dict[str, int]) -> Any:
    """The values as text, lists and mappings, noting the line of each; a key that is written twice is refused."""
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.ScalarNode):
        return node.value
    if isinstance(node, yaml.SequenceNode):
        return [_plain(file, item, f"{path}[{number}]", lines) for number, item in enumerate(node.value)]
    found: dict[str, Any] = {}
    for key, value in node.value:
        name, line = str(key.value), key.start_mark.line + 1
        if name in found:
            raise _error(file, line, f"`{name}` is written twice; keep one")
        lines[f"{path}.{name}"] = line
        found[name] = _plain(file, value, f"{path}.{name}", lines)
    return found


def _misread(said: str, lines: dict[str, int]) -> tuple[int, str]:
    """What msgspec could not convert: the line, and our words for it."""
    match = _AT.match(said)
    what, path = (match["what"], match["path"] or "") if match else (said, "")
    line = _line(path, lines)
    unknown = re.search(r"unknown field `([^`]+)`", what)
    if unknown:
        fields = Step if "steps" in path else Cap if "cap" in path else Campaign
        known = [name for name in fields.__struct_fields__ if name != "name" or fields is Step]
        word = unknown[1]
        return lines.get(f"{path}.{word}", line), (
            f"`{word}` is not a field here{nearest(word, known) or '; it takes ' + ', '.join(known)}"
        )
    missing = re.search(r"missing required field `(\w+)`", what)
    if missing:
        return line, f"`{missing[1]}` is missing; docs/how-to/campaigns.md shows one"
    field = (_PART.findall(path) or [("campaign", "")])[-1][0] or "item"
    if "Invalid enum" in what:
        takes = {"channel": "email, sms or mms", "trigger": "checkout_abandoned", "stop_on": "purchase"}
        return line, f"`{field}` takes {takes[field]}"
    if "regex" in what:
        hint = {
            "after": "write a length of time such as `30m`, `24h` or `3d`",
            "lapses_after": "write a length of time such as `12h`",
            "topic": "write a flat name in small letters, such as `abandoned_cart`",
            "shop_link": "write a whole address, such as https://shop.example/cart",
        }[field]
        return line, f"`{field}`: {hint}"
    return line, f"`{field}`: {what[:1].lower()}{what[1:]}"


def _line(path: str, lines: dict[str, int]) -> int:
    while path not in lines:
        path = path[: max(path.rfind("."), path.rfind("["), 0)]
    return lines[path]


def _check(file: Path, campaign: Campaign, lines: dict[str, int]) -> None:
    """What the types alone cannot say."""
    if not _NAME.fullmatch(file.stem):
        raise _error(file, 1, "name the file with small letters, digits and hyphens, such as cart.yaml")
    seen: set[str] = set()
    for number, step in enumerate(campaign.steps):
        at = f".steps[{number}]"
        if not _NAME.fullmatch(step.key):
            line = _line(f"{at}.name", lines)
            raise _error(file, line, f"`{step.key}` cannot name a step; write `name:` with small letters and hyphens")
        if step.key in seen:
            raise _error(file, lines[at], f"two steps are called `{step.key}`; give this one a `name:` of its own")
        seen.add(step.key)
        if Path(step.template).name != step.template or not (file.parent / step.template).is_file():
            raise _error(file, lines[f"{at}.template"], f"there is no {step.template} beside {file.name}; put it there")
        if Path(step.template).suffix not in SUFFIXES[step.channel]:
            kinds = ", ".join(SUFFIXES[step.channel])
            raise _error(file, lines[f"{at}.template"], f"a template for {step.channel} is one of {kinds}")
        if step.channel == "email" and not step.subject.strip():
            raise _error(file, lines[at], "an email has a `subject:`; write one")
        if step.channel != "email" and step.subject:
            raise _error(file, lines[f"{at}.subject"], "a text message has no subject; take it out")
        if bool(step.media) != (step.channel == "mms"):
            raise _error(file, lines[at], "an MMS has `media:`, and nothing else has")


def _error(file: Path, line: int, message: str) -> CampaignError:
    return CampaignError(f"{file.name}:{line} {message}")
