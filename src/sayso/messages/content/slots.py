"""
What belongs to one person or one case is put in its place before words are weighed: sums, days, numbers, names, addresses.

So are the few phrases in which service needs a word that otherwise sells: `a new card`, `free of charge`.
"""

from __future__ import annotations

import html
import re
import unicodedata
from functools import lru_cache

from sayso.messages.content.names import NEVER, is_name
from sayso.messages.content.promotion import acts_in

SLOT, NAME, ITEM, THERE = "\ue000", "\ue001", "\ue002", "\ue003"
"""Stand for a detail, the sender's own name or address, a line of an order, and an address of the web or of a mailbox."""

URL = re.compile(r"\b(?:https?://|www\.)[^\s<>\"]+|\b(?:[a-z0-9-]{1,63}\.){1,4}[a-z]{2,18}/[^\s<>\"]*", re.IGNORECASE)
_MAILBOX = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
_NUMBER = re.compile(r"\+?\d(?:[ -]?\d){6,}")
_INVISIBLE = dict.fromkeys(
    map(
        ord,
        "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\u2064\ufeff",
    ),
)
_PRIVATE = re.compile("[\ue000-\uf8ff]")
_UNESCAPED = 3
"""How often entities are resolved; some readers resolve what was escaped twice."""
_QUOTES = str.maketrans({"’": "'", "‘": "'", "`": "'", "“": '"', "”": '"', "×": "x"})
_PLACEHOLDER = re.compile(r"\{\{[^{}]{1,80}\}\}|\{%[^{}%]{1,80}%\}|\*\|[^|]{1,80}\|\*")

