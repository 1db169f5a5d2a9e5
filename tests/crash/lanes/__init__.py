"""The lanes by what they are about: each module builds its records, and tells its lanes' deeds."""
