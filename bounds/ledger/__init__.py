"""The ledger: what the source texts claim, each claim with a check, its verdict and false variants of it."""
