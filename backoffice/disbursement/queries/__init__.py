"""What pages show of contracts, checkpoints, claims, settlements and sheets."""
