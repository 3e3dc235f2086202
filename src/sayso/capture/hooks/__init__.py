"""Shops' webhooks: each source's signature and bodies, read into entries as its exports are."""

from sayso.capture.hooks.handling import HOOKS, Handled, handle
from sayso.capture.hooks.hook import LARGEST, FetchError, Hook, HookRefused, HookSettings, Ignored

__all__ = [
    "HOOKS",
    "LARGEST",
    "FetchError",
    "Handled",
    "Hook",
    "HookRefused",
    "HookSettings",
    "Ignored",
    "handle",
]
