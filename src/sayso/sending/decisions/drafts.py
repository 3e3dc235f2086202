"""Between the parts that providers' APIs take and the one message that is judged and completed."""

from __future__ import annotations

from email.headerregistry import Address as Mailbox
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import getaddresses

from sayso.capture.confirmation import WIRE
from sayso.ledger.entries import Address
from sayso.sending.decisions.questions import Draft
from sayso.sending.outgoing import Mail, Text

ADDED = ("List-Unsubscribe", "List-Unsubscribe-Post")
"""Header fields that a provider has to be told of apart from the parts."""


class DraftError(ValueError):
    """The message of a question cannot be made out; one sentence that says what to write."""


def content_of(draft: Draft, to: Address) -> Mail | Text:
    """The message that a draft stands for. Raises DraftError."""
    if draft.headers:
        raise DraftError("`headers` is for answers alone; leave it out")
    if to.kind != "email":
        if not draft.body or draft.raw or draft.html or draft.text:
            raise DraftError("a text has `body` and perhaps `media`, and nothing else")
        return Text(draft.body, draft.media)
    if draft.body or draft.media:
        raise DraftError(
            "`body` and `media` are for texts; a mail has `raw`, or `sender`, `subject`, `text` and `html`"
        )
    if draft.raw:
        if draft.html or draft.text or draft.sender or draft.subject:
            raise DraftError("give `raw` or the parts, not both")
        return Mail(draft.raw)
    return Mail(_assembled(draft, to))


def _assembled(draft: Draft, to: Address) -> bytes:
    if not (draft.html or draft.text) or not draft.sender or not draft.subject:
        raise DraftError("a mail has `sender`, `subject`, and `text` or `html` or both; or give it whole as `raw`")
    message = EmailMessage(policy=WIRE)
    try:
        message["From"] = _mailbox(draft.sender)
        message["To"] = to.value
        message["Subject"] = draft.subject
    except ValueError:
        raise DraftError("`sender` or `subject` holds a line break or no address; write them on one line") from None
    if draft.text:
        message.set_content(draft.text)
    if draft.html and draft.text:
        message.add_alternative(draft.html, subtype="html")
    elif draft.html:
        message.set_content(draft.html, subtype="html")
    return message.as_bytes()


def _mailbox(sender: str) -> Mailbox:
    ((name, address),) = getaddresses([sender]) or [("", "")]
    if "@" not in address:
        raise ValueError
    return Mailbox(name, addr_spec=address)


def draft_of(content: Mail | Text, asked: Draft) -> Draft:
    """What to send, in the form in which it was asked about."""
    if isinstance(content, Text):
        return Draft(body=content.body, media=content.media)
    if asked.raw:
        return Draft(raw=content.raw)
    message = BytesParser(policy=WIRE).parsebytes(content.raw)
    assert isinstance(message, EmailMessage)  # noqa: S101 -- the policy makes it one
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    return Draft(
        sender=asked.sender,
        subject=str(message["Subject"]),
        text=str(text.get_content()) if text else "",
        html=str(html.get_content()) if html else "",
        headers={name: str(message[name]) for name in ADDED if message[name]},
    )
