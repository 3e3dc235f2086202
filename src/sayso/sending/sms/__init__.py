"""Texts through a gateway: sent by Kannel or in the form of Twilio's API, and what comes in from them."""

from sayso.sending.sms.gateway import Keys, gateway_facts, keys_of, transport

__all__ = ["Keys", "gateway_facts", "keys_of", "transport"]
