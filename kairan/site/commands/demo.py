# SPDX-License-Identifier: Apache-2.0
"""``kairan demo``: ひのくに市, with everything that belongs to it, on this machine alone."""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import secrets
import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from kairan.site import embedded
from kairan.site.cli import start_django
from kairan.site.demo.processes import Part, PartFailed, Stopped, Supervisor

HOST = "127.0.0.1"


def main(argv: list[str]) -> None:
    """Run until Ctrl-C, SIGTERM or the terminal's end; exit code 1 when it cannot be run."""
    demo = Demo(_parse(argv))
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, demo.ask_to_stop)
    try:
        demo.start()
        while not demo.supervisor.asked_to_stop.wait(0.5):
            for name in demo.supervisor.revive():
                say(f"{name} had ended and was started again")
    except (PartFailed, CannotRun) as error:
        print(f"kairan demo: {error}", file=sys.stderr)
        sys.exit(1)
    except Stopped:
        pass
    finally:
        demo.stop()
    say("stopped")


def say(text: str) -> None:
    print(text, flush=True)


def _parse(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="kairan demo")
    parser.add_argument("--port", type=int, default=8000, help="0 takes a free one")
    parser.add_argument("--simulator-port", type=int, default=8001, help="0 takes a free one")
    parser.add_argument("--data", type=Path, default=Path("data/demo"), metavar="DIR")
    parser.add_argument("--ready-file", type=Path, metavar="FILE", help="JSON, when all is up")
    parser.add_argument("--line-api-url", metavar="URL", help="call this instead of the stand-in")
    arguments = parser.parse_args(argv)
    arguments.port = arguments.port or _free_port()
    arguments.simulator_port = arguments.simulator_port or _free_port()
    return arguments


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


class CannotRun(Exception):
    """This demo cannot be run here; the message says why, and what else to try."""


