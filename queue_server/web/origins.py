"""Where a request comes from, behind proxies of our own too, and who its visitor has shown to be."""

import ipaddress
from collections.abc import Iterable

from aiohttp import web

PERSON = "gw-person-"
"""The cookie that keeps a proof of who someone is begins with this; the hall follows."""
SAFE_SITES = frozenset({"", "same-origin", "none"})


def proof_of(request: web.Request, hall: str) -> str:
    """The proof that came with a request, in a header or in a browser's cookie; empty without one."""
    given = request.headers.get("Greenwave-Person", "")
    kept = request.cookies.get(PERSON + hall, "")
    return given or (kept if request.headers.get("Sec-Fetch-Site", "") in SAFE_SITES else "")


def address_of(request: web.Request, proxies: Iterable[str]) -> str:
    """The address of who asks. What a request says of itself is believed of our own proxies alone.

    Each proxy adds whom it was asked by at the end, so the last that is none of ours is whom we look for.
    """
    networks = [ipaddress.ip_network(proxy) for proxy in proxies]
    address = request.remote or ""
    forwarded = ",".join(request.headers.getall("X-Forwarded-For", [])).split(",") if networks else []
    while forwarded and _is_within(address, networks):
        said = forwarded.pop().strip()
        if not _is_address(said):
            break
        address = said
    return address


def _is_within(address: str, networks: list[ipaddress.IPv4Network | ipaddress.IPv6Network]) -> bool:
    return _is_address(address) and any(ipaddress.ip_address(address) in network for network in networks)


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
