"""The doorbell over a socket: heard by staff of the space, on both layers; closed to everybody else (X12)."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from channels.layers import channel_layers, get_channel_layer
from channels.testing import WebsocketCommunicator
from django.test import Client

from server.accounts.models import User
from server.config.asgi import application
from server.processes import consumers
from server.processes.models import Space, SpaceRole
from server.web import live
from tests.server.votes import make_vote

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(params=["memory", "redis"])
def layer(request, settings):
    """Both layers that an installation can have."""
    if request.param == "redis":
        host = request.getfixturevalue("redis_url")
        config = {"BACKEND": "channels_redis.core.RedisChannelLayer", "CONFIG": {"hosts": [host]}}
    else:
        config = {"BACKEND": "channels.layers.InMemoryChannelLayer"}
    settings.CHANNEL_LAYERS = {"default": config}
    channel_layers.backends.clear()
    yield request.param
    channel_layers.backends.clear()


@pytest.fixture
def space() -> Space:
    return Space.objects.create(slug="budget", title={"fr": "Budget"})


def cookie_of(space: Space, role: str = "") -> str:
    """The session cookie of somebody who is logged in, with this role."""
    user = User.objects.create_user(f"{role or 'nobody'}@example.org")
    if role:
        SpaceRole.objects.create(space=space, user=user, role=role)
    client = Client()
    client.force_login(user)
    return f"sessionid={client.cookies['sessionid'].value}"


def socket(
    space_id: int, cookie: str = "", origin: str = "http://localhost:8000", signed: str = ""
) -> WebsocketCommunicator:
    headers = [(b"origin", origin.encode()), (b"host", b"localhost:8000"), (b"cookie", cookie.encode())]
    headers += [(b"authorization", signed.encode())] if signed else []
    return WebsocketCommunicator(application, f"/ws/spaces/{space_id}/", headers=headers)


def is_let_in(*arguments: Any, **more: Any) -> bool:
    async def knock() -> bool:
        one = socket(*arguments, **more)
        is_open, _code = await one.connect(timeout=20)
        await one.disconnect()
        return is_open

    return async_to_sync(knock)()


async def ring(space: Space, what: str) -> None:
    await sync_to_async(live.ring)(space.pk, what)


@pytest.mark.parametrize("role", SpaceRole.Role.values)
def test_every_part_in_the_space_may_listen(space, role):
    assert is_let_in(space.pk, cookie_of(space, role))


def test_x12_a_foreign_origin_no_log_in_no_role_another_space_are_closed(space):
    other = Space.objects.create(slug="other", title={"fr": "Autre"})
    staff = cookie_of(space, "organiser")
    assert is_let_in(space.pk, staff)
    assert not is_let_in(space.pk, staff, origin="https://evil.example")
    assert not is_let_in(space.pk, staff, origin="")
    assert not is_let_in(space.pk)
    assert not is_let_in(space.pk, cookie_of(space))
    assert not is_let_in(other.pk, staff)
    assert not is_let_in(999_999, staff)


def test_the_bell_of_one_space_rings_there_alone(space, layer):
    other = Space.objects.create(slug="other", title={"fr": "Autre"})
    here, there = cookie_of(space, "organiser"), cookie_of(other, "desk")

    async def listen() -> None:
        mine, theirs = socket(space.pk, here), socket(other.pk, there)
        assert (await mine.connect(timeout=20))[0] and (await theirs.connect(timeout=20))[0]
        await mine.send_to(text_data="not json at all")
        await mine.send_to(bytes_data=b"\x00")
        await ring(space, "devices")
        assert await mine.receive_json_from(timeout=20) == {"bell": "devices"}
        assert await theirs.receive_nothing(timeout=0.3)
        await mine.disconnect()
        await theirs.disconnect()

    async_to_sync(listen)()


def test_a_burst_of_rings_costs_one_question_and_each_kind_is_heard(space, monkeypatch):
    cookie, asked = cookie_of(space, "organiser"), []
    has_role = consumers.has_role
    monkeypatch.setattr(consumers, "has_role", lambda *facts: asked.append(facts) or has_role(*facts))
    monkeypatch.setattr(consumers, "PAUSE_S", 2)

    async def listen() -> None:
        one = socket(space.pk, cookie)
        assert (await one.connect(timeout=20))[0]
        await ring(space, "devices")
        assert await one.receive_json_from(timeout=20) == {"bell": "devices"}
        group_send = get_channel_layer().group_send
        for what in ["turnout"] * 30 + ["batches"]:
            await group_send(live.group_of(space.pk), {"type": "bell", "what": what})
        heard = [await one.receive_json_from(timeout=20) for _time in range(2)]
        assert heard == [{"bell": "turnout"}, {"bell": "batches"}]
        await one.disconnect()

    async_to_sync(listen)()
    assert len(asked) == 3, "at the door, for the first ring, for all that came after it"


def test_what_happens_in_one_moment_is_one_bell_and_what_comes_after_it_another(space, monkeypatch):
    """As in a server: bells are rung by the loop beside which requests are at work."""
    sent: list[tuple[int, str]] = []

    async def send(_layer: Any, space_id: int, what: str) -> None:
        sent.append((space_id, what))

    monkeypatch.setattr(live, "_send", send)
    monkeypatch.setattr(live, "_loop", None)
    monkeypatch.setattr(live, "TOGETHER_S", 1)

    async def heard(most: int) -> None:
        async with asyncio.timeout(20):
            while len(sent) < most:
                await asyncio.sleep(0.05)

    async def hall() -> None:
        live.ring_beside(asyncio.get_running_loop())
        for what in ["devices"] * 30 + ["turnout"]:
            await ring(space, what)
        assert sent == []
        await heard(2)
        await ring(space, "devices")
        await heard(3)

    asyncio.run(hall())
    assert sent == [(space.pk, "devices"), (space.pk, "turnout"), (space.pk, "devices")]


def test_x12_a_role_that_is_taken_away_closes_the_socket(space):
    cookie = cookie_of(space, "scanner")

    async def listen() -> None:
        one = socket(space.pk, cookie)
        assert (await one.connect(timeout=20))[0]
        await SpaceRole.objects.all().adelete()
        await ring(space, "turnout")
        assert await one.receive_output(timeout=20) == {"type": "websocket.close", "code": 4403}

    async_to_sync(listen)()


def test_a_broken_layer_does_not_break_the_deed(space, settings):
    """Redis is away: the deed is stored all the same."""
    config = {"BACKEND": "channels_redis.core.RedisChannelLayer", "CONFIG": {"hosts": ["redis://127.0.0.1:1"]}}
    settings.CHANNEL_LAYERS = {"default": config}
    channel_layers.backends.clear()
    try:
        asyncio.run(ring(space, "turnout"))
    finally:
        channel_layers.backends.clear()


def test_x12_no_socket_is_a_devices():
    """Bells are for people of a space who are logged in; the signature that fetches a pack opens none."""
    vote = make_vote(people=1, passes=1, letters=False)
    space = vote.box.space
    signed = vote.kiosk().authorization(f"/ws/spaces/{space.pk}/", int(time.time()))
    assert not is_let_in(space.pk, signed=signed)
    assert is_let_in(space.pk, cookie_of(space, "organiser"), signed=signed)
