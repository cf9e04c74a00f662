"""The first account is made on the machine itself, whether the hall runs or not."""

from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from ops.command import app
from queue_server.store.catalogue import Catalogue
from queue_server.store.connect import connect
from queue_server.store.embedded import EmbeddedStore
from tests.support.halls import small_hall


@pytest.fixture
async def store(valkey: EmbeddedStore) -> EmbeddedStore:
    client = connect(valkey.url)
    await client.flushall()
    await Catalogue(client).keep(small_hall())
    await client.aclose()
    return valkey


@pytest.mark.parametrize(("host", "shown"), [("0.0.0.0", "127.0.0.1"), ("::", "[::1]"), ("10.1.2.3", "10.1.2.3")])
def test_a_link_leads_to_where_a_server_can_be_reached(
    store: EmbeddedStore, monkeypatch: pytest.MonkeyPatch, host: str, shown: str
) -> None:
    monkeypatch.setenv("GREENWAVE_HOST", host)
    link = run(store, "add", "1001", "--name", "Li").stdout.splitlines()[1]
    assert link.startswith(f"http://{shown}:8080/welcome/p")


def run(store: EmbeddedStore, *words: str) -> Result:
    return CliRunner().invoke(app, ["staff", *words, "--store", store.url])


def test_the_first_manager_is_made_listed_and_reset(store: EmbeddedStore) -> None:
    assert run(store, "list").stdout == ""
    made = run(store, "add", "1001", "--name", "Li", "--public-url", "https://hall.example")
    row, link, until = made.stdout.splitlines()
    assert (made.exit_code, row) == (0, "1001\tLi\tmanager\tnot set up yet")
    assert link.startswith("https://hall.example/welcome/p") and until.startswith("one-time link, good until 20")
    assert run(store, "disable", "1001").stdout == "1001\tLi\tmanager\tdisabled\n"
    assert run(store, "enable", "1001").stdout == run(store, "list").stdout == f"{row}\n"
    assert run(store, "reset", "1001").stdout.splitlines()[1].startswith("http://127.0.0.1:8080/welcome/p")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("disable", "7"), "nobody with the staff number 7"),
        (("add", "x y", "--name", "Li"), "$.number"),
        (("add", "7", "--name", "Li", "--role", "boss"), "$.role"),
        (("add", "7", "--name", "Li", "--window", "99"), "No such window"),
        (("list", "--hall", "nowhere"), "there are: small"),
    ],
)
def test_what_cannot_be_done_says_why(store: EmbeddedStore, words: tuple[str, ...], why: str) -> None:
    told = run(store, *words)
    assert told.exit_code == 1 and why in told.stderr


def test_a_folder_without_a_hall_says_so(tmp_path: Path) -> None:
    told: Any = CliRunner().invoke(app, ["staff", "list", "--data", str(tmp_path)])
    assert told.exit_code == 1 and "there is no hall in" in told.stderr
