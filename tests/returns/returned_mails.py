"""Mails that come back, as others write them."""

from __future__ import annotations


def dsn(
    recipient: str,
    *,
    to: str = "bounces@shop.example",
    status: str = "5.1.1",
    action: str = "failed",
    original: str = "",
) -> bytes:
    """A delivery report (RFC 3464) about one recipient."""
    return f"""From: MAILER-DAEMON@mx.mail.example
To: {to}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="=_b"

--=_b
Content-Type: text/plain

The message could not be delivered.

--=_b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.mail.example

Final-Recipient: rfc822; {recipient}
Action: {action}
Status: {status}

--=_b
Content-Type: message/rfc822

{original or "Subject: You left something"}

--=_b--
""".encode()


def arf(fields: str, *, original: str = "Subject: You left something", to: str = "fbl@shop.example") -> bytes:
    """A feedback report (RFC 5965)."""
    return f"""From: feedback@mx.mail.example
To: {to}
Subject: Fw: You left something
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="=_b"

--=_b
Content-Type: text/plain

This is a report.

--=_b
Content-Type: message/feedback-report

{fields}
User-Agent: Test/1
Version: 1

--=_b
Content-Type: message/rfc822

{original}

--=_b--
""".encode()


def mail(
    sender: str, text: str, *, to: str = "shop@shop.example", subject: str = "Re: You left something", more: str = ""
) -> bytes:
    """A plain mail."""
    return f"From: {sender}\nTo: {to}\nSubject: {subject}\n{more}Content-Type: text/plain; charset=utf-8\n\n{text}\n".encode()
