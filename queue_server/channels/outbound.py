"""Requests to addresses that others chose: never into this machine, never into the network behind it.

The name is resolved once, every address it has is checked, and the connection goes to what was checked: a name that
answers differently the next moment (DNS rebinding) changes nothing. No redirect is followed.
"""

from collections.abc import Iterable, Mapping
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from socket import AF_INET, AddressFamily

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from msgspec import Struct
from yarl import URL

from queue_server.domain.messages import Again

WITHIN_S = 10.0
NAT64 = ip_network("64:ff9b::/96")
LONGEST_RETRY_S = 3600


class Answered(Struct, frozen=True, kw_only=True):
    """What came back: nobody reads more of it."""

    status: int
    retry_after_s: int | None = None


class Private(OSError):
    """An address that is not of the public internet."""


class Guard:
    """Tells public addresses from others. `private` are the others that may be used all the same."""

    def __init__(self, private: Iterable[str] = ()) -> None:
        self._private = tuple(ip_network(network, strict=False) for network in private)

    def allows(self, text: str) -> bool:
        """Whether one may connect to this address."""
        address = ip_address(text.partition("%")[0])
        if any(address in network for network in self._private):
            return True
        return all(one.is_global and not one.is_multicast for one in (address, *_within(address)))

    def allows_host(self, host: str) -> bool:
        """The same of a host as a URL names it; a name is looked at when it is resolved. `127.1` is an address too."""
        try:
            return self.allows(host)
        except ValueError:
            return ":" not in host and not host.replace(".", "").isdigit()


def _within(address: IPv4Address | IPv6Address) -> list[IPv4Address]:
    """The IPv4 addresses that an IPv6 address stands for."""
    if isinstance(address, IPv4Address):
        return []
    teredo = address.teredo or ()
    found = [address.ipv4_mapped, address.sixtofour, *teredo]
    if address in NAT64:
        found.append(IPv4Address(int(address) & 0xFFFFFFFF))
    return [one for one in found if one is not None]


class CheckedResolver(AbstractResolver):
    """Resolves names, and lets none through of which any address is private."""

    def __init__(self, guard: Guard, inner: AbstractResolver | None = None) -> None:
        self._guard = guard
        self._inner = inner or aiohttp.DefaultResolver()

    async def resolve(self, host: str, port: int = 0, family: AddressFamily = AF_INET) -> list[ResolveResult]:
        found = await self._inner.resolve(host, port, family)
        if not all(self._guard.allows(row["host"]) for row in found):
            raise Private(f"{host} is not a public host")
        return found

    async def close(self) -> None:
        await self._inner.close()


class Outbound:
    """Posts to other people's servers. To be closed."""

    def __init__(self, guard: Guard, resolver: AbstractResolver | None = None, within_s: float = WITHIN_S) -> None:
        self.guard = guard
        self._resolver = resolver
        self._within_s = within_s
        self._session: aiohttp.ClientSession | None = None

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = aiohttp.TCPConnector(
                resolver=CheckedResolver(self.guard, self._resolver), use_dns_cache=False, limit=100, limit_per_host=20
            )
            timeout = aiohttp.ClientTimeout(total=self._within_s)
            # what the other side sends is neither unpacked nor kept, and no proxy may resolve names in our place
            self._session = aiohttp.ClientSession(
                connector=connector, timeout=timeout, cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False
            )
        return self._session

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answered:
        """The answer's status. Raises `Again` when there was none."""
        if not self.guard.allows_host(_host(url)):
            raise Again("PRIVATE_ADDRESS", sure=True)
        try:
            async with self._opened().post(url, data=body, headers=headers, allow_redirects=False) as answer:
                return Answered(status=answer.status, retry_after_s=_seconds(answer.headers.get("Retry-After")))
        except TimeoutError:
            raise Again("TIMEOUT") from None
        except aiohttp.ClientConnectorError as error:
            problem = "PRIVATE_ADDRESS" if isinstance(error.os_error, Private) else "UNREACHABLE"
            raise Again(problem, sure=True) from None
        except (aiohttp.ClientError, OSError, ValueError):
            raise Again("CUT_OFF") from None

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()


def _host(url: str) -> str:
    """The host as it will be connected to: the client's own reading of a URL makes an address of `①②⑦.0.0.1`."""
    try:
        return URL(url).raw_host or ""
    except ValueError:
        return "0"  # what cannot be read is nobody's


def _seconds(retry_after: str | None) -> int | None:
    if retry_after is None or not (retry_after.isascii() and retry_after.isdigit()):
        return None
    return min(int(retry_after[:9]), LONGEST_RETRY_S)
