"""Looking at a campaign without sending: each step as the customer sees it, and who would get what when, and why not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from sayso.ledger import Address
from sayso.messages.check import check_mail
from sayso.messages.mail_parts import MessageError
from sayso.messages.parts import Finding
from sayso.messages.texts import check_text
from sayso.sending.campaigns.asking import Held
from sayso.sending.campaigns.declared import Campaign, Step
from sayso.sending.campaigns.opening import Opened
from sayso.sending.campaigns.records import Due
from sayso.sending.campaigns.templates import SAMPLES
from sayso.sending.outgoing import Mail, Outgoing, Stream, Text
from sayso.sending.returns.parsing import header, own_parts, parsed, text_of

NOBODY = {"email": Address("email", "customer@customer.example"), "phone": Address("phone", "+61491570006")}
"""Whom a preview is made out to: nobody's mailbox, and a number kept for fiction."""
OF_MARKETING = ("promotion", "not-recognised-as-service")
"""Findings that say why a message is marketing, which a campaign is."""
ONE_CLICK = "header List-Unsubscribe"
"""Where it is found what settings alone can mend; `not_set_up` says which."""
REACHED_BY_NUMBER = "contact"
"""A text is answered to the number it comes from; where none is set, that is what is said."""
FOR_A_PERSON = ("subject", "advertisement-label")
"""Matters in which a note says that the rules may refuse."""
Would = Literal["go", "wait", "not"]


class Seen(msgspec.Struct, frozen=True):
    """A message as its reader meets it."""

    subject: str
    sender: str
    html: str
    text: str
    media: tuple[str, ...] = ()


class Foreseen(msgspec.Struct, frozen=True):
    """What would happen to one step for one cart, were it due now. `when` is when it is due, or asked again."""

    cart: str
    person: str
    step: str
    channel: str
    to: Address | None
    when: datetime
    would: Would
    rule: str
    because: str


def seen(content: Mail | Text) -> Seen:
    """A message taken apart for showing, whatever it says of itself."""
    if isinstance(content, Text):
        return Seen("", "", "", content.body, content.media)
    message = parsed(content.raw)
    parts = [part for part in own_parts(message) if part.get_content_maintype() == "text" and not part.get_filename()]
    html = next((text_of(part) for part in parts if part.get_content_subtype() == "html"), "")
    text = next((text_of(part) for part in parts if part.get_content_subtype() == "plain"), "")
    return Seen(header(message, "Subject"), header(message, "From"), html, text)


def preview(opened: Opened, campaign: Campaign, step: Step) -> Seen:
    """A step for an invented cart, completed as it would leave. Raises CampaignError, LedgerError, MessageError."""
    return seen(_completed(opened, campaign, step))


def lacking(opened: Opened, campaign: Campaign, step: Step) -> list[Finding]:
    """What the message check misses in a step even once it is completed, or leaves for a person to judge."""
    content, settings = _completed(opened, campaign, step), opened.settings
    own, identity = settings.public.url.rstrip("/") + "/u/", opened.asking.dispatch.identity
    if isinstance(content, Mail):
        found = check_mail(content.raw, identity, own=own).findings
    else:
        sms = settings.sms
        text = check_text(content.body, identity, own=own, sender_id=sms.comes_from, media=content.media)
        found = text.findings
    ours = OF_MARKETING if isinstance(content, Mail) or settings.sms.comes_from else (*OF_MARKETING, REACHED_BY_NUMBER)
    wanted = (one for one in found if one.matter not in ours and not str(one.place).startswith(ONE_CLICK))
    return [
        one
        for one in wanted
        if one.state in ("missing", "wrong") or (one.state == "note" and one.matter in FOR_A_PERSON)
    ]


def not_set_up(opened: Opened, campaign: Campaign) -> list[str]:
    """What the settings still lack for the messages of a campaign, each as one sentence with its mend."""
    said = []
    wanted, mails = opened.settings, any(step.channel == "email" for step in campaign.steps)
    mends = [] if wanted.public.url.startswith("https://") else ["`sayso settings set public.url https://...`"]
    if not wanted.dkim.domain:
        mends.append(
            "`sayso settings set dkim.domain` and `dkim.key_file` (docs/how-to/gate.md), or let the smart host sign"
        )
    if mails and mends:
        said.append(f"no mail program will offer one-click unsubscribe for the emails yet: {'; '.join(mends)}")
    lacks = {step.key: opened.asking.lacks(step.channel) for step in campaign.steps}
    return [*said, *(f"{step} waits: {what}" for step, what in lacks.items() if what)]


def _completed(opened: Opened, campaign: Campaign, step: Step) -> Mail | Text:
    to = NOBODY["email" if step.channel == "email" else "phone"]
    asking = opened.asking
    content = opened.templates.content(step, SAMPLES[0], to=to.value, origin="preview", at=asking.clock())
    stream = Stream(f"campaign:{campaign.name}", campaign.topic, campaign.sender)
    outgoing = Outgoing(to, step.channel, stream, content, "preview", {"message_kind": "abandoned_cart"})
    return opened.loop.wait(asking.dispatch.judge(outgoing)).content


def foresee(opened: Opened, campaign: Campaign, step: Step, batch: int = 200) -> Iterator[Foreseen]:
    """
    Everybody for whom this step is due or will be, and what the rules say of it as things stand now.

    Those who bought, who left a newer cart, whom it is too late for, or who had it are not among them.
    """
    opened.records.read(opened.asking.ledger)
    now, last = opened.asking.clock(), None
    while found := opened.records.due(
        campaign, step, now, most=batch, after=last, horizon=timedelta(days=3650)
    ):  # whoever left a cart until now is less than ten years from any step
        yield from (_foreseen(opened, campaign, step, due) for due in found)
        last = found[-1]


def _foreseen(opened: Opened, campaign: Campaign, step: Step, due: Due) -> Foreseen:
    asking = opened.asking
    due_at = max(due.due_at, asking.clock())

    def row(to: Address | None, would: Would, because: str, rule: str = "", when: datetime | None = None) -> Foreseen:
        return Foreseen(due.cart, due.person, step.key, step.channel, to, when or due_at, would, rule, because)

    message = asking.message(campaign, step, due.cart, due.person)
    if isinstance(message, Held):
        return row(None, "wait" if message.until else "not", message.said, when=message.until)
    lacks = asking.lacks(step.channel)
    sms = opened.settings.sms
    if lacks and not (sms.number or sms.messaging_service):  # whether STOP works hangs on it, and all else on that
        return row(message.to, "wait", lacks)
    try:
        judged = opened.loop.wait(asking.dispatch.judge(message))
    except MessageError as error:
        return row(message.to, "not", str(error))
    ruling = judged.ruling
    if ruling.answer == "allowed":
        return row(message.to, "wait", lacks) if lacks else row(message.to, "go", ruling.because, ruling.rule)
    held = asking.hold(judged, message.to)
    if held is not None:
        return row(message.to, "wait", held.said, ruling.rule, max(held.until or due_at, due_at))
    return row(message.to, "not", ruling.because, ruling.rule)