_SUM = r"(?:(?:[$£€]|A\$|US\$|NZ\$|AUD|USD|GBP|EUR) ?\d[\d.,]{0,12}|\d[\d.,]{0,12} ?(?:€|AUD|USD|GBP|EUR|NZD))"
_WORDED = r"[A-Za-zÀ-ɏ][\w'&-]{0,30},?"
_LINE = re.compile(
    rf"\b\d{{1,3}} ?x ?((?:{_WORDED} |\d{{1,4}} ){{0,8}}(?:{_WORDED}|\d{{1,4}})),? ?[-–—:@]? ?{_SUM}"
    rf"|((?:{_WORDED} |\d{{1,4}} ){{0,6}}{_WORDED}) x ?\d{{1,3}},? ?[-–—:@]? ?{_SUM}"
)
_COUNTED = re.compile(r"\d ?x|x ?\d")
"""What every line of an order has: looked for first, since looking for the whole line takes long."""
_STREET = re.compile(
    r"(?:^(?:[A-ZÀ-Þ][a-zß-ɏ'-]{1,30},? ){1,3})?\b(?:(?:Unit|Suite|Flat|Level|Apt) ?\w{1,5},? )?\d{1,5}[A-Za-z]?(?:/\d{1,4})? (?:[A-Z][\w'-]{1,30} ){1,3}?"
    r"(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Court|Ct|Place|Pl|Way|Close|Crescent|Terrace|Parade|Highway|Square|Boulevard|Blvd)\b\.?"
    r"(?:,? [A-Z][A-Za-z'-]{1,30}){0,4}(?:,? (?:\d{4,5}(?:-\d{4})?|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}))?(?![\w$£€%])"
)
_MONTH = r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)"
_DAY = re.compile(
    rf"\b(?:(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?,? (?:the )?)?(?:\d{{1,2}}(?:st|nd|rd|th)? (?:of )?{_MONTH}|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?(?!\d))\.?(?:,? \d{{4}})?\b"
)
_BOUGHT = re.compile(
    r"\b(?:a|an|the|your) (?:[a-z][a-z-]{1,20} ){1,3}(?=(?:that |which )?you (?:have )?(?:bought|ordered|purchased|returned)\b)",
    re.IGNORECASE,
)
_RECALLED = re.compile(
    r"(?P<lead>\b(?:product |safety )?recall(?:ing|ed)?(?: notice)?:? (?:of )?(?:the |our |all |these |some )?)(?P<what>(?:[A-Za-z][\w'-]{1,20} ){0,3}[A-Za-z][\w'-]{1,20})(?=,? (?:model|batch|serial|number|with|because|that you|you|sold|bought)\b|[.,;(]|$)",
    re.IGNORECASE,
)
_FAULTY = re.compile(
    r"(?P<lead>(?:^|(?<=[.!] ))(?:The|This|These) )(?P<what>(?:[a-z][a-z-]{1,20} ){0,2}[a-z][a-z-]{1,20})(?= (?:may|can|could|might) (?:not )?(?:overheat|leak|break|come loose|cause|catch fire|crack|fail|ignite|burn|be (?:unsafe|faulty|dangerous)))"
)
_LETTER = re.compile(r"(?<=[Rr]eply )[\"']?[A-Z]\b[\"']?")
_TITLED = re.compile(r"\b(?:Dr|Mr|Mrs|Ms|Mx|Prof)\.? [A-ZÀ-Þ][\w'-]{1,30}")
_GREETED = re.compile(
    r"^(?i:hi|hello|hey|dear|good (?:morning|afternoon|evening))( there|(?:,? [A-ZÀ-Þ][\wÀ-ɏ'-]{0,30}){1,3})? ?[,!:.–—-]?(?= |$)"
)
_NEEDED = re.compile(
    r"\b(?:"
    r"feel free to (?:contact|call|reply|ask|write|reach|email)|free of charge|toll[- ]free|no longer|out of stock"
    r"|(?:at )?no (?:extra|additional|further) (?:cost|charge)|best (?:regards|wishes)|(?:kind|warm) regards"
    r"|thank(?:s| you) for (?:shopping|ordering|booking|your business) ?(?:with|from|at)?|thank you very much|very sorry"
    r"|(?:the|a|your|any|my|with|of|another|our) new (?:password|passcode|pin|code|card|terms|policy|version|address|e-?mail|device|sign-in|login"
    r"|date|time|day|message|meter|statement|bill|number|text|link|delivery (?:date|day|time))|read the new (?:terms|policy)|the new version"
    r"|save (?:this|these|a copy)|(?:the|your) rest of|rest of (?:your|the) order"
    r"|(?:your|the) next (?:\w{1,20} )?(?:days?|weeks?|hours?|working days?|business days?|bill|payment|invoice|statement|appointment|meter reading)"
    r"|next \d{1,3} (?:days|weeks|hours|minutes)|next (?:working|business) day|(?:separately|again|sent|arrive|collected|delivered) next (?:week|month)"
    r"|new departure time|(?:have )?finished (?:processing|packing|preparing)|(?:has been )?added to your (?:order|account|record)|username is \w{1,40}|if you'd like to (?:proceed|cancel|change|stop|unsubscribe|reset|dispute)|visit the following (?:address|page)|"
    r"flat rate|(?:your|of your|a) savings account|referral letter|library books|data export|(?:has |have )?invited you to join|subscription will renew|renew on"
    r"|(?:full|unit|purchase) price|price (?:you paid|in your contract)|(?:fixed|standard|current) (?:unit )?price"
    r"|terms of (?:use|service|sale)|point of sale|goods? (?:working )?condition"
    r"|(?:no|nothing|any|once|one|for) more (?!for)(?=(?:is|to|than|time|information|details|about|messages|e-?mails|texts|calls|\W|$))|more (?:than|information|details|time)"
    r"|for more|in most cases|at (?:most|least)|(?:less|fewer) than|how (?:much|many)|as (?:much|many|soon|well)|in good (?:order|condition|time)|good (?:morning|afternoon|evening)"
    r"|(?:all )?rights reserved|no more"
    r"|thank(?:s| you) for your (?:kind |generous )?donation|(?:receipt|record) (?:of|for) your donation|your donation (?:of|receipt|number|was|has been)|donations of|tax[- ]deductible"
    r"|reply (?:to this (?:e-?mail|message) )?to add (?:anything|more|information|details|a (?:comment|file))"
    r"|(?:qty|quantity|unit|item|description|product|size) price|price (?:qty|quantity|total|amount|gst|vat|each|per unit)"
    r"|(?:shipping|delivery|postage|cancellation|returns?)(?: \([^()]{1,20}\))?: free(?=$|[.,;]| until)|free(?: and|,) (?:independent|confidential|impartial) (?:advice|help|support)"
    r"|sorry (?:that )?we missed you|sorry to hear (?:about|that|of)|please quote (?:the|your|this|it)"
    r"|(?:waiting(?: for you)?|ready(?: to collect| for collection)?|held) at our (?:\w{1,20} ){0,2}(?:store|shop|branch)"
    r"|add (?:a (?:different|second) (?:one|card|payment method)|(?:more |further |any )?(?:details|information|screenshots?|photos?|files?|comments?|documents?|anything)(?: or (?:screenshots?|photos?|files?|documents?))?)"
    r"|visit (?:a|your (?:nearest|local)) branch|height clearance|open (?:the |your )?tickets?|(?:and|is|are|be) open (?:from|on|at|until|between|again)"
    r"|(?:ticket|case|claim|request) will reopen|remains? available (?:on request|for)|(?:notice|letter|document|form|leaflet) is available in"
    r"|you are entitled to a (?:replacement|refund|repair)|premium instal+ments?|(?:unpaid|insurance) premiums?|(?:you may|right to|right of) appeal|appeal (?:to the|against)"
    r"|from our newsletter list|unsubscribed by mistake"
    r"|a new one|(?:a|the) new (?:one|part|unit) (?=(?:to you|within|by|when|free of charge))|pick-up|(?:ready|waiting) (?:for|to) pick up"
    r"|any of our (?:shops|stores|branches)(?= for (?:a |an )?(?:full )?(?:refund|exchange|replacement|repair))"
    r"|add (?:the |this |your )?(?:(?:appointment|booking|reservation) )?to (?:your |my |the )?calendar|(?:a|the) calendar invitation"
    r"|(?:the )?price (?:of your (?:subscription|plan|contract|service|policy|membership|account)|for your (?:subscription|plan|contract|service|policy|membership|account)|changes?(?: notice| to your| of your)?|increases?|will (?:change|increase|rise))|your (?:new|current|standard) price"
    r"|your (?:warranty|contract|policy|subscription|membership|registration|licence|permit) (?:ends|expires|will end) soon"
    r")\b|^new (?:sign-in|login|device|log-in|message|password|delivery (?:date|time))\b|^good news[,:]|^(?:updated )?invitation(?=: (?:appointment|booking|reservation) (?:with|at|for)\b)",
    re.IGNORECASE,
)
_TOUCH = re.compile(r"\bget in touch(?: with us)?\b", re.IGNORECASE)
_HARMLESS = re.compile(
    r"\b(?:savings|rate|referral|renew|invited|join|free|extra|best|new|news|save|rest|next|price|sale|stock|more|most|less|fewer|much|many|good|very|warm|shopping|ordering|booking|business|toll|longer|feel|well|least|soon|add|invitation|donations?|deductible|our (?:\w{1,20} ){0,2}(?:stores?|shops?|branch(?:es)?)|missed|hear (?:about|that|of)|quote|visit|height|clearance|open|reopen|available|entitled|premiums?|appeal|newsletter|unsubscribed|screenshots?|different|pick[- ]up)\b",
    re.IGNORECASE,
)
"""The words in those phrases that would sell elsewhere, or that the vocabulary has not got."""
_STORE = re.compile(
    r"\b(?i:collect(?:ion|ed)?|pick(?:ed)?[- ]?up|return|returned|bought|bought it|it back|it|order|appointment) (?:(?:at|from|to|in) (?:our|the) (?:[A-Z][\w'-]{1,30} ){0,2}(?:store|shop|branch|clinic)(?! (?:now|today))|where you bought it)"
)
_DETAIL = re.compile(
    r"(?i:\b(?:vat|gst|tax) ?[:(@]? ?)(?:at |of |is )?\d{1,2}(?:\.\d{1,2})? ?%\)?|"
    r"(?<![\w])(?:#? ?"
    r"(?:[$£€]|A\$|US\$|NZ\$)?\+?\(?\d[\d.,:/()–-]*\d?(?:st|nd|rd|th|am|pm|p|c|h|hrs?|min|kg|g|km|cm|mm|ml|kwh)?(?: ?(?:am|pm))?"
    r"|#?[A-Z]{1,4}-?\d[\d-]*[A-Z]?|[A-Z]{1,3} \d[\d ]*[A-Z]?|\d+[A-Z])(?![\w%])"
)


