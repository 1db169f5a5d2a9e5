"""What the reports show: rows and frozen facts, from kept balances and by index."""
