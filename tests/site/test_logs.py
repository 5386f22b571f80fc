# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from django.test import Client
from structlog.testing import capture_logs

from kairan.site import logs
from kairan.site.logs import clean, redact
from tests.cast import Cast


@pytest.mark.parametrize(
    ("path", "logged"),
    [
        ("/r/s3cret/", "/r/…/"),
        ("/r/s3cret/photos/3/large/", "/r/…/photos/3/large/"),
        ("/talk/s3cret/contact/where/", "/talk/…/contact/where/"),
        ("/line/webhook/s3cret", "/line/webhook/…"),
        ("/accounts/invitation/s3cret/", "/accounts/invitation/…/"),
        ("/accounts/password/reset/key/s3cret/", "/accounts/password/reset/key/…/"),
        ("GET /streams/?ticket=s3cret&x=1", "GET /streams/?ticket=…&x=1"),
        ("/console/cases/12/", "/console/cases/12/"),
    ],
)
def test_secrets_in_addresses_are_not_logged(path: str, logged: str) -> None:
    assert redact(path) == logged


def test_secret_fields_are_not_logged() -> None:
    event = clean(None, "info", {"event": "x", "token": "abc", "password": "abc", "id": 3})
    assert event == {"event": "x", "token": "…", "password": "…", "id": 3}


def test_an_error_of_the_database_does_not_tell_the_row() -> None:
    said = "duplicate key\nDETAIL:  Key (email)=(hanako@example.jp) already exists."
    event = clean(None, "error", {"event": "x", "exception": [{"exc_value": said}]})
    assert event["exception"] == [{"exc_value": "duplicate key"}]


def test_a_traceback_for_people_tells_no_variables() -> None:
    draw = logs._last_steps(pretty=True)[-1]
    try:
        secret = "abc" * 2
        raise ValueError(len(secret))
    except ValueError:
        said = draw(None, "error", {"event": "x", "exc_info": sys.exc_info()})
    assert "ValueError: 6" in str(said)
    assert "abcabc" not in str(said)


def test_a_request_is_one_line(hinokuni: Cast) -> None:
    with capture_logs() as lines:
        Client().get("/accounts/login/")
    [line] = [line for line in lines if line["event"] == "request"]
    assert (line["method"], line["path"], line["status"]) == ("GET", "/accounts/login/", 200)
    assert line["view"] == "account_login"
    assert line["sql"] > 0
    assert line["ms"] > 0


def test_a_sane_request_id_is_kept(hinokuni: Cast) -> None:
    response = Client().get("/accounts/login/", headers={"X-Request-Id": "proxy-0123456789"})
    assert response["X-Request-Id"] == "proxy-0123456789"


@pytest.mark.parametrize("given", ["", "short", "x" * 65, "a b c d e f g", 'x"},{"y":"12'])
def test_another_gets_one_of_ours(hinokuni: Cast, given: str) -> None:
    response = Client().get("/accounts/login/", headers={"X-Request-Id": given})
    assert len(response["X-Request-Id"]) == 32


_PROGRAM = """
import django, logging, structlog
django.setup()
structlog.contextvars.bind_contextvars(request_id="r-1")
structlog.get_logger("a").info("ours", path="/r/s3cret/")
logging.getLogger("elsewhere").warning("theirs at %s", "/r/s3cret/")
try:
    hidden = "s3cret"
    1 / 0
except ZeroDivisionError:
    structlog.get_logger("a").exception("broken")
"""


def test_every_line_is_json_outside_the_demo() -> None:
    environment = {**os.environ, "KAIRAN_DEMO": "0", "KAIRAN_HOSTS": "kairan.example.jp"}
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    ours, theirs, broken = (json.loads(line) for line in done.stderr.splitlines())
    assert ours["path"] == "/r/…/"
    assert theirs["event"] == "theirs at /r/…/"
    assert ours["request_id"] == theirs["request_id"] == "r-1"
    assert broken["exception"][0]["exc_type"] == "ZeroDivisionError"
    assert "s3cret" not in done.stderr
