# SPDX-License-Identifier: Apache-2.0
"""ejabberd and Prosody, where they are installed: a room that is archived in PostgreSQL.

Each gets a data directory of its own, listens on loopback alone, and is gone afterwards. Their
database is the same PostgreSQL as ours with fsync on, in a cluster of its own that also listens on
loopback, as ejabberd wants it. They archive a message as one row; who was to read it they do not
write down.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg

from bench import talk_xmpp
from bench.stage import free_port
from bench.talk_load import Outcome, Way
from kairan.site import embedded

DEBIAN_SCHEMA = Path("/usr/share/ejabberd/sql/pg.sql")
START_SECONDS = 60.0

EJABBERD = """
hosts: [localhost]
loglevel: warning
listen:
  - {port: PORT, ip: 127.0.0.1, module: ejabberd_c2s, shaper: none, access: all, starttls: false}
auth_method: [anonymous]
anonymous_protocol: sasl_anon
allow_multiple_connections: true
sql_type: pgsql
sql_server: 127.0.0.1
sql_port: DATABASE_PORT
sql_database: NAME
sql_username: kairan
sql_password: ""
sql_pool_size: 10
modules:
  mod_disco: {}
  mod_muc:
    host: conference.localhost
    access_create: all
    default_room_options: {mam: true, persistent: true}
  mod_mam: {db_type: sql, default: always}
"""
PROSODY = """
daemonize = false
data_path = "DATA"
pidfile = "DATA/prosody.pid"
log = { warn = "DATA/prosody.log" }
modules_enabled = { "saslauth", "disco", "posix" }
modules_disabled = { "s2s" }
c2s_ports = { PORT }
c2s_interfaces = { "127.0.0.1" }
c2s_require_encryption = false
allow_unencrypted_plain_auth = true
storage = "sql"
sql = {
    driver = "PostgreSQL", host = "127.0.0.1", port = DATABASE_PORT,
    database = "NAME", username = "kairan", password = "",
}
VirtualHost "localhost"
    authentication = "anonymous"
Component "conference.localhost" "muc"
    modules_enabled = { "muc_mam" }
    muc_log_all_rooms = true
    muc_log_by_default = true
    muc_room_default_persistent = true
"""


@dataclass(frozen=True)
class Peer:
    name: str
    program: str  # found by ``which``
    user: str  # whom it runs as where we are root
    file: str
    settings: str
    archived: str  # counts what has been stored
    command: Callable[[Path], list[str]]
    environment: Callable[[], dict[str, str]] = dict


def _ejabberd_command(data: Path) -> list[str]:
    places = ["--config-dir", str(data), "--spool", str(data / "spool"), "--logs", str(data)]
    return ["ejabberdctl", "--node", "kairan-bench@localhost", *places, "foreground"]


PEERS = [
    Peer(
        "ejabberd",
        "ejabberdctl",
        "ejabberd",
        "ejabberd.yml",
        EJABBERD,
        "SELECT count(*) FROM archive",
        _ejabberd_command,
        # Without the daemon that tells Erlang nodes of one another.
        lambda: {"ERL_DIST_PORT": str(free_port()), "INET_DIST_INTERFACE": "127.0.0.1"},
    ),
    Peer(
        "prosody",
        "prosody",
        "prosody",
        "prosody.cfg.lua",
        PROSODY,
        "SELECT count(*) FROM prosodyarchive",
        lambda data: ["prosody", "--config", str(data / "prosody.cfg.lua"), "-F"],
    ),
]


@dataclass
class Standing:
    """A peer that runs: ``send`` lets the members of its room write."""

    peer: Peer
    port: int
    members: int
    database_url: str
    sent: int = 0

    def send(self, way: Way) -> Outcome:
        self.sent += way.messages
        return talk_xmpp.run(talk_xmpp.Job(self.port, self.members, way))

    def archived_share(self) -> float:
        """Of what was sent, how much its archive holds."""
        with psycopg.connect(self.database_url) as database:
            [stored] = database.execute(self.peer.archived).fetchone() or [0]
        return float(stored) / self.sent


@contextmanager
def standing(data: Path, members: int) -> Iterator[tuple[list[Standing], dict[str, str]]]:
    """The peers that are here, running, and what is to be said of the others."""
    present = [peer for peer in PEERS if shutil.which(peer.program)]
    absent = {peer.name: "not installed" for peer in PEERS if peer not in present}
    running = []
    with ExitStack() as stack:
        database = stack.enter_context(_database(data)) if present else 0
        for peer in present:
            url = f"postgresql://kairan@127.0.0.1:{database}/{peer.name}"
            try:
                _make_database(peer, database, url)
                port = stack.enter_context(_serving(peer, data / peer.name, database))
                one = Standing(peer, port, members, url)
                one.send(Way(members, 200))  # What is read once per process is read.
            except (OSError, RuntimeError, KeyError, psycopg.Error) as error:
                absent[peer.name] = f"installed, but does not run here: {error}"
            else:
                running.append(one)
        yield running, absent


@contextmanager
def _database(data: Path) -> Iterator[int]:
    """A cluster that listens on loopback; its port."""
    server, port = embedded.start(data / "peers"), free_port()
    directory = server.directory
    owner = directory.stat().st_uid if os.geteuid() == 0 else None
    program = server.server.bin_path / "pg_ctl"
    subprocess.run(
        [
            *(program, "restart", "-D", directory, "-m", "fast", "-w", "-s"),
            *("-o", f"-h 127.0.0.1 -p {port} -k {directory}"),
        ],
        user=owner,
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        check=True,
        timeout=60,
    )
    try:
        yield port
    finally:
        subprocess.run(
            [program, "stop", "-D", directory, "-m", "fast", "-w", "-s"],
            user=owner,
            cwd="/",
            check=False,
            timeout=60,
        )


def _make_database(peer: Peer, port: int, url: str) -> None:
    admin_url = f"postgresql://postgres@127.0.0.1:{port}/postgres"
    with psycopg.connect(admin_url, autocommit=True) as admin:
        embedded.provision(admin, peer.name)
    if peer.name == "ejabberd":
        with psycopg.connect(url) as database:
            database.execute(DEBIAN_SCHEMA.read_text())


@contextmanager
def _serving(peer: Peer, data: Path, database_port: int) -> Iterator[int]:
    """The peer, its settings and all that it writes in a directory of its own; its port."""
    port = free_port()
    data.mkdir()
    settings = peer.settings.replace("DATABASE_PORT", str(database_port))
    settings = settings.replace("PORT", str(port)).replace("NAME", peer.name)
    (data / peer.file).write_text(settings.replace("DATA", str(data)))
    (data / "inetrc").touch()  # Erlang asks for one
    user = None
    if os.geteuid() == 0:
        user = pwd.getpwnam(peer.user).pw_uid
        for place in (data, data / peer.file):
            os.chown(place, user, -1)
    with (data / "output.log").open("wb") as out:
        process = subprocess.Popen(
            peer.command(data),
            env={**os.environ, "HOME": str(data), **peer.environment()},
            user=user,
            cwd=data,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    try:
        _wait_for_port(port, process)
        yield port
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """ejabberd's script waits for the server: that one is told."""
    with suppress(psutil.NoSuchProcess):
        top = psutil.Process(process.pid)
        for one in top.children()[:1] or [top]:
            one.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _wait_for_port(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    raise RuntimeError("it did not start")
