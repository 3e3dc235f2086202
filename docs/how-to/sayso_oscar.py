"""
Tells sayso of checkouts and orders in a django-oscar shop. Copy this file into the project, then in the settings:

    MIDDLEWARE += ["sayso_oscar.Checkouts"]          # after oscar.apps.basket.middleware.BasketMiddleware
    SAYSO_URL = "http://127.0.0.1:8001/hooks/generic"
    SAYSO_SECRET = "..."                              # the one set for the source `generic`
    SAYSO_OUTBOX = BASE_DIR / "sayso-outbox"          # events that wait until sayso has them on disk

Oscar has no webhooks, and no column joins a guest's email (in the session) to the basket (in the database): only a
request has both. So a middleware looks at each one. Consent is not sent: the checkout's own form knows what it showed;
give its box to sayso's widget, or send it as an event `form`.
"""

import hashlib
import hmac
import json
import time
import urllib.error
import urllib.request
import uuid
from pathlib import Path

from django.conf import settings
from django.dispatch import receiver
from django.utils import timezone
from oscar.apps.order.signals import order_placed


class Checkouts:
    """Sends a checkout whenever its contact details, address or goods have changed."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        typed = request.session.get("checkout_data", {})
        user = getattr(request, "user", None)
        email = typed.get("guest", {}).get("email") or getattr(user, "email", "")
        basket = getattr(request, "basket", None)
        if email and typed and basket is not None and basket.id and not basket.is_empty and basket.can_be_edited:
            event = checkout_event(email, typed, basket)
            mark = hashlib.sha256(json.dumps(event, sort_keys=True).encode()).hexdigest()
            if request.session.get("sayso_sent") != mark:
                request.session["sayso_sent"] = mark
                send({**event, "at": timezone.now().isoformat()})
        return response


def checkout_event(email, typed, basket):
    address = typed.get("shipping", {}).get("new_address_fields") or {}
    event = {"event": "checkout", "form": form_of(basket), "email": email}
    event["goods"] = [line.product.get_title() for line in basket.all_lines()]
    if address.get("phone_number"):
        event["phone"] = str(address["phone_number"])
    if address.get("country_id"):
        event["shipping"] = {"country": address["country_id"], "state": address.get("state") or None}
    return event


@receiver(order_placed)
def tell_order(sender, order, user, **kwargs):
    address, billing = order.shipping_address, order.billing_address
    event = {"event": "order", "form": form_of(order.basket), "email": order.email}
    event["at"] = order.date_placed.isoformat()
    event["goods"] = [line.title for line in order.lines.all()]
    if address is not None and address.phone_number:
        event["phone"] = str(address.phone_number)
    for name, place in (("shipping", address), ("billing", billing)):
        if place is not None:
            event[name] = {"country": place.country_id, "state": place.state or None}
    send(event)


def form_of(basket):
    return f"oscar:basket:{basket.id}"


def send(event):
    """Writes the event down, then sends all that waits; what sayso did not acknowledge stays for the next time."""
    outbox = Path(settings.SAYSO_OUTBOX)
    outbox.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = outbox / f"{time.time_ns()}-{uuid.uuid4().hex}.draft"
    draft.write_text(json.dumps(event))
    draft.rename(draft.with_suffix(".json"))
    for waiting in sorted(outbox.glob("*.json")):
        try:
            post(waiting.read_bytes())
        except FileNotFoundError:
            continue  # another process sent it meanwhile
        except urllib.error.HTTPError as refused:
            if refused.code == 422:  # not as sayso's format has it, and sending it again would not mend it
                waiting.rename(waiting.with_suffix(".refused"))
                continue
            return
        except OSError:
            return
        waiting.unlink(missing_ok=True)


def post(body):
    moment = str(int(time.time()))
    digest = hmac.new(settings.SAYSO_SECRET.encode(), moment.encode() + b"." + body, hashlib.sha256).hexdigest()
    headers = {"Content-Type": "application/json", "X-Sayso-Signature": f"t={moment},v1={digest}"}
    urllib.request.urlopen(urllib.request.Request(settings.SAYSO_URL, body, headers), timeout=3).close()
