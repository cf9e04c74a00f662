"""Who an agent is: told on its command line, or kept since it was set up with a code from the cockpit."""

import asyncio
from pathlib import Path
from typing import Any

from ops.agents.options import stop_with
from queue_server.link import Away, Refused, enrol
from queue_server.link.identity import Who, keep_who, read_who


def who_is(role: str, data: Path, server: str, token: str, hall: str) -> Who:
    """What is given counts, then what was kept. Ends the command where neither says enough."""
    kept = read_who(data, role)
    who = Who(
        server=(server or kept.server).rstrip("/"), token=token.strip() or kept.token, hall=hall or kept.hall,
        device=kept.device, name=kept.name, window=kept.window, zone=kept.zone,
    )  # fmt: skip
    needed = (("--server", who.server), ("--token", who.token), ("--hall", who.hall))
    missing = [option for option, value in needed if not value]
    if missing:
        stop_with(
            f"this {role} is not set up yet: {', '.join(missing)} missing. Make a code in the cockpit (Devices), then: "
            f"greenwave {role} --enrol CODE --server URL --data {data}", 2
        )  # fmt: skip
    return who


def set_up(role: str, server: str, code: str, data: Path, more: str) -> None:
    """Trades the code for a token and keeps it, out of everybody else's reach. `more` is what a start needs besides."""
    server = (server or read_who(data, role).server).rstrip("/")
    if not server:
        stop_with("--enrol needs --server URL (or GREENWAVE_SERVER): the server that made the code", 2)
    found = asyncio.run(_traded(server, code.strip()))
    if found.get("role") != role:
        stop_with(f"this code is for a {found.get('role')}, not for a {role}: make one for a {role} in the cockpit")
    who = Who(
        server=server, hall=str(found["hall"]), token=str(found["token"]), device=str(found["id"]),
        name=str(found["name"]), window=int(found.get("window") or 0), zone=str(found.get("zone") or ""),
    )  # fmt: skip
    try:
        file = keep_who(data, who, role)
    except OSError as error:
        stop_with(
            f"the code was accepted, but {data} cannot be written ({error.strerror}): make a new code and try again"
        )
    print(f"This {role} is now “{who.name}” of the hall {who.hall}. Its token is kept in {file}.")
    print(f"Start it with: greenwave {role} --data {data} {more}")


async def _traded(server: str, code: str) -> dict[str, Any]:
    try:
        found: dict[str, Any] = await enrol(server, code)
    except Refused as refused:
        if refused.code == "CODE_UNKNOWN":
            stop_with(
                "the server does not know this code: it is wrong, used, or older than 15 minutes; "
                "make a new one in the cockpit"
            )
        stop_with(f"the server refused the code: {refused.detail or refused.code}")
    except Away as away:
        stop_with(f"the server {server} cannot be reached ({away.why}): is the address right, is the network up?")
    except ValueError as error:
        stop_with(str(error), 2)
    return found
