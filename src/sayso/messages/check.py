"""An email judged: what it says, what it carries, and what is missing, as facts of the vocabulary and findings in place."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from sayso.messages.check_explicit import judge_explicit
from sayso.messages.check_header import judge_header
from sayso.messages.check_list import judge_list_header
from sayso.messages.check_subject import judge_subject
from sayso.messages.content import Content, judge_content
from sayso.messages.identity import Identity
from sayso.messages.mail import ParsedMail, read_mail
from sayso.messages.parts import Finding, Reading
from sayso.messages.requirements import Found, Judged, judge_sender
from sayso.messages.requirements_stop import Follow, judge_stop


class Checked(Found, frozen=True, kw_only=True):
    """What was found in an email."""

    parsed: ParsedMail


def check_mail(
    mail: bytes | ParsedMail,
    identity: Identity,
    *,
    own: str = "",
    dnsfunc: Callable[..., bytes | None] | None = None,
    landings: Mapping[str, Reading] = {},
    follow: Follow | None = None,
    content: Content | None = None,
) -> Checked:
    """
    Judge one email for its sender.

    `own` is what our own unsubscribe links begin with (`https://mail.shop.example/u/`). `dnsfunc` looks up DKIM keys,
    as dkimpy asks for them; without it a signature is read, not verified. `landings` are the pages that links lead
    to, `follow` gets the page of another's unsubscribe link, `content` is what its content was judged to be where that
    is known. Raises MessageError for a message that cannot be read.
    """
    parsed = mail if isinstance(mail, ParsedMail) else read_mail(mail)
    content = content or judge_content(parsed.reading, identity, landings)
    commercial = content.facts.get("commercial_purpose") is not False
    found = Judged({}, [])
    found.add(judge_header(parsed, identity))
    found.add(judge_subject(parsed, commercial=commercial))
    found.add(judge_explicit(parsed.reading))
    found.add(judge_sender(parsed.reading, identity))
    found.add(judge_stop(parsed.reading, own, follow))
    found.add(judge_list_header(parsed, own, dnsfunc))
    if not commercial:
        found.findings = [_not_asked(one) for one in found.findings]
    facts = {name: value for name, value in {**found.facts, **content.facts}.items() if value is not None}
    return Checked(facts=facts, content=content, carried=tuple(found.findings), parsed=parsed)


_ASKED_OF_ALL = frozenset(("header", "subject"))


def _not_asked(finding: Finding) -> Finding:
    """What only commercial messages must carry is no fault of one that is not commercial."""
    if finding.state != "missing" or finding.matter in _ASKED_OF_ALL:
        return finding
    return msgspec.structs.replace(finding, state="note")
