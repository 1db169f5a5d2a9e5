"""收費: payments by hand and by the bank's statement, lines worked off, and refunds."""
