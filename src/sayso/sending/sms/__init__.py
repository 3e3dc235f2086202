"""Texts through a gateway: sent by Kannel or in the form of Twilio's API, and what comes in from them."""

from sayso.sending.sms.gateway import gateway_facts, transport

__all__ = ["gateway_facts", "transport"]
