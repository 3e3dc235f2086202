"""What the sample shop's forms said, version by version, and the notices that stood on them. All of it is invented."""

from __future__ import annotations

from typing import Any

BRAND = "Billy Button"
PAGE = "https://billybutton.example/checkout"
POLICY = "https://billybutton.example/privacy"

EVERYTHING: dict[str, Any] = {
    "wording": f"Yes, {BRAND} may send me basket reminders, news and offers by email, text message and post and may "
    "call me about them, until I say stop.",
    "version": "box-everything-3",
    "channels": ["email", "sms", "mms", "voice_live", "post"],
    "topics": ["abandoned_cart", "newsletter", "offers"],
    "marketing_named": True,
    "names_sender": True,
    "separate_from_terms": True,
    "symmetric_choice": True,
    "bundled": False,
    "prompted_by_message": False,
    "duration": "indefinite",
    "carrier_opt_in_mentions_carts": True,
}
SIGNED: dict[str, Any] = EVERYTHING | {
    "wording": f"By ticking I sign that {BRAND} may send recurring marketing texts and make calls, basket reminders "
    "included and with automated or recorded means, to the number above, and may email me. Buying does not depend on "
    "it. Reply STOP to stop.",
    "version": "box-signed-2",
    "channels": ["email", "sms", "mms", "voice_live", "voice_recorded"],
    "signed_writing": True,
    "pewc_disclosures": True,
}
ADS_TOO: dict[str, Any] = EVERYTHING | {
    "wording": f"Yes, {BRAND} may send me basket reminders, news and offers by email and text message, and may use my "
    "email address to show me its advertisements elsewhere.",
    "version": "box-ads-1",
    "channels": ["email", "sms", "mms", "online_ad"],
}
EMAIL_ONLY: dict[str, Any] = EVERYTHING | {
    "wording": f"Email me basket reminders, news and offers from {BRAND}.",
    "version": "box-email-2",
    "channels": ["email"],
    "carrier_opt_in_mentions_carts": None,
}
SILENT: dict[str, Any] = EVERYTHING | {
    "wording": f"Keep me posted with basket reminders, news and offers from {BRAND}.",
    "version": "box-silent-1",
    "channels": [],
    "carrier_opt_in_mentions_carts": None,
}
ORDER_UPDATES: dict[str, Any] = EVERYTHING | {
    "wording": "Send me updates about my order.",
    "version": "box-updates-1",
    "channels": ["email", "sms"],
    "topics": ["order_updates"],
    "marketing_named": False,
    "carrier_opt_in_mentions_carts": False,
}

NO_NOTICE: dict[str, Any] = {"shown": False}
LINKED: dict[str, Any] = {
    "shown": True,
    "version": "notice-linked-4",
    "names_marketing": True,
    "beside_field": False,
    "link_target": "section_with_the_content",
    "complete": True,
    "opt_out_notice": True,
}
BESIDE: dict[str, Any] = LINKED | {
    "version": "notice-beside-2",
    "channels": ["email", "sms"],
    "beside_field": True,
}
WITHOUT_MARKETING: dict[str, Any] = LINKED | {"version": "notice-orders-1", "names_marketing": False}

PUBLISHED: tuple[dict[str, Any], ...] = (
    {
        "kind": "notice_published",
        "wording_version": "notice-linked-4",
        "wording": "We keep your email address and number to handle your order, and use them for marketing as our "
        "privacy policy says.",
        "page": POLICY,
        "language": "en",
        "marketing_named": True,
        "names_sender": True,
        "complete": True,
        "link_target": "section_with_the_content",
        "opt_out_notice": True,
    },
    {
        "kind": "notice_published",
        "wording_version": "notice-beside-2",
        "wording": f"{BRAND} will use the email address and number you type here to remind you of your basket. You can "
        "stop that at any time.",
        "page": PAGE,
        "language": "en",
        "channels": ["email", "sms"],
        "topics": ["abandoned_cart"],
        "marketing_named": True,
        "names_sender": True,
        "complete": True,
        "link_target": "section_with_the_content",
        "opt_out_notice": True,
    },
)
