# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import re

from kairan.line import limits
from kairan.scenarios import phrases
from kairan.scenarios.wording import Text

EVERY = {name: value for name, value in vars(phrases).items() if isinstance(value, Text)}


def test_every_phrase_is_said_in_three_languages() -> None:
    for name, phrase in {**EVERY, **phrases.UNUSABLE}.items():
        assert set(phrase.by_language) == {"ja", "ja-simple", "en"}, name


def test_every_language_fills_in_the_same_things() -> None:
    for name, phrase in EVERY.items():
        blanks = {tuple(sorted(re.findall(r"{(\w+)}", t))) for t in phrase.by_language.values()}
        assert len(blanks) == 1, name


def test_every_label_fits_line_s_buttons() -> None:
    labels = {name: phrase for name, phrase in EVERY.items() if name.endswith("_LABEL")}
    for name, label in labels.items():
        for text in label.by_language.values():
            assert limits.grapheme_length(text) <= limits.LABEL, name
