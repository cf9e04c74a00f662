"""Accounts from the machine itself: the use cases behind `/staff/HALL`, by whoever is signed in to the system."""

import getpass
import secrets
from typing import Any

import msgspec
from msgspec import Struct

from ops.archive.reaching import Hopeless, connected
from ops.up import address
from queue_server.contract import staff as wire
from queue_server.domain.callers import Caller
from queue_server.domain.hall import Hall
from queue_server.domain.refusals import Refusal
from queue_server.flows.acting import Ask
from queue_server.flows.clock import system_clock
from queue_server.flows.people import People
from queue_server.flows.running import RunningHall
from queue_server.flows.seals import Seals
from queue_server.flows.staff import StaffFlows
from queue_server.settings import Settings
from queue_server.store.catalogue import Catalogue
from queue_server.store.library import load_library
from queue_server.store.staff import StaffStore


class Wish(Struct, frozen=True, kw_only=True):
    """`add`, `list`, `reset`, `disable` or `enable`; at which hall, of whom; and a new one's form."""

    act: str
    hall: str = ""
    number: str = ""
    form: dict[str, Any] = {}


async def carried_out(settings: Settings, url: str, wish: Wish) -> list[str]:
    """What there is to say afterwards. Raises `Hopeless`, `Refusal` and `StoreDown`."""
    async with connected(url) as store:

        async def load() -> None:
            await load_library(store)

        await load()
        hall = _chosen(await Catalogue(store).halls(), wish.hall)
        halls = {hall.id: RunningHall(hall)}
        # no request is repeated under a key here, so nothing is sealed that a server would have to open
        seals = Seals(secrets.token_bytes(32))
        people = People(StaffStore(store, load, store), seals, halls, system_clock)
        ask = Ask(running=halls[hall.id], caller=Caller(role="admin", id=_who()))
        return await _answered(settings, StaffFlows(people, seals), ask, wish)


async def _answered(settings: Settings, flows: StaffFlows, ask: Ask, wish: Wish) -> list[str]:
    if wish.act == "list":
        return [_row(row) for row in (await flows.listed(ask)).staff]
    if wish.act == "add":
        return _with_link(settings, await flows.add(ask, _form(wish)))
    person = await _numbered(flows, ask, wish.number)
    if wish.act == "reset":
        return _with_link(settings, await flows.reset(ask, person))
    return [_row(await flows.set_disabled(ask, person, wish.act == "disable"))]


async def _numbered(flows: StaffFlows, ask: Ask, number: str) -> str:
    found = next((row.id for row in (await flows.listed(ask)).staff if row.number == number), "")
    if not found:
        raise Refusal("NO_SUCH_PERSON", {"person": number})
    return found


def _form(wish: Wish) -> wire.NewColleague:
    try:
        return msgspec.convert(wish.form, wire.NewColleague)
    except msgspec.ValidationError as error:
        raise Hopeless(str(error)) from None


def _chosen(halls: list[Hall], wanted: str) -> Hall:
    known = ", ".join(sorted(hall.id for hall in halls)) or "none yet"
    found = [hall for hall in halls if wanted in ("", hall.id)]
    if not found:
        raise Hopeless(f"there is no hall {wanted or 'here'}; there are: {known}")
    if len(found) > 1:
        raise Hopeless(f"say which hall, with --hall: {known}")
    return found[0]


def _row(row: wire.Colleague) -> str:
    state = "disabled" if row.disabled else "set up" if row.set_up else "not set up yet"
    return f"{row.number}\t{row.name}\t{row.role}\t{state}"


def _with_link(settings: Settings, row: wire.Colleague) -> list[str]:
    base = settings.public_url or address(settings.host, settings.port)
    return [_row(row), f"{base}{row.link}", f"one-time link, good until {row.link_until}"]


def _who() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a user without a name
        return ""
