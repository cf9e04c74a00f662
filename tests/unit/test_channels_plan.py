"""The channels file: what is good, and every mistake of what is not."""

from pathlib import Path

import pytest

from queue_server.channels.outbound import Guard
from queue_server.channels.plan import read_plan
from queue_server.settings import Mistakes, read_settings

SECRET = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
GOOD = f"""
[push]
subject = "mailto:it@example.org"

[[apprise]]
name = "sms"
to = "phone"
url = "json://gateway.example.org/send/{{to}}"

[webhooks]
hosts = ["hooks.example.org"]
private = ["10.20.0.0/16"]

[[webhooks.endpoints]]
name = "archive"
url = "https://hooks.example.org/greenwave"
secret = "{SECRET}"
events = ["TicketCalled"]

[mqtt]
url = "mqtts://hall:secret@broker.example.org"
"""


def test_a_good_file_has_no_mistakes() -> None:
    plan, mistakes = read_plan(GOOD)
    assert mistakes == []
    assert [service.name for service in plan.apprise] == ["sms"]
    assert not plan.webhooks.endpoints[0].wants("h", "TicketMissed")


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        ("[push]", "[push", "Expected ']'"),
        ("[mqtt]", "[mqqt]", "unknown field `mqqt`"),
        ("{to}", "", "must hold {to}"),
        ("json://gateway", "nonsense://gateway", "apprise does not know"),
        ('to = "phone"', 'to = "fax"', "apprise[1]: Invalid enum value 'fax'"),
        ("https://hooks.example.org", "https://other.example.org", "`other.example.org` is not among webhooks.hosts"),
        ("https://hooks", "http://hooks", "must begin with https://"),
        (SECRET, "whsec_short", "secret must be"),
        ("10.20.0.0/16", "everywhere", "`everywhere` is neither an address nor a network"),
        ('name = "archive"', 'name = "sms"', "`sms` is the name of two channels"),
        ("mqtts://", "https://", "mqtt: url must begin with"),
        ("[[webhooks.endpoints]]", "[webhooks.endpoints]", "webhooks.endpoints: Expected `array`"),
    ],
)
def test_each_mistake_is_named(was: str, now: str, said: str) -> None:
    assert was in GOOD
    mistakes = read_plan(GOOD.replace(was, now))[1]
    assert any(said in mistake for mistake in mistakes), mistakes


def test_a_channels_file_is_read_with_the_settings_and_its_mistakes_with_theirs(tmp_path: Path) -> None:
    assert read_settings({"data": tmp_path}, {}).channels is None
    file = tmp_path / "channels.toml"
    file.write_text(GOOD, "utf-8")
    assert read_settings({"data": tmp_path}, {}).channels == file
    file.write_text("[pish]\n", "utf-8")
    with pytest.raises(Mistakes) as found:
        read_settings({"data": tmp_path, "port": 70_000}, {})
    assert {line.split()[0] for line in found.value.lines} == {"--port", "--channels"}
    with pytest.raises(Mistakes):
        read_settings({}, {"GREENWAVE_CHANNELS": "/no/such.toml"})


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.100.100.200", "0.0.0.0",
        "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1%eth0", "fd00::1", "ff02::1", "::ffff:127.0.0.1",
        "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:4136:e378:8000:63bf:f5ff:fffe",
    ],
)  # fmt: skip
def test_no_address_behind_us_is_reached(address: str) -> None:
    assert not Guard().allows(address)
    assert Guard(["0.0.0.0/0", "::/0"]).allows(address)


def test_public_addresses_are_reached() -> None:
    assert all(map(Guard().allows, ("8.8.8.8", "2606:4700::1111", "64:ff9b::808:808")))
    assert Guard(["10.20.0.0/16"]).allows("10.20.3.4")
    assert not Guard(["10.20.0.0/16"]).allows("10.21.3.4")
