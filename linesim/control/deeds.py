# SPDX-License-Identifier: Apache-2.0
"""What a resident does on the phone: one call each. Every answer names the events and their fate.

``wait`` false sends the webhook beside and answers at once.
"""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

from starlette.datastructures import UploadFile
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from linesim import events, photos, taps
from linesim.api.content import thumbnail
from linesim.control.base import Control, ControlError, sim_route
from linesim.events import Deed, PhoneError
from linesim.state import Friend
from linesim.talks import tell, topic

_MIME = {"image": "image/jpeg", "video": "video/mp4", "audio": "audio/x-m4a"}


async def _send(control: Control, deed: Deed, opened: dict[str, Any] | None = None) -> Any:
    """One webhook with the deed's events; ``separately`` one for each, ``reverse`` turns them."""
    if control.body.get("reverse"):
        deed.events.reverse()
    answer: dict[str, Any] = {
        "event_ids": [event["webhookEventId"] for event in deed.events],
        "message_ids": [entry.id for entry in deed.entries],
        "events": deed.events,
        **(opened or {}),
    }
    if not deed.events:
        return answer
    wait = control.body.get("wait", control.request.query_params.get("wait") != "false")
    separately = control.body.get("separately")
    parts = [[event] for event in deed.events] if separately else [deed.events]
    sendings = [control.postman.send(control.channel, part) for part in parts]
    if not wait:
        for sending in sendings:
            control.postman.later(sending)
        return answer
    deliveries = [await sending for sending in sendings]
    if deliveries[-1].ok:
        _mark_read(control, deed)
    shown = [delivery.as_json() for delivery in deliveries]
    return answer | {"webhook": shown[-1], "webhooks": shown}


def _mark_read(control: Control, deed: Deed) -> None:
    """An account in bot mode has read what its server has taken."""
    for event in deed.events:
        friend = control.channel.friends.get(event["source"]["userId"])
        said = [entry for entry in friend.talk if entry.sender == "resident"] if friend else []
        if friend and said:
            friend.read_until = said[-1].id
            tell(control.sim, friend, "read")


def _deed(control: Control, friend: Friend, kind: str, given: dict[str, Any]) -> Deed:
    """A deed from JSON; used alone and in batches."""
    make = _KINDS.get(kind)
    if make is None:
        raise ControlError(422, f"unknown kind: {kind}; known: {sorted(_KINDS)}")
    try:
        return make(control, friend, given)
    except KeyError as error:
        raise ControlError(422, f"missing: {error}") from error
    except ValueError as error:
        raise ControlError(422, str(error)) from error


def _text(control: Control, friend: Friend, given: dict[str, Any]) -> Deed:
    return events.text(control.sim, control.channel, friend, given["text"])


def _location(control: Control, friend: Friend, given: dict[str, Any]) -> Deed:
    return events.location(
        control.sim,
        control.channel,
        friend,
        float(given["latitude"]),
        float(given["longitude"]),
        title=given.get("title", ""),
        address=given.get("address", ""),
    )


def _sticker(control: Control, friend: Friend, given: dict[str, Any]) -> Deed:
    package, number = given.get("package", "446"), given.get("sticker", "1988")
    return events.sticker(control.sim, control.channel, friend, str(package), str(number))


def _photos(control: Control, friend: Friend, given: dict[str, Any]) -> Deed:
    pictures = [(data, kind) for data, kind, _ in _contents(given, "image")]
    return events.images(control.sim, control.channel, friend, pictures)


def _video(control: Control, friend: Friend, given: dict[str, Any]) -> Deed:
    data, kind, _ = _contents(given, "video")[0]
    return events.video(control.sim, control.channel, friend, data, kind)


def _audio(control: Control, friend: Friend, given: dict[str, Any]) -> Deed:
    data, kind, _ = _contents(given, "audio")[0]
    return events.audio(control.sim, control.channel, friend, data, kind)


def _file(control: Control, friend: Friend, given: dict[str, Any]) -> Deed:
    data, kind, name = _contents(given, "file")[0]
    return events.file(control.sim, control.channel, friend, data, kind, name)


