"""Which passwords are taken: a table of more than sixty, and how they are kept."""

from __future__ import annotations

import threading
import time

import pytest
from argon2 import PasswordHasher, extract_parameters

from backoffice.kernel.refusal import Refused
from backoffice.people import hashing
from backoffice.people.rules.passwords import DEMONSTRATION_PASSWORD, MAXIMUM, acceptable

NAME = "林怡君 Jenny Lin"
EMAIL = "jenny.linyc@agency.gov.tw"

TAKEN = (
    "Lantern-Harbour-42",
    "Correct-Horse-7-Battery",
    "lantern harbour 42",  # small letters, digits, others
    "LANTERN HARBOUR 42",
    "Lantern Harbour X",  # capital and small letters, others
    "LanternHarbour42",
    "Xk7#mQ9!vB2w",
    "k7qm9vb2wx4t!",
    "蘭嶼燈塔Harbour7",
    "蘭嶼燈塔 harbour 9",
    "Ünique-fähre-77",
    "Ｌａｎｔｅｒｎ－Ｈａｒｂｏｕｒ－４２",
    "🙂🙃 harbour Lantern",
    "  Lantern Harbour  ",
    "Ferry.2023.Lighthouse",
    "Harness-Pass-2023!",
    "Paper-Ink-Seal-114",  # all but the demonstration's
    "a" * 3 + "Bq7-" + "k" * 3 + "Wz9x",
    "Lantern-Harbour-42" * 7,
    "Aa1!" + "xyzwvutqkjhgr" * 9 + "é" * 7,
)

SHORT = (" ", "Ab1!", "Lantern-42!", "蘭嶼燈塔Ab1", "Ａｂ１！－燈塔")
LONG = ("Lantern-Harbour-42" * 7 + "abc", "蘭" * 125 + "Ab12", "ﷺ" * 8)
CLASSES = (
    "lanternharbour",
    "LANTERNHARBOUR",
    "lantern harbour",
    "LanternHarbour",
    "738291650482",
    "lanternharbour42",
    "LANTERN-HARBOUR",
    "蘭嶼燈塔蘭嶼燈塔蘭嶼燈塔",
    "!!!!!!????____",
)
COMMON = (
    "Password-2024",
    "P@ssw0rd2024!",
    "Passw0rd-12345",
    "Welcome-2023!!",
    "Qwertyuiop-123",
    "Qwerty-12345678",
    "1qaz2wsx3edc4RFV!",
    "Abcdefghijkl-123",
    "zyxwvutsrqpo-321A",
    "Aaaaaaaaaaa-1",
    "Ababababab-1212",
    "Admin-Test-2024",
    "Administrator-1!",
    "Changeme-123456",
    "Summer-Winter-2023",
    "Iloveyou-Taiwan1",
    "一二三四五六七八九十Ab1",
    "甲乙丙丁戊己庚辛壬癸Ab1",
    "Monday-Friday-1",
    "!@#$%^&*()-Ab1",
    "Taiwan112年密碼A",
    "L3tme1n-L3tme1n",
    DEMONSTRATION_PASSWORD,
    DEMONSTRATION_PASSWORD.upper()[:5] + DEMONSTRATION_PASSWORD[5:],
)
PERSONAL = (
    "Jenny-Harbour-42",
    "harbour-LINYC-42",
    "J3nny-Lantern-42",
    "林怡君Lantern-42",
    "Lantern-怡君-42",
    "Lantern-Lin-4200",
)
AGENCY = (
    "Moea-Lantern-42",
    "升級轉型Lantern-4",
    "Lantern-補助-42",
    "Subsidy-Lantern-42",
    "Backoffice-Lantern-4",
)


@pytest.mark.parametrize("password", TAKEN)
def test_a_password_that_nobody_guesses_is_taken(password: str) -> None:
    taken = acceptable(password, name=NAME, email=EMAIL)

    assert len(taken) <= MAXIMUM


