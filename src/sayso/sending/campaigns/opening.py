"""The campaigns of a store, opened: to look at, or to run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

import msgspec

from sayso.law.expression import nearest
from sayso.ledger import Ledger
from sayso.messages.identity import Identity
from sayso.notices.reading import DECLARATION, read_declaration
from sayso.sending.campaigns.asking import Asking
from sayso.sending.campaigns.declared import Campaign, CampaignError, read_campaigns
from sayso.sending.campaigns.loop import Loop
from sayso.sending.campaigns.records import Records
from sayso.sending.campaigns.tables import database_of
from sayso.sending.campaigns.templates import Templates
from sayso.sending.dispatch import Dispatch
from sayso.sending.wiring import open_dispatch
from sayso.settings import Settings, read_settings


class Opened(msgspec.Struct, frozen=True):
    """What campaigns are made of, for one store."""

    campaigns: list[Campaign]
    templates: Templates
    records: Records
    asking: Asking
    loop: Loop
    url: str
    settings: Settings

    def campaign(self, name: str) -> Campaign:
        """The campaign of that name. Raises CampaignError."""
        known = {one.name: one for one in self.campaigns}
        if name not in known:
            raise CampaignError(
                f"no campaign is called `{name}`{nearest(name, list(known)) or '; there are ' + ', '.join(known)}"
            )
        return known[name]

    def checked(self) -> None:
        """Raises CampaignError with everything that would go wrong at sending."""
        wrong = [said for campaign in self.campaigns for said in self.templates.check(campaign)]
        if wrong:
            raise CampaignError("\n".join(wrong))


@contextmanager
def open_campaigns(
    ledger: Ledger, settings: Settings, identity: Identity, dispatch: Dispatch, clock: Callable[[], datetime]
) -> Iterator[Opened]:
    """The campaigns of a store, to look at. Raises CampaignError where one cannot be read."""
    campaigns = read_campaigns(ledger.home)
    templates = Templates(ledger.home, identity)
    url = database_of(ledger.home, settings.campaigns.database)
    records, loop = Records(url), Loop()
    try:
        yield Opened(campaigns, templates, records, Asking(ledger, dispatch, templates, clock), loop, url, settings)
    finally:
        loop.wait(dispatch.close())
        loop.close()
        records.close()


@contextmanager
def open_store_campaigns(ledger: Ledger, clock: Callable[[], datetime]) -> Iterator[Opened]:
    """The same, with the settings, the identity and the way out that the store's own files name."""
    settings = read_settings(ledger.home)
    if not (ledger.home / DECLARATION).is_file():
        raise CampaignError(
            f"there is no {ledger.home / DECLARATION}, so nobody knows who sends; docs/how-to/notices.md shows one"
        )
    identity = Identity.of(read_declaration(ledger.home / DECLARATION).business)
    with open_campaigns(ledger, settings, identity, open_dispatch(ledger, settings, identity, clock), clock) as opened:
        yield opened
