"""
Campaigns: what is sent to somebody who left a checkout, when, and until when it makes sense.

The ledger says whose checkout was left and who bought; each message goes through the dispatch, which asks the rules
again at the moment of sending. Who has had what is kept beside the ledger, by ids alone.
"""

from sayso.sending.campaigns.declared import Campaign, CampaignError, Step, read_campaign, read_campaigns

__all__ = ["Campaign", "CampaignError", "Step", "read_campaign", "read_campaigns"]
