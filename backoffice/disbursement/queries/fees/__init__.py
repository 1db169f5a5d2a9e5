"""Fees as they are listed and shown: accounts of cases, statements, open lines, refunds."""
