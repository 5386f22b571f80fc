# SPDX-License-Identifier: Apache-2.0
"""Web forms with a photo each, twenty people pressing 「送る」 in the same moment, while other
systems read over Open311 a hundred times a second, the list of services and that of requests in
turn. Timed from the first byte of the photo's upload to the answer with the receipt number: two
requests one after the other, on a connection and with a token that the form's page left."""

from __future__ import annotations

import http.client
import io
import itertools
import json
import threading
import time
import uuid
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from bench.report import Report, Target, percentile
from bench.stage import stage

AT_ONCE = 20
WAVES = 8
PAUSE_SECONDS = 3.0
READS_PER_SECOND = 100
READERS = 8
READS = ("/open311/v2/services.json", "/open311/v2/requests.json")
TIMED = "upload of the photo + sending of the answers, until the receipt number is read"


@dataclass
class Times:
    sent: list[float] = field(default_factory=list)
    reads: list[float] = field(default_factory=list)
    refused: int = 0
    unread: int = 0


def run() -> Report:
    with stage(KAIRAN_WEB_REPORTS_PER_HOUR="1000000") as here:
        version = make_town()
        web = here.web()
        here.worker()
        photo = _photo()
        # What is read once per process is read.
        _send(web, version, photo, Times(), threading.Barrier(1))
        times = Times()
        stop = threading.Event()
        readers = [
            threading.Thread(target=_read, args=(web, times, stop, number))
            for number in range(READERS)
        ]
        for reader in readers:
            reader.start()
        began = time.perf_counter()
        for _ in range(WAVES):
            gate = threading.Barrier(AT_ONCE)
            people = [
                threading.Thread(target=_send, args=(web, version, photo, times, gate))
                for _ in range(AT_ONCE)
            ]
            for one in people:
                one.start()
            for one in people:
                one.join()
            time.sleep(PAUSE_SECONDS)
        seconds = time.perf_counter() - began
        stop.set()
        for reader in readers:
            reader.join()
    return Report(
        bench="intake",
        metrics={
            "receipt_p50_ms": percentile(times.sent, 0.50) * 1000,
            "receipt_p95_ms": percentile(times.sent, 0.95) * 1000,
            "sent": len(times.sent),
            "refused": times.refused,
            "reads_per_second": len(times.reads) / seconds,
            "read_p95_ms": percentile(times.reads, 0.95) * 1000 if times.reads else 0,
            "unread": times.unread,
        },
        floor={},
        targets=[
            Target("receipt_p95_ms", "<", 500),
            Target("refused", "<", 1),
            Target("unread", "<", 1),
            Target("reads_per_second", ">=", READS_PER_SECOND * 0.95),
        ],
        notes={
            "at_once": AT_ONCE,
            "waves": WAVES,
            "photo_bytes": len(photo),
            "reads": READS,
            "timed": TIMED,
        },
    )


def make_town() -> int:
    """A town that takes reports of roads; the version of its questions."""
    from kairan.audit.actors import PROGRAM
    from kairan.municipalities.models import Department, Municipality
    from kairan.municipalities.tenancy import town
    from kairan.reports.models import ReportKind, RoutingRule
    from kairan.scenarios.actions import install_ready
    from kairan.scenarios.models import Scenario

    row = Municipality.objects.create(name="計測市", is_default=True)
    with town(row):
        roads = Department.objects.create(name="土木総務課", email="roads@example.jp")
        ReportKind.objects.create(key="road", name="道路の損傷")
        RoutingRule.objects.create(department=roads)
        install_ready(acting=PROGRAM)
        return Scenario.objects.get(key="road").published_id or 0


def _photo() -> bytes:
    """As a phone has made it smaller: 2048 pixels, some 600 KB."""
    from PIL import Image

    file = io.BytesIO()
    noise = Image.effect_noise((256, 192), 90).convert("RGB").resize((2048, 1536))
    noise.save(file, "JPEG", quality=85)
    return file.getvalue()


class _Browser:
    """One connection with a token, as a page that has been loaded has them."""

    def __init__(self, web: str) -> None:
        place = urlsplit(web)
        self.line = http.client.HTTPConnection(place.hostname or "", place.port, timeout=30)
        self.line.request("GET", "/report/road/")
        page = self.line.getresponse()
        page.read()
        cookie = page.headers.get("Set-Cookie", "").split(";")[0]
        self.token = {"Cookie": cookie, "X-CSRFToken": cookie.partition("=")[2]}

    def post(self, path: str, body: bytes, kind: str) -> tuple[int, bytes]:
        self.line.request("POST", path, body, {**self.token, "Content-Type": kind})
        answer = self.line.getresponse()
        return answer.status, answer.read()


def _send(web: str, version: int, photo: bytes, times: Times, gate: threading.Barrier) -> None:
    browser, run, name = _Browser(web), uuid.uuid4().hex, uuid.uuid4().hex
    answers = {
        "damage": "pothole",
        "place": {"lon": 130.7, "lat": 32.8},
        "manager": "town",
        "photos": [name],
        "note": "穴があいています",
    }
    given = json.dumps({"run": run, "version": version, "answers": answers}).encode()
    gate.wait()
    began = time.perf_counter()
    uploaded, _said = browser.post("/report/road/photos/", *_multipart(run, name, photo))
    status, said = browser.post("/report/road/send/", given, "application/json")
    if (uploaded, status) == (200, 200) and json.loads(said)["number"]:
        times.sent.append(time.perf_counter() - began)
    else:
        times.refused += 1


def _multipart(run: str, name: str, photo: bytes) -> tuple[bytes, str]:
    edge = "x" * 30
    parts = [
        f'--{edge}\r\nContent-Disposition: form-data; name="{field_name}"\r\n\r\n{value}\r\n'
        for field_name, value in (("run", run), ("id", name))
    ]
    head = (
        f'--{edge}\r\nContent-Disposition: form-data; name="photo"; filename="a.jpg"\r\n'
        "Content-Type: image/jpeg\r\n\r\n"
    )
    body = "".join(parts).encode() + head.encode() + photo + f"\r\n--{edge}--\r\n".encode()
    return body, f"multipart/form-data; boundary={edge}"


def _read(web: str, times: Times, stop: threading.Event, number: int) -> None:
    """Reads on a fixed clock; the time counts from the tick, so that no wait is hidden."""
    place = urlsplit(web)
    line = http.client.HTTPConnection(place.hostname or "", place.port, timeout=30)
    pause = READERS / READS_PER_SECOND
    due = time.perf_counter() + number * pause / READERS
    # Half of the readers begin with the one, half with the other.
    for path in itertools.islice(itertools.cycle(READS), number % len(READS), None):
        if stop.is_set():
            return
        time.sleep(max(0.0, due - time.perf_counter()))
        line.request("GET", path)
        answer = line.getresponse()
        answer.read()
        if answer.status == 200:
            times.reads.append(time.perf_counter() - due)
        else:
            times.unread += 1
        due += pause
