"""What email providers report of the mail they sent for us: verified, read, and recorded as the right kind of stop."""

from sayso.sending.returns.events.event import Request, Source, Trust
from sayso.sending.returns.events.handling import PROVIDERS, handle_event, source_of

__all__ = ["PROVIDERS", "Request", "Source", "Trust", "handle_event", "source_of"]
