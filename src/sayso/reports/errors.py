"""What can go wrong with a list, known without the engine that screens one: every command can tell it."""

from __future__ import annotations


class ScreeningError(Exception):
    """A list that cannot be screened; one sentence for each thing that is wrong. Nothing was written."""
