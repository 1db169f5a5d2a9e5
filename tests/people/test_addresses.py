"""Which way back is ours, how an address is spelled, and which language somebody reads."""

from __future__ import annotations

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from backoffice.kernel.refusal import Refused
from backoffice.people.rules import canonical_email, first_spoken, local_path, locale_of
from backoffice.people.rules.addresses import PATH_MAX, required_email

HOSTILE = (
    "",
    "https://evil.example",
    "http://evil.example/cases",
    "HTTPS://evil.example",
    "//evil.example",
    "///evil.example",
    "////evil.example",
    "//evil.example/%2f..",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "/\\/evil.example",
    "https:evil.example",
    "https:/evil.example",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,<script>",
    "vbscript:msgbox",
    "mailto:a@evil.example",
    "evil.example",
    "cases/1",
    "./cases",
    "../cases",
    "?next=1",
    "#top",
    "@evil.example",
    ":443",
    "/\t/evil.example",
    "\t//evil.example",
    " //evil.example",
    "/\n/evil.example",
    "/\r\nSet-Cookie: a=b",
    "/%0d%0aSet-Cookie:%20a=b",
    "/%2f/evil.example",
    "/%2fevil.example",
    "/%252fevil.example",
    "/%5cevil.example",
    "/%255c%255cevil.example",
    "/／evil.example",
    "／／evil.example",
    "/。/evil.example",
    "/..//evil.example",
    "/.//evil.example",
    "/cases/../..//evil.example",
    "/cases/%2e%2e//evil.example",
    "/\u2028evil.example",
    "/\x00/evil.example",
    "/\u202egro.live",
    "/a" * PATH_MAX,
)


@pytest.mark.parametrize("path", HOSTILE)
def test_a_way_out_of_the_house_is_no_way_back(path: str) -> None:
    assert local_path(path) is None


def test_nothing_is_no_way_back() -> None:
    assert local_path(None) is None


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/cases/",
        "/cases/12/timeline",
        "/cases/?pile=mine&after=2023-04-17T01:00:00~12",
        "/cases/?q=%E6%A1%88%E8%99%9F",
        "/people?words=%E6%9E%97&role=officer",
        "/reports/board?week=112-16",
        "/people/4/employments/new",
    ],
)
def test_a_page_of_ours_is_a_way_back(path: str) -> None:
    assert local_path(path) == path


@for_all(st.text(max_size=60))
def test_whatever_is_taken_begins_with_one_slash_and_names_no_host(text: str) -> None:
    taken = local_path(text)

    if taken is not None:
        assert taken.startswith("/")
        assert not taken.startswith(("//", "/\\"))
        assert "\n" not in taken


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Lin@Agency.gov.tw", "lin@agency.gov.tw"),
        ("  lin@agency.gov.tw\t", "lin@agency.gov.tw"),
        ("ｌｉｎ＠agency.gov.tw", "lin@agency.gov.tw"),
        ("STRASSE@example.de", "strasse@example.de"),
        ("straße@example.de", "strasse@example.de"),
    ],
)
def test_one_address_has_one_spelling(written: str, kept: str) -> None:
    assert canonical_email(written) == kept
    assert required_email(written) == kept


@pytest.mark.parametrize(
    "written",
    [
        "",
        "lin",
        "lin@",
        "@agency.gov.tw",
        "lin@agency",
        "lin lin@agency.gov.tw",
        "lin@agency.gov.tw, chen@agency.gov.tw",
        "lin@agency.gov.tw\nBcc: x@evil.example",
        "lin\u200b@agency.gov.tw",
        f"{'a' * 250}@a.tw",
    ],
)
def test_what_is_no_address_is_refused(written: str) -> None:
    with pytest.raises(Refused) as refusal:
        required_email(written)

    assert refusal.value.code == "people.email_unreadable"


@pytest.mark.parametrize(
    ("tag", "locale"),
    [
        ("zh-TW", "zh_Hant_TW"),
        ("zh-Hant-TW", "zh_Hant_TW"),
        ("zh_Hant_TW", "zh_Hant_TW"),
        ("zh", "zh_Hant_TW"),
        ("ZH-hk", "zh_Hant_TW"),
        ("en", "en"),
        ("en-GB", "en"),
        ("fr", None),
        ("", None),
        ("*", None),
        ("zhuang", None),
    ],
)
def test_any_chinese_and_any_english_is_one_of_ours(tag: str, locale: str | None) -> None:
    assert locale_of(tag) == locale


@pytest.mark.parametrize(
    ("tags", "locale"),
    [
        (["zh-TW", "en"], "zh_Hant_TW"),
        (["en-US", "zh-TW"], "en"),
        (["fr", "en"], "en"),
        (["fr"], "zh_Hant_TW"),
        ([], "zh_Hant_TW"),
    ],
)
def test_the_first_language_that_we_have_is_taken(tags: list[str], locale: str) -> None:
    assert first_spoken(tags) == locale
