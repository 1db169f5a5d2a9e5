"""The law of contracts, checkpoints and money paid, as pure functions."""
