# SPDX-License-Identifier: Apache-2.0
"""The least that a message must do: one row, one row for each who is to read it, a notice, a
commit. No server, no screens.

``python -m bench.talk_floor`` reads a job as JSON from standard input.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from dataclasses import asdict, dataclass

import psycopg

TABLES = """
CREATE TABLE IF NOT EXISTS floor_message (
    id bigserial PRIMARY KEY, room bigint NOT NULL, person bigint NOT NULL, text text NOT NULL,
    sent_at timestamptz NOT NULL DEFAULT now());
CREATE TABLE IF NOT EXISTS floor_recipient (
    id bigserial PRIMARY KEY, message bigint NOT NULL REFERENCES floor_message,
    position bigint NOT NULL, read_at timestamptz, UNIQUE (message, position));
"""
MESSAGE = "INSERT INTO floor_message (room, person, text) VALUES (1, %s, %s) RETURNING id"
RECIPIENTS = """
INSERT INTO floor_recipient (message, position) SELECT %s, generate_series(1, %s)
"""
NOTICE = "SELECT pg_notify('floor_notices', %s)"


@dataclass(frozen=True)
class Job:
    database_url: str
    messages: int
    senders: int
    recipients: int = 20


def run(job: Job) -> float:
    """Messages a second, measured in a fresh process."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.talk_floor"],
        input=json.dumps(asdict(job)),
        capture_output=True,
        text=True,
        check=True,
    )
    return float(done.stdout)


def main(job: Job) -> float:
    with psycopg.connect(job.database_url, autocommit=True) as one:
        one.execute(TABLES)
        one.execute("LISTEN floor_notices")
        share = job.messages // job.senders
        senders = [
            threading.Thread(target=_send, args=(job, number, share))
            for number in range(job.senders)
        ]
        began = time.perf_counter()
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join()
        return share * job.senders / (time.perf_counter() - began)


def _send(job: Job, person: int, count: int) -> None:
    with psycopg.connect(job.database_url, prepare_threshold=1) as line:
        for number in range(count):
            text = f"{number}番めの連絡です。夕方の見回りは五時からになりました。"
            [message] = line.execute(MESSAGE, [person, text]).fetchone() or [0]
            line.execute(RECIPIENTS, [message, job.recipients])
            line.execute(NOTICE, [str(message)])
            line.commit()


if __name__ == "__main__":
    print(main(Job(**json.load(sys.stdin))))
