"""
What comes back of what was sent: bounces, complaints, replies, unsubscribing by mail, and providers' events.

Everything here can only stop or count. Whom it concerns is told by our own token wherever there is one.
"""

from sayso.sending.returns.aside import AsideFullError
from sayso.sending.returns.attribution import TryLaterError
from sayso.sending.returns.returned import Returned, read_returned
from sayso.sending.returns.taking import LARGEST, Taken, take

__all__ = ["LARGEST", "AsideFullError", "Returned", "Taken", "TryLaterError", "read_returned", "take"]