@pytest.mark.parametrize(
    ("code", "password"),
    [
        *(("people.password_short", password) for password in SHORT),
        *(("people.password_long", password) for password in LONG),
        *(("people.password_classes", password) for password in CLASSES),
        *(("people.password_common", password) for password in COMMON),
        *(("people.password_personal", password) for password in PERSONAL),
        *(("people.password_agency", password) for password in AGENCY),
    ],
)
def test_a_weak_password_is_refused_by_its_reason(code: str, password: str) -> None:
    with pytest.raises(Refused) as refusal:
        acceptable(password, name=NAME, email=EMAIL)

    assert refusal.value.code == code
    assert refusal.value.facts.keys() <= {"minimum", "maximum", "length", "required", "found"}


def test_the_table_has_sixty_passwords() -> None:
    assert len({*TAKEN, *SHORT, *LONG, *CLASSES, *COMMON, *PERSONAL, *AGENCY}) >= 60


def test_length_is_counted_in_code_points_after_nfkc() -> None:
    assert len(acceptable("é" * 120 + "Ab1-cd2f", name=NAME, email=EMAIL)) == MAXIMUM
    with pytest.raises(Refused) as refusal:
        acceptable("é" * 121 + "Ab1-cd2f", name=NAME, email=EMAIL)

    assert refusal.value.facts == {"maximum": 128, "length": 129}


@pytest.mark.parametrize(("password", "length"), [("Lantern-4!x", 11), ("Lantern-4!xy", None)])
def test_twelve_is_enough_and_eleven_is_not(password: str, length: int | None) -> None:
    if length is None:
        assert acceptable(password, name=NAME, email=EMAIL) == password
        return
    with pytest.raises(Refused) as refusal:
        acceptable(password, name=NAME, email=EMAIL)

    assert refusal.value.facts == {"minimum": 12, "length": length}


def test_short_parts_of_a_name_do_not_spoil_a_password() -> None:
    assert acceptable("Lantern-Harbour-42", name="A B", email="a.b@agency.gov.tw")


def test_a_password_is_kept_as_argon2id_of_nineteen_mebibytes() -> None:
    kept = extract_parameters(hashing.hash_password("Lantern-Harbour-42"))

    assert (kept.type.name, kept.memory_cost, kept.time_cost, kept.parallelism) == (
        "ID",
        19 * 1024,
        2,
        1,
    )


def test_nobody_s_hash_takes_as_long_as_anybody_s() -> None:
    assert extract_parameters(hashing.NOBODY) == extract_parameters(
        hashing.hash_password("Lantern-Harbour-42")
    )


def test_full_width_letters_open_what_half_width_letters_closed() -> None:
    kept = hashing.hash_password("Lantern-Harbour-42")

    assert hashing.matches(kept, "Ｌａｎｔｅｒｎ－Ｈａｒｂｏｕｒ－４２")


@pytest.mark.parametrize("password", ["", "lantern-harbour-42", "x" * 129, "x" * 100_000, "\x00"])
def test_any_other_password_does_not_match(password: str) -> None:
    assert not hashing.matches(hashing.hash_password("Lantern-Harbour-42"), password)


def test_nothing_matches_nobody() -> None:
    assert not hashing.matches(None, "")
    assert not hashing.matches(None, "Lantern-Harbour-42")


def test_a_hash_that_cannot_be_read_matches_nothing() -> None:
    assert not hashing.matches("not a hash", "Lantern-Harbour-42")


def test_a_hash_of_other_parameters_is_outdated() -> None:
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("x")

    assert hashing.outdated(cheap)
    assert not hashing.outdated(hashing.NOBODY)


def test_no_more_than_two_hashes_are_made_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    counting = threading.Lock()
    inside = most = 0

    class Watched:
        def hash(self, password: str) -> str:
            nonlocal inside, most
            with counting:
                inside += 1
                most = max(most, inside)
            time.sleep(0.01)
            with counting:
                inside -= 1
            return password

    monkeypatch.setattr(hashing, "HASHER", Watched())
    threads = [threading.Thread(target=hashing.hash_password, args=("x",)) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert most == hashing.AT_A_TIME == 2
