"""Where a request comes from: what it says of itself is believed of our own proxies alone."""

import pytest
from aiohttp.test_utils import make_mocked_request

from queue_server.flows.proofs import Proofs
from queue_server.flows.seals import Seals
from queue_server.web.origins import address_of

PROXY, GATE, CLIENT, FORGED = "10.0.0.5", "10.1.2.3", "198.51.100.7", "203.0.113.9"


@pytest.mark.parametrize(
    ("proxies", "remote", "said", "found"),
    [
        ((), CLIENT, FORGED, CLIENT),
        (("10.0.0.0/8",), CLIENT, FORGED, CLIENT),
        (("10.0.0.0/8",), PROXY, CLIENT, CLIENT),
        (("10.0.0.0/8",), PROXY, f"{FORGED}, {CLIENT}", CLIENT),
        (("10.0.0.0/8",), PROXY, f"{FORGED}, {CLIENT}, {GATE}", CLIENT),
        (("10.0.0.0/8",), PROXY, "nonsense", PROXY),
        (("10.0.0.0/8",), PROXY, "", PROXY),
        (("10.0.0.0/8", "::1"), "::1", CLIENT, CLIENT),
    ],
)
def test_an_address_is_what_our_own_proxies_say(proxies: tuple[str, ...], remote: str, said: str, found: str) -> None:
    request = make_mocked_request("GET", "/", {"X-Forwarded-For": said} if said else {})
    assert address_of(request.clone(remote=remote), proxies) == found


def test_a_network_of_ipv6_is_one_address_and_another_hall_another_secret() -> None:
    proofs = Proofs(Seals(bytes(32)), lambda: 0)

    def hidden(address: str, hall: str = "a") -> str:
        return proofs.origin(hall, "", address).address

    assert hidden("2001:db8::1") == hidden("2001:db8::ffff:2") != hidden("2001:db8:0:1::1")
    assert hidden("::ffff:198.51.100.7") == hidden(CLIENT) != hidden(CLIENT, "b")
    assert CLIENT not in hidden(CLIENT)
