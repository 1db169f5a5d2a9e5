"""What is done to contracts, checkpoints, tranches, spending and sheets: the use cases."""
