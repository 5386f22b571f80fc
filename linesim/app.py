# SPDX-License-Identifier: Apache-2.0
"""The ASGI application: LINE's paths, the control paths, the phone's pages."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from linesim import pages, store
from linesim.api import channel, content, menu_batches, messages, people, richmenus
from linesim.api.gate import unknown_route
from linesim.control import deeds, setup
from linesim.state import Sim
from linesim.webhooks import Postman

STATIC = Path(__file__).parent / "static"


def make_app(sim: Sim, *, state_file: Path | None = None) -> Starlette:
    """One simulated LINE as an ASGI application. ``app.state.sim`` is the Sim."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        keeping = asyncio.create_task(store.keep(sim, state_file)) if state_file else None
        yield
        if keeping and state_file:
            keeping.cancel()
            with suppress(asyncio.CancelledError):
                await keeping
            store.save(sim, state_file)
        await app.state.postman.close()

    app = Starlette(
        routes=[
            *messages.ROUTES,
            *content.ROUTES,
            *people.ROUTES,
            *menu_batches.ROUTES,
            *richmenus.ROUTES,
            *channel.ROUTES,
            *[unknown_route(f"/{top}/{{rest:path}}") for top in ("v2", "v3", "oauth2", "bot")],
            *setup.ROUTES,
            *deeds.ROUTES,
            *pages.ROUTES,
            Mount("/static", StaticFiles(directory=STATIC)),
        ],
        lifespan=lifespan,
    )
    app.state.sim = sim
    app.state.postman = Postman(sim)
    return app
