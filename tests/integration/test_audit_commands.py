"""`greenwave audit`: verify, head and export, against an archive, a backup's heads and what was kept elsewhere."""

import csv
import gzip
import hashlib
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import redis
from msgspec.structs import replace
from sqlalchemy import text
from typer.testing import CliRunner, Result

from ops.archive.audit import heads_now
from ops.archive.audit_table import audit
from ops.audit.operating import keep_hall_file
from ops.command import app
from queue_server.store.events import unpack_event
from tests.support.archives import DAY_MS, ArchivedHall, archived_hall
from tests.support.clocks import NOON


@pytest.fixture
async def small(valkey: Any, tmp_path: Path) -> AsyncIterator[ArchivedHall]:
    async with archived_hall(valkey, f"sqlite:///{tmp_path}/archive.db") as small:
        small.visits(4)
        await small.close_day("261123", NOON + DAY_MS)
        small.visits(2, NOON + DAY_MS)
        await small.catch_up()
        yield small


def run(small: ArchivedHall, *words: str) -> Result:
    folder = str(Path(small.url.removeprefix("sqlite:///")).parent)
    return CliRunner().invoke(app, ["audit", *words, "--data", folder, "--archive", small.url])


def tamper(small: ArchivedHall, statement: str) -> None:
    with small.archive.writing() as connection:
        assert connection.execute(text(statement)).rowcount


def test_a_whole_ledger_is_told_with_its_head(small: ArchivedHall) -> None:
    head = heads_now(small.archive)["small"]
    told = run(small, "verify")
    assert (told.exit_code, told.stdout) == (
        0, f"small: {head.n} entries, 1 to {head.n}, hold. Head {head.n}:{head.hash}\n"
    )  # fmt: skip
    assert run(small, "head").stdout == f"small {head.n}:{head.hash}\n"


def test_the_first_broken_entry_is_told_in_plain_words(small: ArchivedHall) -> None:
    tamper(small, "UPDATE audit SET text = replace(text, 'clerk', 'nobody') WHERE n IN (7, 9)")
    told = run(small, "verify")
    assert told.exit_code == 1
    assert told.stdout == (
        "small: entry 7 is not what was written: it, or its digest, was changed; everything up to entry 6 holds\n"
    )


def test_a_head_that_was_kept_elsewhere_shows_a_cut_and_a_forgery(small: ArchivedHall) -> None:
    head = heads_now(small.archive)["small"]
    kept = f"{head.n}:{head.hash}"
    assert run(small, "verify", "--head", kept).exit_code == 0
    forged = run(small, "verify", "--head", f"{head.n}:{'0' * 64}")
    assert forged.exit_code == 1 and "it was written anew" in forged.stdout
    tamper(small, f"DELETE FROM audit WHERE n > {head.n - 3}")
    assert run(small, "verify").exit_code == 0, "a ledger that ends too early still hangs together"
    cut = run(small, "verify", "--head", kept)
    assert cut.exit_code == 1 and "its end was cut off" in cut.stdout


@pytest.mark.parametrize("head", ["7", "7:abc", f"x:{'0' * 64}", f"7:{'g' * 64}"])
def test_what_is_no_head_is_refused(small: ArchivedHall, head: str) -> None:
    told = run(small, "verify", "--head", head)
    assert told.exit_code == 1 and "is not N:DIGEST" in told.stderr


def test_an_export_can_be_followed_without_this_program(small: ArchivedHall, tmp_path: Path) -> None:
    out = tmp_path / "ledger.jsonl.gz"
    assert run(small, "export", "--out", str(out)).exit_code == 0
    rows = [json.loads(line) for line in gzip.decompress(out.read_bytes()).splitlines()]
    before = hashlib.sha256(b"greenwave audit small").hexdigest()
    for row in rows:
        said = json.dumps(row["entry"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert row["before"] == before
        before = hashlib.sha256(bytes.fromhex(before) + said.encode()).hexdigest()
        assert row["hash"] == before
    assert len(rows) == heads_now(small.archive)["small"].n
    assert out.stat().st_mode & 0o777 == 0o600


def test_a_table_has_a_row_for_each_entry_of_the_days_and_no_formulas(small: ArchivedHall, tmp_path: Path) -> None:
    tamper(small, 'UPDATE audit SET text = replace(text, \'"staff":"clerk\', \'"staff":"=cmd\') WHERE n = 7')
    out = tmp_path / "ledger.csv"
    assert run(small, "export", "--to", "2026-11-22", "--out", str(out)).exit_code == 0
    rows = list(csv.DictReader(out.read_text("utf-8-sig").splitlines()))
    assert {row["day"] for row in rows} == {"2026-11-22"}
    assert [int(row["n"]) for row in rows] == list(range(1, len(rows) + 1))
    assert rows[6]["staff"].startswith("'=cmd")


def test_what_cannot_be_exported_says_why(small: ArchivedHall, tmp_path: Path) -> None:
    for words, why in (
        (("export", "--from", "2026-12-01"), "the ledger of small has nothing from 2026-12-01"),
        (("export", "--from", "soon"), "--from: `soon` is not a day like 2026-01-31"),
        (("verify", "--hall", "other"), "there is no hall `other`; there are small"),
    ):
        told = run(small, *words)
        assert told.exit_code and why in told.stderr
    nowhere = CliRunner().invoke(app, ["audit", "verify", "--data", str(tmp_path), "--archive", "none:"])
    assert nowhere.exit_code == 1 and "there is no ledger" in nowhere.stderr


def test_who_exports_the_ledger_of_a_running_hall_stands_in_it(small: ArchivedHall, tmp_path: Path) -> None:
    words = ("export", "--out", str(tmp_path / "ledger.jsonl"), "--store", f"unix://{small.socket}")
    assert run(small, *words).exit_code == 0
    with redis.Redis(unix_socket_path=small.socket) as store:
        [[_, fields]] = store.xrevrange("gw:{small}:e", count=1)  # type: ignore[misc]
    noted = unpack_event(fields[b"e"])
    assert (noted.name, noted.actor, noted.fact("act")) == ("ActNoted", "operator", "exported")


async def test_a_hall_file_that_changes_stands_in_the_ledger(small: ArchivedHall) -> None:
    before = heads_now(small.archive)["small"].n
    assert not await keep_hall_file(small.client, small.hall)
    assert await keep_hall_file(small.client, replace(small.hall, hotline="12345"))
    await small.catch_up()
    last = [json.loads(row["text"]) for row in small.rows(audit)][before:]
    assert [(one["act"], one["actor"]) for one in last if one["event"] == "ActNoted"] == [("hall_file", "operator")]
