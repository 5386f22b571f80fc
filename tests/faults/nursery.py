# SPDX-License-Identifier: Apache-2.0
"""Web processes that are there at once: one that has read all the code, and forks.

``python -m tests.faults.nursery`` reads ports from standard input, and answers each with the number
of a process that serves on it as ``kairan web`` does.
"""

from __future__ import annotations

import os
import signal
import sys

from kairan.site.cli import start_django


def main() -> None:
    start_django()
    # What takes long to read; but not ``asgi``, which draws lots that must differ.
    import kairan.site.urls  # noqa: F401
    from kairan.site.commands import web

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those that are killed
    for line in sys.stdin:
        pid = os.fork()
        if not pid:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.close(0)
            os.dup2(2, 1)
            web.run("127.0.0.1", int(line))
        os.write(1, f"{pid}\n".encode())


if __name__ == "__main__":
    main()
