"""A plain service mail, and ways to hide a promotion in it: each takes the mail's HTML and headers and gives a whole mail."""

from __future__ import annotations

import base64

from labelled_messages import SENDERS

KETTLE = SENDERS["kettle"]
HEAD = (
    'From: Kettle & Co <help@kettle.example>\r\nTo: "Ana Price" <ana@home.example>\r\nSubject: Your order KC-1001\r\n'
)
BODY = "<p>Hi Ana,</p><p>Thank you for your order. Your payment of $48.95 has been received.</p>"
FOOT = "<p>Kettle and Company Pty Ltd, 1 Steam Lane, Fitzroy VIC 3065. help@kettle.example</p>"
SALE = "https://kettle.example/sale"


def html(more: str = "", head: str = "", headers: str = HEAD, body: str = BODY, charset: str = "utf-8") -> bytes:
    """The mail with `more` after its text."""
    said = f"<html><head>{head}</head><body>{body}{more}{FOOT}</body></html>"
    return f"{headers}Content-Type: text/html; charset={charset}\r\n\r\n{said}".encode()


def beside(*parts: tuple[str, str], kind: str = "mixed", first: str = f"{BODY}{FOOT}") -> bytes:
    """The mail with other parts: each the header lines and the content."""
    said = "".join(f"--b\r\n{head}\r\n\r\n{body}\r\n" for head, body in (("Content-Type: text/html", first), *parts))
    return f"{HEAD}Content-Type: multipart/{kind}; boundary=b\r\n\r\n{said}--b--\r\n".encode()


def text(body: str) -> bytes:
    """A plain-text mail."""
    return f"{HEAD}Content-Type: text/plain; charset=utf-8\r\n\r\n{body}".encode()


