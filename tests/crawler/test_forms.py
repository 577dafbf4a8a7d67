"""Which forms of the portal a page has, and which of its fields nobody has told of."""

from typing import Any

import pytest

from crawler.forms import KNOWN, LONGEST_KEY, MOST_KEYS, forms_of

GOOD: dict[str, Any] = {
    "id": 1,
    "title": "Жаңалық",
    "body": "<!DOCTYPE html>\n<html>\n<body></body></html>",
    "created_date": "2026-06-09T11:48:00Z",
    "projects": "economy",
}


@pytest.mark.parametrize(
    ("changed", "form"),
    [
        pytest.param({"id": "1"}, "id:text", id="an id as text"),
        pytest.param({"id": None}, "id:null", id="an id that is null"),
        pytest.param({"id": True}, "id:boolean", id="an id that is no number"),
        pytest.param({"projects": ["economy"]}, "projects:list", id="owners as a list"),
        pytest.param({"projects": {"items": []}}, "projects:items", id="owners wrapped"),
        pytest.param({"projects": {"slug": "economy"}}, "projects:object", id="one owner as an object"),
        pytest.param({"body": None}, "body:null", id="no body"),
        pytest.param({"body": "мәтін"}, "body:text", id="a bare body"),
        pytest.param({"body": " <HTML lang='kk'>"}, "body:document", id="a document without its type"),
        pytest.param({"body": "<htmlx>"}, "body:text", id="a tag that only begins so"),
        pytest.param({"body": {"html": ""}}, "body:object", id="a body that is an object"),
        pytest.param({"created_date": None}, "date:null", id="a date that is null"),
        pytest.param({"created_date": "09.06.2026"}, "date:other", id="a date in another form"),
        pytest.param({"created_date": 1780991280}, "date:other", id="a date that is a number"),
        pytest.param({"created_date": "2026-06-09"}, "date:day", id="a bare day"),
        pytest.param({"created_date": "2026-06-09T11:48:00.000Z"}, "date:z-fraction", id="a fraction"),
        pytest.param({"created_date": "2026-06-09T11:48:00+0000"}, "date:offset0", id="no offset, as digits"),
        pytest.param(
            {"created_date": "2026-06-09T11:48:00-00:00"}, "date:offset0", id="no offset, as -00:00"
        ),
        pytest.param({"created_date": "2026-06-09T11:48:00+05:00"}, "date:offset", id="an offset"),
        pytest.param({"created_date": "2026-06-09 11:48"}, "date:none", id="nothing behind the time"),
        pytest.param({"hint2": "?"}, "key:hint2", id="a field that nobody knows"),
    ],
)
def test_a_form_is_named(changed: dict[str, Any], form: str) -> None:
    told = forms_of([{**GOOD, **changed}], envelope="array")
    assert form in told
    assert len(told) == 5 + form.startswith("key:")


def test_what_lacks_is_named() -> None:
    assert forms_of([{}], envelope="") == ("id:absent", "projects:absent", "date:absent", "body:absent")


def test_a_page_tells_each_form_once_and_what_is_no_object_tells_none() -> None:
    assert forms_of([GOOD, None, "жол", {**GOOD, "id": 2}], envelope="content") == (
        "envelope:content",
        "id:number",
        "projects:text",
        "date:z",
        "body:document",
    )


def test_a_known_field_is_no_news() -> None:
    told = forms_of([dict.fromkeys(KNOWN, "x")], envelope="array")
    assert not [form for form in told if form.startswith("key:")]


def test_names_without_number_or_end_are_cut() -> None:
    item = {**GOOD, **{f"ғажап{number}" * 50: 1 for number in range(500)}, "\ud800": 1}
    keys = [form for form in forms_of([item], envelope="array") if form.startswith("key:")]
    assert len(keys) == MOST_KEYS
    assert all(len(key) <= LONGEST_KEY + 4 for key in keys)


def test_a_name_that_cannot_be_encoded_is_told_so_that_it_can() -> None:
    [key] = [form for form in forms_of([{**GOOD, "\ud800": 1}], envelope="") if form.startswith("key:")]
    assert key.encode() == b"key:?"
