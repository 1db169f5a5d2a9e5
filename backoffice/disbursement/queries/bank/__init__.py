"""The bank's answers, what waits of them, and the three-way view of days and sheets."""
