"""What a machine wrote for somebody (RFC 3834): no answer at all, unless it asks to unsubscribe."""

from __future__ import annotations

import re
from email.message import Message

from sayso.choices.words import read_reply
from sayso.sending.returns.parsing import header

_SUBJECT = re.compile(
    r"^\s*(automatic reply|auto(matic)?[- ]?(reply|response|respons)|out of (the )?office|abwesenheit"
    r"|automatische antwort|réponse automatique|respuesta automática|risposta automatica|automatisch antwoord)\b",
    re.IGNORECASE,
)


def is_automatic(message: Message) -> bool:
    """Did a machine send this by itself? RFC 3834 section 5, and what is sent that came before or beside it."""
    said = header(message, "Auto-Submitted").lower().partition(";")[0].partition("(")[0].strip()
    return bool(
        (said and said != "no")
        or header(message, "Return-Path") == "<>"
        or message.get("X-Autoreply")
        or message.get("X-Autorespond")
        or header(message, "Precedence").lower() in ("auto_reply", "auto-reply")
        or _SUBJECT.search(header(message, "Subject"))
    )


def asks_to_unsubscribe(message: Message) -> bool:
    """
    Is the whole subject a request to stop? So a mail program unsubscribes for its user: Apple's says in the same breath
    that it is an automatic answer, and has to be honoured all the same.
    """
    wish = read_reply(header(message, "Subject"))
    return bool(message.get("X-Apple-Unsubscribe")) or (wish.keyword and wish.kind == "stop")
