# SPDX-License-Identifier: Apache-2.0
"""The gallery and the frames by plain HTTP, as a browser without JavaScript sees them."""

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

FRAMES = ["/design/", "/design/resident/", "/design/sign-in/", "/design/error/"]
STATIC = Path(__file__).parent.parent.parent / "kairan/design/static"
LIMIT = 150 * 1024


@pytest.fixture
def client(gallery: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=gallery, timeout=10) as client:
        yield client


@pytest.mark.parametrize("path", FRAMES)
def test_every_frame_is_shown(client: httpx.Client, path: str) -> None:
    page = client.get(path)
    assert page.status_code == 200
    assert '<main class="' in page.text
    assert 'id="main"' in page.text


@pytest.mark.parametrize("path", FRAMES)
def test_ids_are_unique(client: httpx.Client, path: str) -> None:
    ids = re.findall(r'\sid="([^"]+)"', client.get(path).text)
    assert sorted(ids) == sorted(set(ids))


def test_htmx_runs_no_text_as_code(client: httpx.Client) -> None:
    page = client.get("/design/").text
    assert '"allowEval":false' in page
    assert '"includeIndicatorStyles":false' in page


def test_a_first_page_for_residents_with_a_map_fits_the_limit(client: httpx.Client) -> None:
    """What a phone loads before it can be used: page, styles, scripts, all modules, Leaflet."""
    page = client.get("/design/resident/")
    files = re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text)
    files += [f"/static/design/js/{path.name}" for path in (STATIC / "design/js").glob("*.js")]
    bodies = [page.content, *(client.get(name).content for name in sorted(set(files)))]
    assert sum(len(gzip.compress(body)) for body in bodies) <= LIMIT


def test_the_text_size_is_kept_without_javascript(client: httpx.Client) -> None:
    page = client.get("/design/resident/")
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)
    assert token
    given = {"size": "largest", "csrfmiddlewaretoken": token[1]}
    address = f"{client.base_url}/design/resident/"
    answer = client.post("/text-size/", data=given, headers={"Referer": address})
    assert answer.headers["Location"] == address
    assert 'data-text-size="largest"' in client.get("/design/resident/").text


def test_a_text_size_we_do_not_have_is_refused(client: httpx.Client) -> None:
    client.get("/design/resident/")
    given = {"size": "9000px", "csrfmiddlewaretoken": client.cookies["csrftoken"]}
    assert client.post("/text-size/", data=given).status_code == 400


def test_choosing_a_size_leads_to_no_foreign_page(client: httpx.Client) -> None:
    client.get("/design/resident/")
    given = {"size": "large", "csrfmiddlewaretoken": client.cookies["csrftoken"]}
    away = {"Referer": "https://evil.example/"}
    assert client.post("/text-size/", data=given, headers=away).headers["Location"] == "/"


def test_a_forged_cookie_changes_nothing(client: httpx.Client) -> None:
    client.cookies.set("text_size", '"><script>')
    assert 'data-text-size="standard"' in client.get("/design/resident/").text


def test_a_message_has_its_way_back_and_is_escaped(client: httpx.Client) -> None:
    page = client.get("/say/", follow_redirects=True).text
    assert 'action="/undo/"' in page
    assert "元に戻す" in page
    assert "&lt;b&gt;送れませんでした" in page


def test_an_unknown_page_says_what_to_do(client: httpx.Client) -> None:
    page = client.get("/nowhere/")
    assert page.status_code == 404
    assert "次にできること" in page.text


def test_a_post_without_its_token_says_what_to_do(client: httpx.Client) -> None:
    page = client.post("/text-size/", data={"size": "large"})
    assert page.status_code == 403
    assert "もう一度送ってください" in page.text
