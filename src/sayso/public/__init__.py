"""The public listener: the widget, notices, receipts, confirmations and webhooks; apart from the owner's pages."""

from sayso.public.app import create_app, serve

__all__ = ["create_app", "serve"]
