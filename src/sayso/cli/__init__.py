"""The command line: thin, every command reads, calls one function, and shows what came back."""

from sayso.cli.app import main

__all__ = ["main"]