@lru_cache(maxsize=4096)
def _own(names: tuple[str, ...]) -> re.Pattern[str] | None:
    said = {" ".join(name.split()) for name in names}
    written = sorted({form for name in said for form in (name, name.upper()) if len(name) > 1}, key=len, reverse=True)
    return re.compile("|".join(rf"(?<!\w){re.escape(name)}(?!\w)" for name in written)) if written else None


def plain(text: str) -> str:
    """The text as its reader sees it: entities and compatibility forms resolved, invisible characters gone, one space."""
    for _ in range(_UNESCAPED):
        if "&" in text:
            text = html.unescape(text)
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).translate(_INVISIBLE).translate(_QUOTES)
        text = _PRIVATE.sub("\ufffd", text)
    return " ".join(text.split())


def quoted(words: str) -> str:
    """How words begin, to point at them, without anybody's address or number."""
    return _NUMBER.sub("...", _MAILBOX.sub("...", plain(words)))[:60]


def _mailbox(found: re.Match[str]) -> str:
    """A mailbox stands for a place, unless what stands before its `@` promotes."""
    local = re.sub(r"[._+-]+", " ", found[0].partition("@")[0].lower())
    return found[0] if {"price", "reward", "gambling"}.intersection(acts_in(local)) else THERE


def without_own(text: str, names: tuple[str, ...]) -> str:
    """`plain` text less the sender's own `names`, addresses, and the phrases that service needs: what could still sell."""
    own = _own(names)
    text = _MAILBOX.sub(_mailbox, URL.sub(THERE, text))
    if own:
        text = own.sub(NAME, text)
    text = _TOUCH.sub("contact us", text)
    return _STORE.sub(SLOT, _NEEDED.sub(lambda found: _HARMLESS.sub(SLOT, found[0]), text))


def _greeted(found: re.Match[str]) -> str:
    """A greeting, unless it greets with words that are nobody's name."""
    named = (found[1] or "").strip(" ,")
    return SLOT if named in ("", "there") or SLOT in named or is_name(named) else found[0]


def _recalled(found: re.Match[str]) -> str:
    """What is recalled may be called anything that is not a word of shops and seasons."""
    named = found["what"]
    return found["lead"] + SLOT if NEVER.isdisjoint(named.lower().split()) else found[0]


def put_in(text: str) -> str:
    """The same, less what belongs to one person or case."""
    text = _GREETED.sub(_greeted, _PLACEHOLDER.sub(SLOT, text))
    for pattern, instead in (
        (_DAY, SLOT),
        (_STREET, SLOT),
        (_TITLED, SLOT),
        (_BOUGHT, f"{SLOT} "),
        (_LETTER, SLOT),
    ):
        text = pattern.sub(instead, text)
    if "ecall" in text:
        text = _FAULTY.sub(_recalled, _RECALLED.sub(_recalled, text))
    if _COUNTED.search(text):
        text = _LINE.sub(ITEM, text)
    return _DETAIL.sub(SLOT, text)
