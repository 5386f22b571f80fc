# SPDX-License-Identifier: Apache-2.0
"""The phone, the ledger and the faults as pages for people."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, select_autoescape
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from linesim.state import Sim

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent.parent / "templates"),
    autoescape=select_autoescape(),
)
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
    " img-src 'self' https: http://localhost:* http://127.0.0.1:* blob:;"
    " media-src 'self' https: http://localhost:* http://127.0.0.1:*;"
    " form-action 'self'; base-uri 'none'; frame-src 'self'; frame-ancestors 'self'"
)


def render(name: str, **context: Any) -> Response:
    """A page with the headers every page has."""
    return HTMLResponse(
        _TEMPLATES.get_template(name).render(**context),
        headers={
            "content-security-policy": CSP,
            "x-content-type-options": "nosniff",
            "referrer-policy": "no-referrer",
            "cache-control": "no-store",
        },
    )


def _sim(request: Request) -> Sim:
    sim: Sim = request.app.state.sim
    return sim


async def phone(request: Request) -> Response:
    """One phone. Without a name in the address, the first resident's."""
    sim = _sim(request)
    who = request.path_params.get("who")
    resident = sim.find_resident(who) if who else next(iter(sim.residents.values()), None)
    if who and resident is None:
        return render("missing.html", who=who)
    return render("phone.html", resident=resident, channels=list(sim.channels.values()))


async def side_by_side(_request: Request) -> Response:
    return render("phones.html")


async def ledger(_request: Request) -> Response:
    return render("ledger.html")


async def faults(_request: Request) -> Response:
    return render("faults.html")


async def town(request: Request) -> Response:
    """Polygons and landmarks for the position map."""
    sim = _sim(request)
    return JSONResponse({"areas": sim.areas, "landmarks": sim.landmarks})


async def no_icon(_request: Request) -> Response:
    return RedirectResponse("/static/icon.svg")


ROUTES: list[Route] = [
    Route("/", phone),
    Route("/phone/{who}", phone),
    Route("/phones", side_by_side),
    Route("/ledger", ledger),
    Route("/faults", faults),
    Route("/sim/town", town),
    Route("/favicon.ico", no_icon),
]
