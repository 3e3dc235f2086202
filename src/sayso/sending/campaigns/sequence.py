"""The sequence at work: round after round, everything that is due is asked about, sent if it may be, and written down."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta

from sayso.ledger import LedgerError
from sayso.messages.mail_parts import MessageError
from sayso.sending.campaigns.asking import Asking, Held, origin_of
from sayso.sending.campaigns.declared import Campaign, CampaignError, Step
from sayso.sending.campaigns.durable import Attempt, engine, run_attempt
from sayso.sending.campaigns.loop import Loop
from sayso.sending.campaigns.opening import Opened
from sayso.sending.campaigns.records import Due, Known, Records, StepState

LOG = logging.getLogger("sayso.campaigns")
BATCH = 500
"""Carts in hand at once."""
AT_ONCE = 4
"""Messages on their way at once."""
DELAYS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360))
"""What was not taken is tried again after so long, each time longer, the last from then on, until the step lapses."""
Progress = Callable[[str, int], None]
"""Told the step, and how many of its carts were looked at."""


class Sequencer:
    """Runs the campaigns of one store, inside the durable engine (`durable.engine`), whose steps it carries out."""

    def __init__(self, asking: Asking, records: Records, campaigns: Sequence[Campaign], loop: Loop) -> None:
        self._asking = asking
        self._records = records
        self._campaigns = {campaign.name: campaign for campaign in campaigns}
        self._loop = loop

    def tick(self, progress: Progress | None = None) -> Counter[str]:
        """One round over everything that is due; how many carts came to which state."""
        done: Counter[str] = Counter()
        self._records.read(self._asking.ledger)
        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="cart") as pool:
            for campaign in self._campaigns.values():
                self._records.begin(campaign.name, self._asking.clock())
                self._records.judge_anew_on_another_topic(campaign, self._asking.clock())
                for step in campaign.steps:
                    done += self._step(pool, campaign, step, progress)
        return done

    def _step(
        self, pool: ThreadPoolExecutor, campaign: Campaign, step: Step, progress: Progress | None
    ) -> Counter[str]:
        done: Counter[str] = Counter()
        last: Due | None = None
        waits = bool(self._asking.lacks(step.channel))
        while batch := self._records.due(campaign, step, self._asking.clock(), most=BATCH, after=last):
            states = (
                ("waiting" for _ in batch) if waits else pool.map(lambda due: self._one(campaign, step, due), batch)
            )
            for state in states:
                done[state] += 1
                if progress:
                    progress(step.key, done.total())
            last = batch[-1]
        return done

    def _one(self, campaign: Campaign, step: Step, due: Due) -> str:
        run_attempt(Attempt(campaign.name, step.key, due.cart, due.person, due.attempts + 1))
        known = self._records.known(campaign.name, step.key, due.cart)
        return known.state if known else "gone"

    # The durable steps ---------------------------------------------------------------------------------------------

    def hand_over(self, attempt: Attempt) -> Known:
        """Ask and send, as things stand now. What goes wrong before the next hop is reached is tried again."""
        try:
            return self._handed_over(attempt)
        except (LedgerError, CampaignError, MessageError, OSError) as error:
            return self._known(attempt, "deferred", str(error), until=self._next_try(attempt))
        except Exception as error:
            return self._known(attempt, "deferred", _failed(error), until=self._next_try(attempt))

    def _handed_over(self, attempt: Attempt) -> Known:
        asking, dispatch = self._asking, self._asking.dispatch
        campaign, step = self._named(attempt)
        before = self._records.known(attempt.campaign, attempt.step, attempt.cart)
        again = before is not None and before.state == "again"
        known = self._loop.wait(dispatch.known(origin_of(campaign, step, attempt.cart)))
        if known is not None and not (again and known.state == "unknown"):
            return self._known(attempt, known.state, known.said, entry=known.entry)
        lacks = asking.lacks(step.channel)
        if lacks:
            return self._known(attempt, "waiting", lacks, until=self._next_try(attempt))
        message = asking.message(campaign, step, attempt.cart, attempt.person)
        if isinstance(message, Held):
            return self._known(attempt, message.state, message.said, until=message.until)
        try:
            outcome = self._loop.wait(dispatch.send(message, again=again))
        except Exception as error:  # the dispatch raises nothing it knows of, and it may have been taken already
            return self._known(attempt, "unknown", _failed(error))
        if outcome.state == "refused":
            held = asking.hold(self._loop.wait(dispatch.judge(message)), message.to)
            if held is not None:
                return self._known(attempt, held.state, held.said, entry=outcome.entry, until=held.until)
        until = self._next_try(attempt) if outcome.state == "deferred" else None
        rule = outcome.decision.rule if outcome.decision else ""
        return self._known(attempt, outcome.state, outcome.said, rule=rule, entry=outcome.entry, until=until)

    def keep(self, known: Known) -> None:
        """Write down what became of it."""
        self._records.keep(known)

    def _named(self, attempt: Attempt) -> tuple[Campaign, Step]:
        if attempt.campaign not in self._campaigns:
            raise CampaignError(f"the campaign `{attempt.campaign}` is not declared any more")
        campaign = self._campaigns[attempt.campaign]
        return campaign, campaign.step(attempt.step)

    def _next_try(self, attempt: Attempt) -> datetime:
        return self._asking.clock() + DELAYS[min(attempt.number, len(DELAYS)) - 1]

    def _known(
        self,
        attempt: Attempt,
        state: StepState,
        said: str,
        *,
        rule: str = "",
        entry: str = "",
        until: datetime | None = None,
    ) -> Known:
        return Known(
            campaign=attempt.campaign,
            step=attempt.step,
            cart=attempt.cart,
            state=state,
            said=said,
            rule=rule,
            entry=entry,
            attempts=attempt.number,
            at=self._asking.clock(),
            next_try=until,
        )


def _failed(error: Exception) -> str:
    """Said without the error's own words, which may hold what nobody else should read."""
    LOG.error("sayso itself failed: %s", type(error).__name__)
    return f"sayso itself failed ({type(error).__name__}); please report it"


@contextmanager
def running(opened: Opened) -> Iterator[Sequencer]:
    """The campaigns ready to run, in this process alone. Raises CampaignError."""
    opened.checked()
    sequencer = Sequencer(opened.asking, opened.records, opened.campaigns, opened.loop)
    with engine(opened.asking.ledger.home, opened.url, sequencer):
        yield sequencer
