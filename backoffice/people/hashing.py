"""Argon2id, and no more than two hashes at a time (基準 47; ASVS 5 V11.4.2).

Hashing takes 20 ms and 19 MiB on purpose, so it is never done inside an act: writers would wait
for it. The caller hashes first and hands the act the result.
"""

from __future__ import annotations

import threading
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from backoffice.kernel.taiwan import nfkc
from backoffice.people.rules.passwords import MAXIMUM

HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
AT_A_TIME: Final = 2

_turn = threading.BoundedSemaphore(AT_A_TIME)

# The hash of a random text that nobody knows: what an unknown address is checked against.
NOBODY: Final = (
    "$argon2id$v=19$m=19456,t=2,p=1$"
    "EH/+9JfvTvK1GCijynNVkw$C0HuBHSkrk1i0lk5EyUmZ0uDZk8dCfoNl7ur5a6klsM"
)


def hash_password(password: str) -> str:
    """The password as it is kept; NFKC, so that every keyboard's spelling is one."""
    with _turn:
        return HASHER.hash(nfkc(password))


def matches(stored: str | None, password: str) -> bool:
    """Whether the password is the stored one. None takes as long and never matches."""
    # What is too long to be any password is not hashed whole, and is found out as slowly.
    plain = nfkc(password) if len(password) <= 4 * MAXIMUM else ""
    known = stored if plain and len(plain) <= MAXIMUM else None
    with _turn:
        try:
            HASHER.verify(known or NOBODY, plain)
        except (VerificationError, InvalidHashError):
            return False
    return known is not None


def outdated(stored: str) -> bool:
    """Whether the stored hash was made with other parameters than today's."""
    return HASHER.check_needs_rehash(stored)
