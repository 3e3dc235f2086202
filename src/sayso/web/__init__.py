"""The pages: who may be contacted and why the others not, each answer with its evidence, and the law. They change nothing."""

from sayso.web.app import PortTakenError, create_app, serve

__all__ = ["PortTakenError", "create_app", "serve"]