def _contents(given: dict[str, Any], kind: str) -> list[tuple[bytes, str, str]]:
    """Uploaded files, base64 strings, or photos we draw; (bytes, type, name) each."""
    if given.get("uploads"):
        uploads: list[tuple[bytes, str, str]] = given["uploads"]
        return uploads
    content_type = given.get("content_type") or _MIME.get(kind, "application/octet-stream")
    name = given.get("name", "file.bin")
    if "base64" in given:
        texts = given["base64"] if isinstance(given["base64"], list) else [given["base64"]]
        return [(base64.b64decode(text), content_type, name) for text in texts]
    if kind == "image":
        place = (given.get("latitude"), given.get("longitude"))
        wanted = given.get("made_up") or [next(iter(photos.SCENES))]
        names = [wanted] if isinstance(wanted, str) else wanted
        return [(photos.draw(name, *place), "image/jpeg", f"{name}.jpg") for name in names]
    return [(b"\x00\x00\x00\x18ftypmp42 made up", content_type, name)]


def _postback(control: Control, friend: Friend, given: dict[str, Any]) -> Deed:
    return events.postback(
        control.sim,
        control.channel,
        friend,
        given["data"],
        params=given.get("params"),
        display_text=given.get("display_text", ""),
    )


def _unsend(control: Control, friend: Friend, given: dict[str, Any]) -> Deed:
    return events.unsend(control.sim, control.channel, friend, given["message_id"])


def _unfollow(control: Control, friend: Friend, _given: dict[str, Any]) -> Deed:
    return events.unfollow(control.sim, control.channel, friend)


def _follow(control: Control, friend: Friend, _given: dict[str, Any]) -> Deed:
    return events.follow(control.sim, control.channel, friend)


def _any(control: Control, friend: Friend, given: dict[str, Any]) -> Deed:
    fields = given.get("fields", {})
    return events.anything(control.sim, control.channel, friend, given["type"], fields)


_KINDS: dict[str, Callable[[Control, Friend, dict[str, Any]], Deed]] = {
    "text": _text,
    "location": _location,
    "sticker": _sticker,
    "photos": _photos,
    "video": _video,
    "audio": _audio,
    "file": _file,
    "postback": _postback,
    "unsend": _unsend,
    "unfollow": _unfollow,
    "follow": _follow,
    "event": _any,
}


async def act(control: Control) -> Any:
    kind = control.request.path_params["kind"]
    given = control.body = {**control.body, **await _uploads(control)}
    if kind == "follow":
        friend = control.sim.befriend(control.channel, control.resident)
    else:
        friend = control.friend
    return await _send(control, _deed(control, friend, kind, given))


async def _uploads(control: Control) -> dict[str, Any]:
    """Files and fields of a multipart form."""
    if not control.request.headers.get("content-type", "").startswith("multipart/form-data"):
        return {}
    async with control.request.form() as form:
        uploads, fields = [], {}
        for name, value in form.multi_items():
            if isinstance(value, UploadFile):
                kind = value.content_type or "application/octet-stream"
                uploads.append((await value.read(), kind, value.filename or "file"))
            else:
                fields[name] = value
    return {"uploads": uploads, **fields}


async def tap(control: Control) -> Any:
    """By ``label`` (what a person would press) or by ``action``; ``params`` for a date picker."""
    channel, friend = control.channel, control.friend
    action = control.body.get("action") or taps.find_action(
        channel, friend, str(control.need("label"))
    )
    params = control.body.get("params", {})
    deed, opened = taps.tap(control.sim, channel, friend, action, params)
    return await _send(control, deed, {"opens": opened} if opened else None)


async def batch(control: Control) -> Any:
    """Events of several residents in one webhook: [{"resident", "kind", …}]."""
    together = Deed([], [])
    for given in control.need("events"):
        friend = control.friend_of(control.person(given["resident"]).user_id)
        deed = _deed(control, friend, given.get("kind", ""), given)
        together.events += deed.events
        together.entries += deed.entries
    return await _send(control, together)


