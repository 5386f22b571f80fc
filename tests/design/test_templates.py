# SPDX-License-Identifier: Apache-2.0
"""Rules that hold for every template of the house."""

import re
from pathlib import Path

import pytest

from kairan.design import icons

HOUSE = Path(__file__).parent.parent.parent / "kairan"
DESIGN = HOUSE / "design"
TEMPLATES = sorted(HOUSE.glob("*/templates/**/*.html"))
CSS = "".join(path.read_text() for path in HOUSE.glob("*/static/**/*.css"))
SCRIPTS = "".join(path.read_text() for path in (DESIGN / "static/design/js").glob("*.js"))
# Names that only scripts or other sheets (Leaflet) know.
FOREIGN = re.compile(r"leaflet-[\w-]+|htmx-[\w-]+")


def source(path: Path) -> str:
    """The template without its comments, tags and variables."""
    return re.sub(r"{#.*?#}|{% comment %}.*?{% endcomment %}", "", path.read_text(), flags=re.S)


def name(path: Path) -> str:
    return str(path.relative_to(HOUSE))


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_nothing_inline(path: Path) -> None:
    """The content security policy refuses it: no style, no handler, no script body, no hx-on."""
    tags = re.findall(r"<[a-zA-Z][^<>]*>", source(path))
    for tag in tags:
        assert not re.search(r"\sstyle\s*=", tag, re.I), tag
        assert not re.search(r"\son[a-z]+\s*=", tag, re.I), tag
        assert not re.search(r"\shx-on[:-]", tag, re.I), tag
        assert not re.search(r"(href|src|action)\s*=\s*[\"']?javascript:", tag, re.I), tag
        assert not re.match(r"<style\b", tag, re.I), tag
    for attributes, body in re.findall(r"<script\b([^>]*)>(.*?)</script>", source(path), re.S):
        assert "application/json" in attributes or not body.strip(), body


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_the_licence_is_named_at_the_top(path: Path) -> None:
    assert "SPDX-License-Identifier: Apache-2.0" in path.read_text()[:200]


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_every_icon_that_is_asked_for_is_drawn(path: Path) -> None:
    assert set(re.findall(r"{% icon \"([\w-]+)\"", path.read_text())) <= set(icons.PATHS)


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_every_class_has_a_rule(path: Path) -> None:
    bare = re.sub(r"{%.*?%}", " ", source(path))
    bare = re.sub(r"{{.*?}}", "", bare)
    used = {word for value in re.findall(r'class="([^"]*)"', bare) for word in value.split()}
    known = set(re.findall(r"\.([a-zA-Z][\w-]*)", CSS))
    stems = {word for word in used if word.endswith(("-", "__"))}  # completed by a variable
    assert {word for word in used - known - stems if not FOREIGN.fullmatch(word)} == set()


def test_every_class_of_a_script_has_a_rule() -> None:
    used = {
        word
        for value in re.findall(r"class(?:Name)?: \"([^\"]*)\"", SCRIPTS)
        for word in value.split()
    }
    assert used <= set(re.findall(r"\.([a-zA-Z][\w-]*)", CSS))


def test_every_sentence_of_a_script_stands_in_the_page() -> None:
    asked = set(re.findall(r"words\(\"(\w+)\"", SCRIPTS)) | set(
        re.findall(r"button\(\"(\w+)\"", SCRIPTS)
    )
    page = (DESIGN / "templates/design/_words.html").read_text()
    given = {
        re.sub(r"-(\w)", lambda found: found[1].upper(), word)
        for word in re.findall(r"data-([\w-]+)=", page)
    }
    assert asked <= given
