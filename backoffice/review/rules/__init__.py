"""The law of the committee, as pure functions."""
