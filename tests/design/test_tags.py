# SPDX-License-Identifier: Apache-2.0
"""What the template tags write."""

import re
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory

from kairan.design.statuses import LOOKS

TOKYO = ZoneInfo("Asia/Tokyo")
NOON = datetime(2026, 7, 1, 12, 0, tzinfo=TOKYO)


class Form(forms.Form):
    name = forms.CharField(label="お名前", help_text="通称でも構いません")
    kind = forms.ChoiceField(
        label="種類", widget=forms.RadioSelect, choices=[("a", "道路"), ("b", "<公園>")]
    )
    agree = forms.BooleanField(label="読みました", required=False)
    secret = forms.CharField(widget=forms.HiddenInput, required=False)


def drawn(source: str, **context: Any) -> str:
    return Template("{% load design %}" + source).render(Context(context))


def test_an_icon_is_for_the_eyes_only() -> None:
    assert 'aria-hidden="true"' in drawn('{% icon "check" %}')


def test_an_icon_we_have_not_drawn_is_an_error() -> None:
    with pytest.raises(KeyError):
        drawn('{% icon "unicorn" %}')


@pytest.mark.parametrize("state", LOOKS)
def test_every_state_has_a_word_and_an_icon(state: str) -> None:
    html = drawn('{% status_badge state "ことば" %}', state=state)
    assert "<svg" in html
    assert "ことば" in html


def test_a_state_nobody_drew_still_says_its_word() -> None:
    assert "謎" in drawn('{% status_badge "mystery" "謎" %}')


def test_a_word_from_outside_is_escaped() -> None:
    assert "<script" not in drawn('{% badge words "red" "info" %}', words="<script>")


def test_a_field_ties_hint_and_error_to_its_control() -> None:
    html = drawn("{% field form.name %}", form=Form({}))
    assert 'aria-describedby="id_name_error id_name_helptext"' in html
    assert 'id="id_name_error"' in html
    assert 'id="id_name_helptext"' in html
    assert 'aria-invalid="true"' in html


def test_a_field_says_what_to_do_when_it_is_empty() -> None:
    form = Form({})
    assert "入力してください。" in drawn("{% field form.name %}", form=form)
    assert "選んでください。" in drawn("{% field form.kind %}", form=form)


def test_a_field_without_error_names_only_the_hint() -> None:
    assert 'aria-describedby="id_name_helptext"' in drawn("{% field form.name %}", form=Form())


@pytest.mark.parametrize(("required", "word"), [(True, "必須"), (False, "任意")])
def test_a_field_says_whether_it_is_needed(required: bool, word: str) -> None:
    form = Form()
    form.fields["name"].required = required
    assert word in drawn("{% field form.name %}", form=form)


def test_attributes_and_words_of_a_field_can_be_given() -> None:
    html = drawn('{% field form.name label="名" attr_data_draft="x" need="" %}', form=Form())
    assert 'data-draft="x"' in html
    assert re.search(r">名\s*</label>", html)


def test_choices_are_tiles_in_a_fieldset_with_their_words_escaped() -> None:
    html = drawn("{% field form.kind %}", form=Form({"kind": "b"}))
    assert html.count('class="tile"') == 2
    assert "<legend" in html
    assert "&lt;公園&gt;" in html
    assert html.count("checked") == 1


def test_a_group_names_its_error() -> None:
    assert 'aria-describedby="id_kind_error' in drawn("{% field form.kind %}", form=Form({}))


def test_a_single_box_is_one_tile() -> None:
    html = drawn("{% field form.agree %}", form=Form())
    assert 'type="checkbox"' in html
    assert "任意" not in html


def test_a_hidden_field_has_no_label() -> None:
    assert "<label" not in drawn("{% field form.secret %}", form=Form())


def test_the_summary_leads_to_each_wrong_field() -> None:
    html = drawn("{% error_summary form %}", form=Form({}))
    assert 'href="#id_name"' in html
    assert "2か所" in html


def test_a_form_without_errors_has_no_summary() -> None:
    assert "error-summary" not in drawn("{% error_summary form %}", form=Form())


def test_an_error_banner_is_announced_and_others_are_not() -> None:
    assert 'role="alert"' in drawn('{% notification "だめ" "" "error" %}')
    assert "role=" not in drawn('{% notification "よし" "" "success" %}')


def test_progress_counts_in_words() -> None:
    html = drawn('{% progress 1234 10000 "書き出し" "毎秒80件" %}')
    assert "1,234 / 10,000" in html
    assert "毎秒80件" in html


def test_progress_of_nothing_is_complete() -> None:
    assert "100%" in drawn('{% progress 0 0 "書き出し" %}')


@pytest.mark.parametrize(
    ("style", "words"),
    [
        ("full", "令和8年（2026年）7月1日（水）11:05"),
        ("short", "7月1日（水）11:05"),
        ("table", "7/1（水）11:05"),
        ("day", "7/1（水）"),
        ("ago", "55分前"),
    ],
)
def test_a_moment_in_each_style(style: str, words: str) -> None:
    html = drawn("{% when at style now %}", at=NOON - timedelta(minutes=55), style=style, now=NOON)
    assert f">{words}</time>" in html
    assert 'datetime="2026-07-01T11:05+09:00"' in html


def test_a_moment_says_how_long_ago_it_was() -> None:
    assert "（3時間前）" in drawn(
        '{% when at "long" now %}', at=NOON - timedelta(hours=3), now=NOON
    )


def test_a_due_date_counts_the_days_that_are_left() -> None:
    assert "（あと3日）" in drawn('{% when day "long" now %}', day=date(2026, 7, 4), now=NOON)


def test_no_moment_is_nothing() -> None:
    assert drawn("{% when at %}", at=None) == ""


def paged(query: str, number: int, count: int = 500) -> str:
    request = RequestFactory().get(f"/?{query}")
    page = Paginator(range(count), 50).page(number)
    return drawn("{% pagination page %}", page=page, request=request)


def test_pages_keep_the_filters() -> None:
    html = paged("status=received&page=2", 2)
    assert "status=received&amp;page=3" in html
    assert "全500件のうち 51〜100" in html
    assert 'aria-current="page"' in html


def test_the_first_page_has_none_before_it() -> None:
    assert 'rel="prev"' not in paged("", 1)


def test_one_page_needs_no_links() -> None:
    assert "pagination__pages" not in paged("", 1, count=10)


@pytest.mark.parametrize(
    ("query", "leads", "sort"),
    [
        ("", "?order=due", None),
        ("order=due", "?order=-due", "ascending"),
        ("order=-due&page=4", "?order=due", "descending"),
    ],
)
def test_a_sort_header_turns_and_goes_to_the_first_page(
    query: str, leads: str, sort: str | None
) -> None:
    request = RequestFactory().get(f"/?{query}")
    html = drawn('{% sort_header "期限" "due" %}', request=request)
    assert f'href="{leads}"' in html
    assert (f'aria-sort="{sort}"' in html) is bool(sort)


def test_map_data_cannot_break_out_of_its_block() -> None:
    data = {"points": [{"id": 1, "label": "</script><b>"}]}
    html = drawn('{% map_view data "m" "地図" %}', data=data)
    assert "</script><b>" not in html
    assert 'id="m-data"' in html


def test_an_empty_hint_takes_the_forms_own_away() -> None:
    assert "通称" not in drawn('{% field form.name hint="" %}', form=Form())
