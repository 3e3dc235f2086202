"""
Templates of a campaign, and the message each makes of one cart.

A template is filled in a sandbox, with everything that comes from outside escaped for the format it stands in. What it
may name is fixed, so that a name that is missing is found when the campaign is checked and not when it is sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from email.headerregistry import Address as Mailbox
from email.message import EmailMessage
from email.utils import format_datetime
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError, UndefinedError, meta
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markdown_it import MarkdownIt
from mjml import mjml2html

from sayso.capture.confirmation import WIRE
from sayso.law.expression import nearest
from sayso.messages.identity import Identity
from sayso.sending.campaigns.declared import FOLDER, Campaign, CampaignError, Step
from sayso.sending.outgoing import Mail, Text

LONGEST_NAME = 40
LARGEST = 1_000_000
"""Characters that a template may make."""
_LENGTHENS = frozenset(("center", "ljust", "rjust", "zfill", "expandtabs", "format", "format_map", "indent"))
_NAME = re.compile(r"[^\W\d_]+(?:[ '’.\-]+[^\W\d_]+){0,2}")
_ELEMENT = re.compile(r"<(mj-[a-z-]+)")
_LINK = re.compile(r"(?<!!)\[([^\[\]\n]+)\]\(<?([^\s()<>]+)>?(?: \"[^\"\n]*\")?\)")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~&])")


class Cart(msgspec.Struct, frozen=True, kw_only=True):
    """What a template is given of one left checkout."""

    goods: tuple[str, ...]
    first_name: str
    """Empty where none is on record, or where what was typed is no name."""
    link: str
    """Back to the cart. It opens the cart to whoever holds it, so it stands in the message alone."""


SAMPLES = (
    Cart(goods=("Wattle candle", "Enamel mug & spoon"), first_name="Ngaio", link="https://shop.example/cart/sample"),
    Cart(goods=(), first_name="", link="https://shop.example/cart"),
)
"""A cart with everything in it, and one with as little as can be: every template has to fit both."""


def given_name(name: str | None) -> str:
    """
    The first name, if what was typed is one. A form takes any words from anybody, and a letter that begins with
    someone's own advertisement, or an address, would carry it to a stranger.
    """
    first = (name or "").split(" ")[0].strip()
    return first if len(first) <= LONGEST_NAME and _NAME.fullmatch(first) and "." not in first else ""


class Templates:
    """The templates of one store, for one identity."""

    def __init__(self, home: Path, identity: Identity) -> None:
        self._folder = home / FOLDER
        self._identity = identity
        self._plain = _environment(autoescape=False)
        self._html = _environment(autoescape=True)
        self._markdown = _environment(autoescape=False, finalize=_escaped_markdown)
        self._paper = MarkdownIt("commonmark", {"html": False})

    def check(self, campaign: Campaign) -> Iterator[str]:
        """Everything that would go wrong at sending, each as one sentence with its place."""
        for step in campaign.steps:
            given = ((step.template, self._source(step)), (f"subject of {step.key}", step.subject))
            unknown = [said for where, source in given for said in self._unknown(where, source)]
            yield from unknown
            for cart in SAMPLES if not unknown else ():
                try:
                    self.content(step, cart, to="somebody@shop.example", origin="check", at=None)
                except CampaignError as error:
                    yield str(error)
                    break

    def content(self, step: Step, cart: Cart, *, to: str, origin: str, at: datetime | None) -> Mail | Text:
        """The message for one cart, before it is completed. Raises CampaignError."""
        if step.channel != "email":
            return Text(self._filled(self._plain, step, cart).strip(), tuple(step.media))
        message = EmailMessage(policy=WIRE)
        subject = self._fill(self._plain, step.subject, cart, f"subject of {step.key}")
        message["From"] = Mailbox(self._identity.brand, addr_spec=self._identity.email)
        message["To"] = to
        message["Subject"] = " ".join(subject.split())
        if at is not None:
            message["Date"] = format_datetime(at)
        message["Message-ID"] = (
            f"<{sha256(origin.encode()).hexdigest()[:32]}@{self._identity.email.rpartition('@')[2]}>"
        )
        self._fill_in(message, step, cart)
        return Mail(message.as_bytes())

    def _fill_in(self, message: EmailMessage, step: Step, cart: Cart) -> None:
        match Path(step.template).suffix:
            case ".txt":
                message.set_content(self._filled(self._plain, step, cart))
            case ".md":
                message.set_content(_links_written_out(self._filled(self._plain, step, cart)))
                page = self._paper.render(self._filled(self._markdown, step, cart))
                message.add_alternative(f"<!doctype html>\n<html><body>\n{page}</body></html>\n", subtype="html")
            case ".html":
                message.set_content(self._filled(self._html, step, cart), subtype="html")
            case _:
                message.set_content(_from_mjml(step, self._filled(self._html, step, cart)), subtype="html")

    def _source(self, step: Step) -> str:
        try:
            return (self._folder / step.template).read_text("utf-8")
        except (OSError, UnicodeDecodeError):
            raise CampaignError(
                f"{step.template} cannot be read as text in UTF-8; save it so, beside its campaign"
            ) from None

    def _filled(self, environment: ImmutableSandboxedEnvironment, step: Step, cart: Cart) -> str:
        return self._fill(environment, self._source(step), cart, step.template)

    def _fill(self, environment: ImmutableSandboxedEnvironment, source: str, cart: Cart, where: str) -> str:
        try:
            return _bounded(_compiled(environment, source).generate(self._given(cart)))
        except TemplateSyntaxError as error:
            raise CampaignError(f"{where}:{error.lineno} {error.message}; mend the template") from None
        except UndefinedError as error:
            raise CampaignError(f"{where}: {error.message}; a template may name {', '.join(GIVEN)}") from None
        except SecurityError as error:
            raise CampaignError(f"{where}: {error}; mend the template") from None
        except (TemplateError, TypeError, ValueError, ArithmeticError) as error:
            raise CampaignError(f"{where}: {type(error).__name__} while filling it in; mend the template") from None

    def _given(self, cart: Cart) -> dict[str, Any]:
        return {
            "goods": list(cart.goods),
            "first_name": cart.first_name,
            "link": cart.link,
            "brand": self._identity.brand,
        }

    def _unknown(self, where: str, source: str) -> Iterator[str]:
        try:
            names = meta.find_undeclared_variables(self._plain.parse(source))
        except TemplateSyntaxError:
            return  # filling it in says so, with the line
        for name in sorted(names.difference(GIVEN)):
            known = nearest(name, list(GIVEN)) or f"; a template may name {', '.join(GIVEN)}"
            yield f"{where}: nothing is called `{name}`{known}"


GIVEN = ("goods", "first_name", "link", "brand")


class _Environment(ImmutableSandboxedEnvironment):
    """A sandbox in which nothing grows beyond what a message may hold: no words are repeated, padded or counted out."""

    intercepted_binops = frozenset(("*", "**", "%"))

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Numbers alone are multiplied, and small ones."""
        if not all(isinstance(one, int | float) and abs(one) <= LARGEST for one in (left, right)):
            raise SecurityError(f"`{operator}` is for numbers up to {LARGEST:,}")
        if operator == "**":
            raise SecurityError("`**` is not for templates")
        return super().call_binop(context, operator, left, right)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Methods that make long texts of short ones are not for templates."""
        return not (isinstance(obj, str) and attr in _LENGTHENS) and super().is_safe_attribute(obj, attr, value)


def _environment(**more: Any) -> ImmutableSandboxedEnvironment:
    environment = _Environment(undefined=StrictUndefined, keep_trailing_newline=True, **more)
    for name in _LENGTHENS:
        environment.filters.pop(name, None)
    environment.globals.pop("lipsum", None)
    return environment


def _bounded(pieces: Iterator[str]) -> str:
    """What a template makes, as long as it is no longer than a message."""
    made, size = [], 0
    for piece in pieces:
        size += len(piece)
        if size > LARGEST:
            raise SecurityError(f"more than {LARGEST:,} characters")
        made.append(piece)
    return "".join(made)


@lru_cache(maxsize=256)
def _compiled(environment: ImmutableSandboxedEnvironment, source: str) -> Template:
    return environment.from_string(source)


def _escaped_markdown(value: Any) -> Any:
    """A value as Markdown that says it word for word: what somebody typed becomes no link and no heading."""
    return _MARKDOWN.sub(r"\\\1", " ".join(value.split())) if isinstance(value, str) else value


def _links_written_out(markdown: str) -> str:
    """Markdown as plain text: what is said of a link, and where it leads, since a reader of plain text sees both."""
    return _LINK.sub(lambda found: found[2] if found[1] == found[2] else f"{found[1]}: {found[2]}", markdown)


def _from_mjml(step: Step, source: str) -> str:
    """HTML from MJML. No fonts are fetched: a page that loads from elsewhere tells them who reads."""
    if not source.strip():
        raise CampaignError(f"{step.template} is empty; write the message into it")
    try:
        page = str(mjml2html(source, disable_comments=True, fonts={}))
    except ValueError as error:
        raise CampaignError(f"{step.template}: not MJML ({error}); check that every mj- element is closed") from None
    left = _ELEMENT.search(page)
    if left:
        raise CampaignError(f"{step.template}: MJML has no element `{left[1]}` there; check how it is written")
    return page