async def again(control: Control) -> Any:
    """Send an event once more as LINE redelivers: same id, ``isRedelivery`` true."""
    wanted = control.need("event_id")
    for line in reversed(control.sim.ledger.lines):
        if line.direction != "out" or not isinstance(line.body, dict):
            continue
        for event in line.body.get("events", []):
            if event.get("webhookEventId") == wanted:
                repeated = {**event, "deliveryContext": {"isRedelivery": True}}
                return await _send(control, Deed([repeated], []))
    raise ControlError(404, "no such event in the ledger")


async def raw_webhook(control: Control) -> Any:
    """Any body with any signature: null signs it rightly, "" leaves the header out."""
    body = control.need("body")
    data = (body if isinstance(body, str) else json.dumps(body)).encode()
    if control.body.get("base64"):
        data = base64.b64decode(data)
    delivery = await control.postman.post(
        control.channel, data, signed=control.body.get("signature")
    )
    return delivery.as_json()


async def redeliver(control: Control) -> Any:
    return {"arrived": await control.postman.redeliver()}


def read_talk(control: Control) -> Any:
    """The talk; for one who is no friend yet, an empty one with ``stranger`` true."""
    user_id = control.resident.user_id
    friend = control.channel.friends.get(user_id)
    shown = friend or Friend(user_id, control.channel.id)
    return taps.picture(control.sim, control.channel, shown) | {"stranger": friend is None}


def stream(control: Control) -> Response:
    """Server-sent events: one per change of this talk; the phone then reads the talk anew."""
    name = topic(control.channel.id, control.friend.user_id)
    hub = control.sim.hub

    async def lines() -> AsyncIterator[str]:
        yield "retry: 1000\n\n"
        async for notice in hub.listen([name]):
            yield f"data: {json.dumps(notice)}\n\n" if notice else ": still here\n\n"

    return StreamingResponse(lines(), media_type="text/event-stream")


def show_content(control: Control) -> Response:
    """What a resident sent, for their own phone; ``?small`` gives a thumbnail."""
    content = control.sim.contents.get(control.request.path_params["message_id"])
    if content is None:
        raise ControlError(404, "no such content")
    headers = {"cache-control": "private, max-age=3600", "x-content-type-options": "nosniff"}
    if "small" in control.request.query_params:
        return Response(thumbnail(content.data), media_type="image/jpeg", headers=headers)
    safe = content.content_type.startswith(("image/jpeg", "image/png", "video/", "audio/"))
    if not safe:
        headers["content-disposition"] = "attachment"
    return Response(content.data, media_type=content.content_type, headers=headers)


def show_menu(control: Control) -> Response:
    menu = control.channel.menus.get(control.request.path_params["menu_id"])
    if menu is None or menu.image is None:
        raise ControlError(404, "no such picture")
    return Response(menu.image, media_type=menu.content_type)


def scenes(_control: Control) -> Any:
    return [{"name": name, "title": scene.title} for name, scene in photos.SCENES.items()]


def show_scene(control: Control) -> Response:
    name = control.request.path_params["name"]
    if name not in photos.SCENES:
        raise PhoneError("その写真はありません")
    headers = {"cache-control": "max-age=86400"}
    return Response(thumbnail(photos.draw(name)), media_type="image/jpeg", headers=headers)


_WHO = "/sim/residents/{who}"
ROUTES: list[Route] = [
    sim_route("GET", f"{_WHO}/talk", read_talk),
    sim_route("GET", f"{_WHO}/stream", stream),
    sim_route("POST", f"{_WHO}/tap", tap),
    sim_route("POST", f"{_WHO}/{{kind}}", act),
    sim_route("POST", "/sim/batch", batch),
    sim_route("POST", "/sim/webhook/again", again),
    sim_route("POST", "/sim/webhook/raw", raw_webhook),
    sim_route("POST", "/sim/webhook/redeliver", redeliver),
    sim_route("GET", "/sim/contents/{message_id}", show_content),
    sim_route("GET", "/sim/menus/{channel_id}/{menu_id}", show_menu),
    sim_route("GET", "/sim/photos", scenes),
    sim_route("GET", "/sim/photos/{name}", show_scene),
]