PACKED = base64.b64encode(f"{BODY}".encode()).decode() + "=\r\n" + base64.b64encode(b"<h1>Half price</h1>").decode()
REPORTED: dict[str, bytes] = {
    "svg": html("<svg><text>50% off</text></svg>"),
    "object": html(f'<object data="{SALE}.png"></object>'),
    "noscript": html("<noscript>50% off</noscript>"),
    "iframe": html('<iframe srcdoc="50% off"></iframe>'),
    "video": html('<video poster="https://kettle.example/x.png"></video>'),
    "picture": html('<picture><source srcset="x.png"><img alt="Kettle &amp; Co" src="logo.png"></picture>'),
    "json": html(head='<script type="application/ld+json">{"@type": "DiscountOffer"}</script>'),
    "refresh": html(head=f'<meta http-equiv="refresh" content="0;url={SALE}">'),
    "link given twice": html(f'<a href="https://kettle.example/orders/1" href="{SALE}">View your order</a>'),
    "link given twice after a comment": html(
        f"<!-- <a href=' --><a href=/orders/1 title='-->' HREF={SALE}>View your order</a>"
    ),
    "picture given twice for Outlook": html('<!--[if mso]><p class="a" class="b">Total: $4.00</p><![endif]-->'),
    "base": html('<a href="https:order/1">your order</a>', head='<base href="https://deals.example/">'),
    "background attribute": html(
        '<table background="https://kettle.example/x.png"><tr><td>Total: $4.00</td></tr></table>'
    ),
    "background style": html('<div style="background:url(https://kettle.example/x.png);height:600px"></div>'),
    "list picture": html('<ul style="list-style-image:url(x.png)"><li>Total: $4.00</li></ul>'),
    "content": html('<p class="x">Total: $4.00</p>', head="<style>.x:after{content:'50% off'}</style>"),
    "pixel with a size": html('<img width="1" height="1" style="width:600px;height:600px" src="x.png">'),
    "pixel with a class": html(
        '<img class="x" width="1" height="1" src="x.png">', head="<style>.x{width:600px}</style>"
    ),
    "input": html('<input value="50% off">'),
    "placeholder": html('<input placeholder="50% off">'),
    "title": html('<p title="50% off: shop now">Total: $4.00</p>'),
    "formaction": html(f'<form><button formaction="{SALE}">View your order</button></form>'),
    "vml": html(f'<!--[if mso]><v:rect href="{SALE}"><v:fill src="x.png"/></v:rect><![endif]-->'),
    "vml condition": html("<!--[if vml]><p>50% off</p><![endif]-->"),
    "true condition": html("<!--[if true]><p>50% off</p><![endif]-->"),
    "outlook picture": html('<!--[if mso]><img src="x.png"><![endif]-->'),
    "large picture": html('<img src="https://kettle.example/a.jpg" width="600" alt="Kettle &amp; Co">'),
    "named picture": html('<img src="https://kettle.example/half-price-sale.png" width="90" alt="Kettle &amp; Co">'),
    "attached html": beside(("Content-Type: text/html\r\nContent-Disposition: attachment", "<p>50% off</p>")),
    "attached pdf": beside(('Content-Type: application/pdf; name="a.pdf"', "%PDF")),
    "inline picture": beside(("Content-Type: image/png\r\nContent-Disposition: inline", "x")),
    "calendar": beside(("Content-Type: text/calendar", "SUMMARY:50% off"), kind="alternative"),
    "partial": beside(("Content-Type: message/partial; id=a; number=1; total=1", "50% off")),
    "elsewhere": beside(
        (f'Content-Type: message/external-body; access-type=URL; URL="{SALE}"', "Content-Type: text/html")
    ),
    "xhtml": beside(("Content-Type: application/xhtml+xml", "<p>50% off</p>"), kind="alternative"),
    "message within": beside(("Content-Type: message/rfc822", "Subject: 50% off\r\n\r\nYour order has been sent.")),
    "to": html(headers=HEAD.replace("Ana Price", "50% off, shop now")),
    "reply-to": html(headers=HEAD + 'Reply-To: "Spring Collection" <help@kettle.example>\r\n'),
    "from": html(headers=HEAD.replace("Kettle & Co", "Spring Collection at Kettle & Co")),
    "utf-7": html("+ADw-!-- 50% OFF --+AD4-", charset="utf-7"),
    "half of a plain text": beside(
        ("Content-Type: text/plain", "50% OFF!"),
        kind="alternative",
        first=f"{BODY}<p>Your refund is 50</p><p>Office address</p>",
    ),
    "base64 goes on": f"{HEAD}Content-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\n{PACKED}".encode(),
    "backslash": html('<a href="https://deals.example\\@kettle.example/orders/1">View your order</a>'),
    "backslash host": html('<a href="https://deals.example\\.kettle.example/orders/1">View your order</a>'),
    "many fields": html(f'<a href="https://kettle.example/orders/1?{"a=1&" * 150}">View your order</a>'),
    "deep": html("<div>" * 400 + "50% off"),
}
"""What two reviewers got through."""
NEW: dict[str, bytes] = {
    "font": html(head="<style>@font-face{font-family:x;src:url(https://kettle.example/x.woff2)}</style>"),
    "import": html(head='<style>@import "https://kettle.example/x.css";</style>'),
    "sheet": html(head='<link rel="stylesheet" href="https://kettle.example/x.css">'),
    "comment in string": html(head='<style>a{font-family:"/*"} p:after{content:"50% off"} b{font-family:"*/"}</style>'),
    "css escape": html('<p style="back\\67round:u\\72l(x.png)">Total: $4.00</p>'),
    "custom property": html('<p style="--x:url(a.png);background:var(--x)">Total: $4.00</p>'),
    "image set": html("<p style=\"background:image-set('a.png' 1x)\">Total: $4.00</p>"),
    "border image": html('<p style="border-image:url(a.png) 30">Total: $4.00</p>'),
    "cursor": html('<p style="cursor:url(a.cur),auto">Total: $4.00</p>'),
    "gradient letters": html('<p style="background:linear-gradient(red,red) 0 0/9px 9px">Total: $4.00</p>'),
    "shadow letters": html(f'<p style="box-shadow:{",".join(["1px 2px red"] * 40)}">Total: $4.00</p>'),
    "keyframes": html(head="<style>@keyframes x{from{content:'50% off'}}</style>"),
    "laid over": html('<p style="position:absolute;top:0">Total: $4.00</p>'),
    "transformed": html('<p style="transform:scaleX(-1)">Total: $4.00</p>'),
    "words amid hidden ones": html('<p>Order<span style="display:none"> number 1001 was placed</span> today</p>'),
    "words amid pale ones": html('<p>Order <span style="color:#fff">number 1001 was placed</span> today</p>'),
    "words amid struck ones": html("<p>Order <s>number 1001 was placed</s> today</p>"),
    "words amid small ones": html(
        '<p>Order <span class="x">number 1001 was placed</span> today</p>', head="<style>.x{font-size:1px}</style>"
    ),
    "cells": html("<table><tr><td>Order</td><td>today</td></tr></table>"),
    "coloured cells": html("<table>" + '<tr><td bgcolor="red"></td><td bgcolor="white"></td></tr>' * 80 + "</table>"),
    "marquee": html("<marquee>Total: $4.00</marquee>"),
    "right to left": html('<p dir="rtl">Total: $4.00</p>'),
    "empty link": html(f'<a href="{SALE}" style="display:block;height:99px"></a>'),
    "map": html(
        f'<map name="m"><area href="{SALE}" alt="Your order"></map><img usemap="#m" src="logo.png" alt="Kettle &amp; Co">'
    ),
    "many pictures": html('<img src="logo.png" width="90" alt="Your order">' * 9),
    "comment that ends early": html("<!-- x -- > 50% off -->"),
    "face": html(headers=HEAD + "Face: iVBORw0KGgo=\r\n"),
    "topic": html(headers=HEAD + "Thread-Topic: Half price this week\r\n"),
    "group": html(headers=HEAD.replace('"Ana Price" <ana@home.example>', "50% off today: ana@home.example;")),
    "comment in an address": html(headers=HEAD.replace("To: ", "Cc: (sale now on) a@b.example\r\nTo: ")),
    "from address": html(headers=HEAD.replace("help@", "half-price-deals@")),
    "subject in utf-7": html(headers=HEAD.replace("Your order KC-1001", "=?utf-7?q?Your_order?=")),
    "charset of a meta": html(head='<meta charset="iso-2022-jp">'),
    "nul": html("\0 50"),
    "broken quoted-printable": f"{HEAD}Content-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n{BODY}=5".encode(),
    "greeting": html(body=BODY.replace("Hi Ana", "Hi Spring Collection")),
    "sign-off": html("<p>Thanks, Winter Clearance</p>"),
    "label in capitals": html('<a href="https://Lookbook.kettle.example/orders/1">View your order</a>'),
    "season in a file": html(
        '<a href="https://kettle.example/documents/SummerLookbook2027.pdf">View your document</a>'
    ),
    "nameless query": html('<a href="https://kettle.example/orders/1?winter-range">View your order</a>'),
    "percent host": html('<a href="https://deals%2eexample%2f@kettle.example/orders/1">View your order</a>'),
    "text to send": html('<a href="sms:+61355500142?body=Order%20another%20kettle">Contact us</a>'),
    "drawn in signs": text(
        "Your order has been sent.\r\n\r\n /\\_/\\  |_|  $$ | |_ ( o o ) ^ ^ |=| |__| ~~ ||_|| // \\\\ || ##\r\n"
    ),
    "rule of signs": text(
        "Your order has been sent.\r\n\r\n####   ###  #  #\r\n#      #  # #  #\r\n####   ###  ####\r\n"
    ),
}
"""Of another kind, written before it was known what they come to."""
LAWFUL: dict[str, bytes] = {
    "plain": html(),
    "logo": html('<img src="https://kettle.example/logo.png" width="120" height="40" alt="Kettle &amp; Co">'),
    "pixel": html('<img src="https://t.example/o/1" width="1" height="1" style="display:none" alt="">'),
    "inline styles": html(
        "<p style=\"margin:0 0 12px;color:#51545E;font:400 16px/1.5 Arial,'Segoe UI',sans-serif\">Total: $48.95</p>"
    ),
    "style sheet": html(
        '<p class="x">Total: $48.95</p>',
        head="<style>body{width:100%!important;-webkit-text-size-adjust:none} .x{color:#333;padding:0 4px} "
        "@media only screen and (max-width:600px){.x{width:100%!important}} .preheader{display:none!important}</style>",
    ),
    "table": html(
        '<table width="100%" cellpadding="0" cellspacing="0" role="presentation" bgcolor="#F2F4F6"><tr><td align="right" valign="top">'
        "<strong>Total</strong></td><td>$48.95</td></tr></table>"
    ),
    "preheader": html(body=f'<span style="display:none;max-height:0;overflow:hidden">Your receipt.</span>{BODY}'),
    "outlook table": html(
        "<!--[if mso]><table><tr><td><![endif]--><p>Total: $48.95</p><!--[if mso]></td></tr></table><![endif]-->"
    ),
    "outlook button": html(
        '<!--[if mso]><v:roundrect href="https://kettle.example/orders/1" style="height:40px;v-text-anchor:middle;width:200px" '
        'arcsize="10%" fillcolor="#333"><w:anchorlock/><center>View your order</center></v:roundrect><![endif]-->'
    ),
    "fonts": html(
        head='<style>@import url("https://fonts.googleapis.com/css?family=Nunito+Sans:400,700&display=swap");</style>'
    ),
    "both texts": beside(
        (
            "Content-Type: text/plain",
            "Hi Ana,\r\n\r\nThank you for your order. Your payment of $48.95 has been received.",
        ),
        kind="alternative",
    ),
    "sponsor of a fact": text(
        "The power supply to your street will be interrupted on 3 December from 9:00 to 12:00.\r\n\r\nSponsored by Acme Ltd"
    ),
    "recall": text(
        "We are recalling the lamp that you bought on 3 March 2026. The lamp may overheat. Please stop using it and return it for a refund."
    ),
    "price of a subscription": text(
        "The price of your subscription will change from $10.00 to $12.00 a month on 1 January 2027. You can cancel at any time."
    ),
    "terms": text("We have changed our terms and conditions. The changes take effect on 1 January 2027."),
    "renewal": text(
        "Your subscription will be renewed on 3 December 2026. Your card will be charged $120.00. You can cancel at any time."
    ),
    "breach": text(
        "An unauthorised person had access to our system. Your name and email address were affected. Please change your password."
    ),
    "not this order": text("Your order has been received. If you did not place this order, contact us."),
    "unsubscribed": text("You are unsubscribed. You will receive no further marketing messages."),
}
"""Near them, and service all the same."""
