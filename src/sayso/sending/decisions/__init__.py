"""The gate as a question: for mailers that send through a provider's API, over HTTP or as a Python call."""

from sayso.sending.decisions.asking import Decisions
from sayso.sending.decisions.questions import Draft, Question, Reply

__all__ = ["Decisions", "Draft", "Question", "Reply"]