class Demo:
    def __init__(self, arguments: argparse.Namespace) -> None:
        self.ready_file: Path | None = arguments.ready_file
        self.simulated = arguments.line_api_url is None
        self.simulator_port: int = arguments.simulator_port
        self.port: int = arguments.port
        self.web = f"http://localhost:{arguments.port}"
        self.simulator = f"http://localhost:{arguments.simulator_port}"
        self.line_api_url = arguments.line_api_url or f"http://{HOST}:{self.simulator_port}"
        wanted = arguments.data.absolute()
        self.data: Path = embedded.place_for(wanted)
        if self.data != wanted:
            say(f"the database cannot live in {wanted}; using {self.data}")
        self.supervisor = Supervisor()
        self.server: embedded.Embedded | None = None
        self.in_use: IO[str] | None = None
        self.may_break_off = False

    def start(self) -> None:
        """Raises ``CannotRun``, ``PartFailed``, and ``Stopped`` when asked to meanwhile."""
        began = time.monotonic()
        self._take_place()
        if self.ready_file:
            self.ready_file.unlink(missing_ok=True)
        self._open_database()
        town = self._prepare_town()
        self._start_parts(town)
        say(f"ready after {time.monotonic() - began:.0f} s\n")
        self._tell(town)

    def ask_to_stop(self, *_signal: object) -> None:
        """A signal's handler. Making the town takes long, and is broken off (and rolled back)."""
        self.supervisor.asked_to_stop.set()
        if self.may_break_off:
            self.may_break_off = False
            raise Stopped

    def stop(self) -> None:
        if self.in_use is None:  # the place is another's
            return
        self.supervisor.stop()
        if self.server is not None:
            from django.db import connections

            if os.environ.get("DATABASE_URL"):
                connections.close_all()
            self.server.stop()
        if self.ready_file:
            self.ready_file.unlink(missing_ok=True)
        self.in_use.close()

    def _take_place(self) -> None:
        """The ports and the directory must be ours alone: two workers, each with a stand-in of
        its own for LINE, would answer each other's residents."""
        ports = {"--port": self.port}
        if self.simulated:
            ports["--simulator-port"] = self.simulator_port
        for option, port in ports.items():
            _see_that_free(option, port)
        try:
            self.data.mkdir(parents=True, exist_ok=True)
            self.in_use = (self.data / "in-use").open("a+")
        except OSError as error:
            raise CannotRun(f"{self.data}: {error.strerror}. Choose another --data") from error
        try:
            fcntl.flock(self.in_use, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self.in_use = None
            problem = f"another demo is running on {self.data}. Stop it or choose another --data"
            raise CannotRun(problem) from error

    def _open_database(self) -> None:
        say("1/4 database …")
        self.server = embedded.start(self.data)
        os.environ.update(
            DATABASE_URL=self.server.database_url,
            KAIRAN_DATA=str(self.data),
            KAIRAN_DEMO="1",
            KAIRAN_SECRET_KEY=_kept_secret(self.data / "secret-key"),
            KAIRAN_PUBLIC_URL=self.web,
            KAIRAN_LINE_API_URL=self.line_api_url,
            KAIRAN_LINE_DATA_API_URL=self.line_api_url,
        )

    def _prepare_town(self) -> dict[str, Any]:
        start_django()
        from kairan.site.commands import migrate
        from kairan.site.demo.town import prepare

        with self._breakable():
            say("2/4 tables and static files …")
            migrate.main([])
            say("3/4 ひのくに市 …")
            return prepare(self.data, say)

    @contextmanager
    def _breakable(self) -> Iterator[None]:
        """Here a signal may come in anywhere; elsewhere it could leave a process behind."""
        self.may_break_off = True
        if self.supervisor.asked_to_stop.is_set():
            raise Stopped
        try:
            yield
        except Exception as error:
            # Python wraps what is raised while a class is being made in an error of its own.
            if self.supervisor.asked_to_stop.is_set():
                raise Stopped from error
            raise
        finally:
            self.may_break_off = False

    def _start_parts(self, town: dict[str, Any]) -> None:
        say("4/4 web, worker" + (", stand-in for LINE …" if self.simulated else " …"))
        # As the console writes it: there 「接続を確かめる」 compares the two.
        webhook = f"{self.web}{town['webhook_path']}"
        if self.simulated:
            self.supervisor.start(self._simulator(town["line"], webhook))
        web = ["kairan", "web", "--host", HOST, "--port", str(self.port)]
        self.supervisor.start(self._part("web", web))
        self.supervisor.start(self._part("worker", ["kairan", "worker"]))
        if self.simulated:
            self.supervisor.wait_for(f"http://{HOST}:{self.simulator_port}/", 60)
        self.supervisor.wait_for(f"http://{HOST}:{self.port}/readyz", 60)
        if self.simulated:
            from kairan.site.demo.town import introduce_residents, register_menu

            introduce_residents(town, f"http://{HOST}:{self.simulator_port}")
            register_menu(say)

    def _part(self, name: str, command: list[str]) -> Part:
        return Part(name, command, dict(os.environ), self.data / f"{name}.log")

    def _simulator(self, line: dict[str, str], webhook: str) -> Part:
        command = ["linesim", "--host", HOST, "--port", str(self.simulator_port)]
        command += ["--public-url", self.simulator, "--state", str(self.data / "linesim.json")]
        command += ["--channel-id", line["channel_id"], "--channel-secret", line["channel_secret"]]
        command += ["--channel-token", line["channel_access_token"], "--webhook-url", webhook]
        command += ["--areas", str(Path(__file__).parent.parent / "demo" / "wards.geojson")]
        return self._part("linesim", [*command, "--residents", "", "--allow-http"])

    def _tell(self, town: dict[str, Any]) -> None:
        say(f"  staff      {self.web}/console/")
        if self.simulated:
            say(f"  residents  {self.simulator}/   (phones on the stand-in for LINE)")
        for chair in town["community"].values():
            say(f"  chair      {self.web}{chair['secret_path']}   {chair['position']}")
        say(f"  data       {self.data}\n\n  sign in with:")
        for login in town["logins"]:
            say(f"    {login['email']:<34} {login['password']}   {login['name']}")
        say("\nCtrl-C stops everything; the data stays for the next start.")
        if self.ready_file:
            _write_at_once(self.ready_file, self._ready(town))

    def _ready(self, town: dict[str, Any]) -> dict[str, Any]:
        # Numbers, not names: a client that tries ::1 first would find nobody there.
        web = f"http://{HOST}:{self.port}"
        webhook = f"{web}{town['webhook_path']}"
        return {
            "web": web,
            "simulator": f"http://{HOST}:{self.simulator_port}" if self.simulated else None,
            "database_url": os.environ["DATABASE_URL"],
            "line": {"webhook_url": webhook, **town["line"]},
            "open311": {"url": f"{web}/open311/v2/", "api_key": town["open311_key"]},
            "community": {"url": f"{web}/community/", **_with_urls(town["community"], web)},
            "logins": town["logins"],
        }


def _with_urls(chairs: dict[str, dict[str, str]], web: str) -> dict[str, dict[str, str]]:
    """Each with ``secret_url``: what the QR of their sheet says."""
    return {
        said: {**chair, "secret_url": f"{web}{chair['secret_path']}"}
        for said, chair in chairs.items()
    }


def _see_that_free(option: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except (OSError, OverflowError) as error:
            why = error.strerror if isinstance(error, OSError) else str(error)
            problem = f"port {port}: {why}. Choose another with {option}, or 0 for any free one"
            raise CannotRun(problem) from error


def _kept_secret(path: Path) -> str:
    """The secret of this data directory, made at its first start."""
    if not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
    return path.read_text()


def _write_at_once(path: Path, content: object) -> None:
    """Whoever waits for the file never reads half of it."""
    part = path.with_name(path.name + ".part")
    part.write_text(json.dumps(content, ensure_ascii=False, indent=2))
    part.replace(path)
