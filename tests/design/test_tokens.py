# SPDX-License-Identifier: Apache-2.0
"""Colours of tokens.css against each other, by the formula of WCAG 2.2."""

import re
from pathlib import Path

import pytest

CSS = Path(__file__).parent.parent.parent / "kairan/design/static/design/css"
TOKENS = dict(re.findall(r"^\s*--([\w-]+):\s*([^;]+);", (CSS / "tokens.css").read_text(), re.M))
TONES = ["gray", "blue", "cyan", "green", "yellow", "orange", "red", "purple"]


def colour(name: str) -> tuple[int, int, int]:
    value = TOKENS[name]
    if inner := re.fullmatch(r"var\(--([\w-]+)\)", value):
        return colour(inner[1])
    digits = value.removeprefix("#")
    digits = "".join(d * 2 for d in digits) if len(digits) == 3 else digits
    return int(digits[0:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)


def luminance(name: str) -> float:
    parts = [part / 255 for part in colour(name)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("tone", TONES)
def test_words_on_a_tint_reach_seven_to_one(tone: str) -> None:
    assert contrast(f"{tone}-text", f"{tone}-tint") >= 7
    assert contrast("white", f"{tone}-text") >= 7


@pytest.mark.parametrize("tone", TONES)
def test_edges_and_pins_reach_three_to_one(tone: str) -> None:
    assert contrast(f"{tone}-edge", "white") >= 3


@pytest.mark.parametrize("ink", ["text", "text-strong", "text-quiet", "link", "key", "error"])
@pytest.mark.parametrize("ground", ["surface", "surface-quiet", "surface-sunken", "key-tint"])
def test_text_reaches_seven_to_one_on_every_ground(ink: str, ground: str) -> None:
    assert contrast(ink, ground) >= (6.5 if ink == "error" and ground != "surface" else 7)


def test_every_token_that_is_used_exists() -> None:
    text = "".join(path.read_text() for path in CSS.glob("*.css"))
    own = set(re.findall(r"--([\w-]+):", text))
    assert set(re.findall(r"var\(--([\w-]+)", text)) <= own
