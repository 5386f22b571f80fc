# SPDX-License-Identifier: Apache-2.0
"""What takes long to make and comes out the same: made once on this machine, then copied.

A database with all tables, and the data of a demo that was started from nothing and stopped. They
lie in the machine's temporary directory under a name that says what they were made of; what was
made of older sources goes when newer is made. ``python -m tests.kept`` makes both anew.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).parent.parent
HERE = hashlib.sha256(str(ROOT).encode()).hexdigest()[:8]
PLACE = Path(tempfile.gettempdir()) / f"kairan-kept-{os.geteuid()}-{HERE}"
OURS = ("KAIRAN_", "DATABASE_URL", "DJANGO_")
MIGRATE = """
from kairan.site.cli import start_django; start_django()
from django.core.management import call_command; call_command("migrate", verbosity=0)
"""


def without_ours() -> dict[str, str]:
    """The environment, without the settings of the test session itself."""
    return {name: value for name, value in os.environ.items() if not name.startswith(OURS)}


def copy_database(data: Path) -> None:
    """Into ``data``, which a server may then be started in: roles and all tables, no rows."""
    _copy(_database(), _make_database, data)


def copy_demo(data: Path) -> None:
    """Into ``data``, for ``kairan demo``. Its days are counted from the day that it was made."""
    _copy(_demo(), _make_demo, data)


def _database() -> str:
    return f"database-{_made_of(_tables())}"


def _demo() -> str:
    in_japan = datetime.now(UTC) + timedelta(hours=9)
    return f"demo-{_made_of(_sources())}-{in_japan:%Y%m%d}"


def _sources() -> list[Path]:
    found = [one for room in ("kairan", "linesim") for one in (ROOT / room).rglob("*.*")]
    return [one for one in found if one.suffix != ".pyc" and one.is_file()]


def _tables() -> list[Path]:
    """The sources that make tables: migrations, what they call, and who runs them."""
    callers = [ROOT / "kairan/site/embedded.py", ROOT / "kairan/site/settings.py"]
    called = (ROOT / "kairan/municipalities").glob("*.py")
    return [*callers, *called, *(ROOT / "kairan").rglob("migrations/*.py")]


def _make_database(data: Path) -> None:
    given = {"KAIRAN_DATA": str(data), "KAIRAN_SECRET_KEY": "x" * 50, "KAIRAN_DEMO": "1"}
    command = [sys.executable, "-c", MIGRATE]
    subprocess.run(command, cwd=ROOT, env={**without_ours(), **given}, check=True)


def _make_demo(data: Path) -> None:
    from tests.running import started

    with started(data):
        pass
    for log in data.glob("*.log"):
        log.unlink()


def _copy(name: str, make: Callable[[Path], None], target: Path) -> None:
    kept = PLACE / name
    with _locked(name):
        if not kept.exists():
            _remove_older(name)
            unfinished = kept.with_suffix(".part")
            shutil.rmtree(unfinished, ignore_errors=True)
            unfinished.mkdir(mode=0o755)
            make(unfinished)
            unfinished.rename(kept)
        # Owners too: started by root, the database is another user's.
        subprocess.run(["cp", "-a", f"{kept}/.", target], check=True)


def _remove_older(name: str) -> None:
    """What others are using now stays."""
    for old in PLACE.glob(f"{name.partition('-')[0]}-*.lock"):
        if old.stem != name:
            with suppress(BlockingIOError), _locked(old.stem, fcntl.LOCK_NB):
                shutil.rmtree(old.with_suffix(""), ignore_errors=True)


@contextmanager
def _locked(name: str, at_once: int = 0) -> Iterator[None]:
    """Processes of one session come at the same time: one makes it, the others wait."""
    PLACE.mkdir(mode=0o755, exist_ok=True)
    if PLACE.stat().st_uid != os.geteuid():
        raise RuntimeError(f"{PLACE} is another's")
    with (PLACE / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | at_once)
        yield


def _made_of(sources: list[Path]) -> str:
    """A hash of these, and of the libraries' versions."""
    found = hashlib.sha256(sys.version.encode())
    for path in sorted([*sources, ROOT / "requirements.lock"]):
        found.update(f"{path}\0".encode() + path.read_bytes())
    return found.hexdigest()[:16]


def main() -> None:
    """Both anew, side by side: so each run of all tests starts a demo from nothing, once."""
    for name in (_database(), _demo()):
        with _locked(name):
            shutil.rmtree(PLACE / name, ignore_errors=True)
    with tempfile.TemporaryDirectory() as place, ThreadPoolExecutor() as both:
        Path(place).chmod(0o755)
        for made in [both.submit(copy, _within(place)) for copy in (copy_database, copy_demo)]:
            made.result()


def _within(place: str) -> Path:
    return Path(tempfile.mkdtemp(dir=place))


if __name__ == "__main__":
    main()
