# SPDX-License-Identifier: Apache-2.0
"""The English catalogue: whole, and in step with the texts and with its compiled form."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable
from pathlib import Path

import polib
import pytest
from django.core.management import call_command
from django.test import override_settings

from kairan.line.limits import LABEL
from kairan.site.settings import PACKAGE_DIR

IN_PACKAGE = Path("site/locale/en/LC_MESSAGES/django.po")
PO = PACKAGE_DIR / IN_PACKAGE
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|\{\w*\}")
LINE_LABEL = re.compile(
    r"""(?:do_button|postback|camera|camera_roll|send_location|open_page|pick_date)\(\s*"""
    r"""_\("([^"]+)"\)"""
)
Text = tuple[str | None, str, str]


@pytest.fixture(scope="module")
def catalogue() -> polib.POFile:
    return polib.pofile(str(PO))


def said(entry: polib.POEntry | polib.MOEntry) -> tuple[str, ...]:
    return tuple(entry.msgstr_plural[n] for n in sorted(entry.msgstr_plural)) or (entry.msgstr,)


def text(entry: polib.POEntry | polib.MOEntry) -> Text:
    return entry.msgctxt, entry.msgid, entry.msgid_plural


def words_of(entries: Iterable[polib.POEntry | polib.MOEntry]) -> dict[Text, tuple[str, ...]]:
    return {text(entry): said(entry) for entry in entries}


def test_every_text_is_translated_and_none_is_a_guess(catalogue: polib.POFile) -> None:
    assert [entry.msgid for entry in catalogue if entry.fuzzy] == []
    assert [entry.msgid for entry in catalogue if not all(said(entry))] == []
    assert not catalogue.metadata_is_fuzzy


def test_placeholders_are_those_of_the_text(catalogue: polib.POFile) -> None:
    def unlike(entry: polib.POEntry) -> bool:
        wanted = sorted(PLACEHOLDER.findall(entry.msgid))
        return any(sorted(PLACEHOLDER.findall(words)) != wanted for words in said(entry))

    assert [entry.msgid for entry in catalogue if unlike(entry)] == []


def test_labels_fit_lines_buttons(catalogue: polib.POFile) -> None:
    source = "\n".join(path.read_text("utf-8") for path in PACKAGE_DIR.rglob("*.py"))
    labels = set(LINE_LABEL.findall(source))
    english = {entry.msgid: entry.msgstr for entry in catalogue}
    assert "市民レポート" in labels
    assert {label: english[label] for label in labels if len(english[label]) > LABEL} == {}


def test_what_is_compiled_is_what_is_written(catalogue: polib.POFile) -> None:
    compiled = polib.mofile(str(PO.with_suffix(".mo")))
    assert words_of(compiled) == words_of(catalogue), "run `make words`"


def test_no_run_and_no_person_is_named(catalogue: polib.POFile) -> None:
    assert catalogue.header.startswith("SPDX-License-Identifier: Apache-2.0")
    assert not {"POT-Creation-Date", "PO-Revision-Date", "Last-Translator"} & set(
        catalogue.metadata
    )


@pytest.mark.skipif(shutil.which("xgettext") is None, reason="GNU gettext is not installed")
def test_no_text_of_the_source_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, catalogue: polib.POFile
) -> None:
    package = tmp_path / "kairan"
    shutil.copytree(PACKAGE_DIR, package, ignore=shutil.ignore_patterns("__pycache__", "static"))
    monkeypatch.chdir(package)
    with override_settings(LOCALE_PATHS=[package / "site" / "locale"]):
        call_command("makemessages", locale=["en"], no_obsolete=True, no_location=True, verbosity=0)
    found = {text(entry) for entry in polib.pofile(str(package / IN_PACKAGE))}
    assert found - {text(entry) for entry in catalogue} == set(), "run `make words`"
