"""The ledger: what happened, kept so that it can be proved, and read back into facts as of any moment."""
