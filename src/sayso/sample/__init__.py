"""An invented shop, for trying sayso out: its exports as files, and its settings. Everybody in it is made up."""

from sayso.sample.shop import SETTINGS, load, write

__all__ = ["SETTINGS", "load", "write"]
