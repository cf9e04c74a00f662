"""The journal on a real disk: what it promises, and what it does when the disk breaks its own promises."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest
from msgspec.structs import replace

from kiosk.offline.clock import Anchor
from kiosk.offline.journal import SqliteJournal
from kiosk.offline.ports import JournalFull, Note, Saved
from kiosk.offline.slips import DROPPED, IN, KEPT, PRINTED, UNKNOWN, VOID, Asked, Block, Slip

DAY = "261122"
BLOCK = Block(
    id="L1",
    queue="A",
    first=1,
    last=300,
    first_ordinal=500,
    day=DAY,
    granted_at=5,
    day_ends_at=9_000,
    tokens=tuple(f"token{at:020d}" for at in range(300)),
)


def slip(number: int, paper: str = KEPT, day: str = DAY, sent: str = "no") -> Slip:
    return Slip(
        counter=number,
        asked=Asked(queue="A", service="1-2-3", priority="elder", language="en"),
        lease="L1",
        day=day,
        number=number,
        ordinal=499 + number,
        token=BLOCK.tokens[number - 1],
        taken_at=1_000 + number,
        paper=paper,
        sent=sent,
    )


def opened(folder: Path) -> SqliteJournal:
    return SqliteJournal(folder, lambda: "20261122T080000Z")


def begun(folder: Path) -> SqliteJournal:
    journal = opened(folder)
    journal.note(Note((BLOCK,), (("L1", 1),), DAY, 9_000, (("A", 8, 12.5),), "life 1"))
    return journal


def printed(journal: SqliteJournal, numbers: range) -> None:
    for number in numbers:
        journal.keep(slip(number))
        journal.mark((slip(number, PRINTED),))


def killed(folder: Path, left: Path) -> Path:
    """What a process that is killed now leaves behind."""
    shutil.copytree(folder, left)
    return left


def reopened(folder: Path) -> Saved:
    journal = opened(folder)
    try:
        return journal.load()
    finally:
        journal.close()


def test_what_was_written_is_there_after_a_kill(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    journal = begun(tmp_path / "a")
    printed(journal, range(1, 4))
    journal.keep(slip(4))
    journal.anchor(Anchor(server_at=7, boot_at=1, boot_id="b", wall_at=7))
    journal.count({"printed": 3})
    journal.count({"printed": 1, "copies": 1})
    saved = reopened(killed(tmp_path / "a", tmp_path / "b"))
    assert saved.slips == (*(slip(number, PRINTED) for number in (1, 2, 3)), slip(4))
    assert saved.blocks == ((BLOCK, 5),)
    assert (saved.counter, saved.day, saved.day_ends_at, saved.epoch) == (4, DAY, 9_000, "life 1")
    assert saved.rates == (("A", 8, 12.5),)
    assert saved.anchor == Anchor(server_at=7, boot_at=1, boot_id="b", wall_at=7)
    assert saved.installation == journal.load().installation
    assert (saved.aside, saved.salvaged) == ((), 0)
    after = opened(tmp_path / "b")
    assert after.counts() == {"printed": 4, "copies": 1}


def test_two_installations_never_share_a_name(tmp_path: Path) -> None:
    names = set()
    for name in "ab":
        (tmp_path / name).mkdir()
        names.add(reopened(tmp_path / name).installation)
        names.add(reopened(tmp_path / name).installation)
    assert len(names) == 2


def test_who_a_ticket_is_for_never_reaches_the_disk(tmp_path: Path) -> None:
    journal = begun(tmp_path)
    known = replace(slip(1), asked=replace(slip(1).asked, person="5f2dsecret"))
    journal.keep(known)
    journal.mark((replace(known, paper=PRINTED),))
    assert b"secret" not in b"".join(path.read_bytes() for path in tmp_path.iterdir())


def test_a_new_day_deletes_what_is_settled_and_nothing_else(tmp_path: Path) -> None:
    journal = begun(tmp_path)
    states = ((PRINTED, IN), (PRINTED, "no"), (VOID, "no"), (DROPPED, IN), (UNKNOWN, IN))
    for number, (paper, sent) in enumerate(states, 1):
        journal.keep(slip(number))
        journal.mark((slip(number, paper, sent=sent),))
    journal.mark((slip(6, PRINTED, sent="aside"),))
    later = replace(BLOCK, id="L2", day="261123")
    journal.note(Note((later,), (("L2", 1),), "261123", 10_000))
    saved = reopened(killed(tmp_path, tmp_path.with_suffix(".b")))
    assert [each.number for each in saved.slips] == [2, 4, 6]
    assert saved.blocks == ((later, 1),)
    assert saved.counter == 6


def test_how_far_a_block_was_used_never_goes_back(tmp_path: Path) -> None:
    journal = begun(tmp_path)
    journal.keep(slip(7))
    journal.note(Note(used=(("L1", 3),)))
    journal.close()
    assert reopened(tmp_path).blocks == ((BLOCK, 8),)


def flipped(path: Path, random: Random) -> bool:
    """Changes one to four bytes of the file. False when that changed nothing."""
    data = bytearray(path.read_bytes())
    before = bytes(data)
    for _ in range(random.randrange(1, 5)):
        data[random.randrange(len(data))] ^= random.randrange(1, 256)
    path.write_bytes(data)
    return bytes(data) != before


def test_flipped_bytes_are_found_and_no_printed_slip_is_dropped_in_silence(tmp_path: Path) -> None:
    """200 rounds. Either all is as it was, or the file is aside, reported, and whatever it still held is kept."""
    random = Random(20261122)
    (tmp_path / "whole").mkdir()
    journal = begun(tmp_path / "whole")
    printed(journal, range(1, 31))
    first_life = journal.load().installation
    killed(tmp_path / "whole", tmp_path / "log")
    journal.close()
    known = {(number, slip(number).token) for number in range(1, 31)}
    seen = {"whole": 0, "aside": 0, "salvaged": 0}
    for at in range(200):
        folder = shutil.copytree(tmp_path / random.choice(("whole", "log")), tmp_path / f"r{at}")
        flipped(random.choice([path for path in sorted(folder.iterdir()) if path.stat().st_size]), random)
        saved = reopened(folder)
        assert {(each.number, each.token) for each in saved.slips} <= known
        if saved.aside:
            assert saved.installation != first_life
            assert saved.blocks == ()
            assert all(each.paper == UNKNOWN for each in saved.slips)
            assert saved.aside == ("journal.corrupt-20261122T080000Z",)
            assert len(saved.slips) >= 26
            seen["aside"] += 1
            seen["salvaged"] += len(saved.slips) == 30
        else:
            assert [each.number for each in saved.slips] == list(range(1, 31))
            assert saved.blocks[0][1] + 1 > 30
            seen["whole"] += 1
    print(seen)
    assert seen["aside"] > 30
    assert seen["salvaged"] > seen["aside"] * 0.5


@pytest.mark.parametrize("keep", [0.9, 0.5, 0.1])
def test_a_journal_cut_short_is_set_aside_and_read_as_far_as_it_goes(tmp_path: Path, keep: float) -> None:
    journal = begun(tmp_path)
    printed(journal, range(1, 200))
    journal.close()
    path = tmp_path / "journal"
    os.truncate(path, int(path.stat().st_size * keep))
    saved = reopened(tmp_path)
    assert saved.aside
    assert saved.blocks == ()
    assert saved.salvaged == len(saved.slips)
    assert keep < 0.5 or saved.salvaged > 20


def test_an_empty_file_is_not_taken_for_a_new_journal(tmp_path: Path) -> None:
    begun(tmp_path).close()
    os.truncate(tmp_path / "journal", 0)
    saved = reopened(tmp_path)
    assert saved.aside == ("journal.corrupt-20261122T080000Z",)
    assert (saved.slips, saved.blocks) == ((), ())


def test_garbage_in_its_place_is_set_aside(tmp_path: Path) -> None:
    (tmp_path / "journal").write_bytes(b"not a database" * 900)
    assert reopened(tmp_path).aside
    assert (tmp_path / "journal.corrupt-20261122T080000Z").read_bytes().startswith(b"not a database")


def test_a_directory_in_its_place_is_set_aside(tmp_path: Path) -> None:
    (tmp_path / "journal").mkdir()
    (tmp_path / "journal" / "x").write_text("x")
    saved = reopened(tmp_path)
    assert saved.aside == ("journal.corrupt-20261122T080000Z",)
    assert (tmp_path / "journal.corrupt-20261122T080000Z" / "x").exists()


def test_it_is_reported_until_somebody_takes_the_file_away(tmp_path: Path) -> None:
    (tmp_path / "journal").write_bytes(b"x" * 5_000)
    assert reopened(tmp_path).aside
    assert reopened(tmp_path).aside
    (tmp_path / "journal.corrupt-20261122T080000Z").unlink()
    assert not reopened(tmp_path).aside


def test_a_second_corrupt_journal_in_the_same_second_keeps_the_first(tmp_path: Path) -> None:
    for content in (b"x" * 5_000, b"y" * 5_000):
        (tmp_path / "journal").write_bytes(content)
        reopened(tmp_path)
    asides = [path.read_bytes()[:1] for path in sorted(tmp_path.glob("journal.corrupt-*"))]
    assert sorted(asides) == [b"x", b"y"]


def test_a_log_that_ends_in_half_a_frame_is_a_power_cut_and_no_corruption(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    journal = begun(tmp_path / "a")
    printed(journal, range(1, 11))
    left = killed(tmp_path / "a", tmp_path / "b")
    log = left / "journal-wal"
    os.truncate(log, log.stat().st_size - 1_000)
    saved = reopened(left)
    assert (saved.aside, [each.number for each in saved.slips]) == ((), list(range(1, 11)))
    assert saved.blocks == ((BLOCK, 11),)


def test_a_hole_in_the_log_is_corruption(tmp_path: Path) -> None:
    """The database would go on from before the hole and say nothing."""
    (tmp_path / "a").mkdir()
    journal = begun(tmp_path / "a")
    printed(journal, range(1, 11))
    left = killed(tmp_path / "a", tmp_path / "b")
    log = left / "journal-wal"
    data = bytearray(log.read_bytes())
    data[len(data) // 2] ^= 1
    log.write_bytes(data)
    saved = reopened(left)
    assert saved.aside
    assert [each.number for each in saved.slips] == list(range(1, 11))
    assert {each.paper for each in saved.slips} == {UNKNOWN}


def test_salvage_brings_no_ticket_back_that_was_refused_or_given_up(tmp_path: Path) -> None:
    journal = begun(tmp_path)
    printed(journal, range(1, 3))
    journal.mark((slip(1, VOID), slip(2, DROPPED)))
    journal.keep(slip(3))
    journal.close()
    with (tmp_path / "journal").open("r+b") as file:
        file.write(b"x" * 100)
    assert [(each.number, each.paper) for each in reopened(tmp_path).slips] == [(1, VOID), (2, DROPPED), (3, UNKNOWN)]


FILL = """
import resource, sys
from pathlib import Path
from kiosk.offline.ports import JournalFull
from tests.unit.test_offline_journal import begun, slip
folder = Path(sys.argv[1])
journal = begun(folder)
resource.setrlimit(resource.RLIMIT_FSIZE, ((folder / "journal-wal").stat().st_size + 30_000,) * 2)
kept = 0
try:
    for number in range(1, 300):
        journal.keep(slip(number))
        kept = number
except JournalFull as full:
    print(kept, full.code, flush=True)
import os
os._exit(0)
"""


def test_a_full_disk_refuses_and_loses_nothing(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FILL, str(tmp_path)], capture_output=True, text=True, timeout=60, check=True
    )
    kept, code = done.stdout.split()
    assert code in ("JOURNAL_FULL", "JOURNAL_FAILED")
    assert 0 < int(kept) < 299
    saved = reopened(tmp_path)
    assert [each.number for each in saved.slips][: int(kept)] == list(range(1, int(kept) + 1))
    assert not saved.aside


def test_a_journal_that_failed_writes_again_when_there_is_room(tmp_path: Path) -> None:
    journal = begun(tmp_path)
    printed(journal, range(1, 4))
    journal._db.execute("PRAGMA max_page_count = 1")
    with pytest.raises(JournalFull, match="JOURNAL_FULL"):
        for number in range(4, 100):
            journal.keep(slip(number))
    journal._db.execute("PRAGMA max_page_count = 100000")
    before = {each.number for each in journal.load().slips}
    journal.keep(slip(150))
    journal.close()
    assert {each.number for each in reopened(tmp_path).slips} == before | {150}


START_FULL = """
import os, resource, sys
from pathlib import Path
from kiosk.offline.ports import JournalFull
from tests.unit.test_offline_journal import opened, slip
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
journal = opened(Path(sys.argv[1]))
try:
    journal.keep(slip(9))
except JournalFull:
    print([each.number for each in journal.load().slips], flush=True)
os._exit(0)
"""


def test_on_a_full_disk_it_still_starts_and_tells_what_it_holds(tmp_path: Path) -> None:
    printed(journal := begun(tmp_path), range(1, 4))
    journal.close()
    starting = [sys.executable, "-c", START_FULL, str(tmp_path)]
    done = subprocess.run(starting, capture_output=True, text=True, timeout=60)
    assert (done.stdout.strip(), done.stderr) == ("[1, 2, 3]", "")
    assert not reopened(tmp_path).aside


def test_a_full_disk_under_a_log_is_no_corruption(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    printed(begun(tmp_path / "a"), range(1, 4))
    left = killed(tmp_path / "a", tmp_path / "b")
    starting = [sys.executable, "-c", START_FULL, str(left)]
    subprocess.run(starting, capture_output=True, text=True, timeout=60)
    saved = reopened(left)
    assert (saved.aside, [each.number for each in saved.slips]) == ((), [1, 2, 3])


def test_a_write_that_fails_half_way_leaves_nothing_behind(tmp_path: Path) -> None:
    journal = begun(tmp_path)
    journal.keep(slip(1))
    journal._db.execute(
        "CREATE TEMP TRIGGER half BEFORE INSERT ON records WHEN NEW.name = 'slip 2' BEGIN SELECT RAISE(FAIL, 'no'); END"
    )
    with pytest.raises(JournalFull, match="JOURNAL_FAILED"):
        journal.mark((slip(1, PRINTED), slip(2)))
    journal._db.execute("DROP TRIGGER half")
    journal.keep(slip(3))
    journal.close()
    assert [(each.number, each.paper) for each in reopened(tmp_path).slips] == [(1, KEPT), (3, KEPT)]


UNABLE = """
import os, sys
from pathlib import Path
from kiosk.offline.journal import SqliteJournal
from kiosk.offline.ports import JournalFull
os.setgid(65534); os.setuid(65534)
try:
    SqliteJournal(Path(sys.argv[1]), lambda: "now")
except JournalFull as full:
    print(full.code)
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="needs another user")
def test_a_folder_that_may_not_be_written_is_no_corruption(tmp_path: Path) -> None:
    printed(journal := begun(tmp_path), range(1, 4))
    journal.close()
    for path in (*tmp_path.iterdir(), tmp_path):
        path.chmod(0o555)
    for path in tmp_path.parents:
        if path.stat().st_uid == os.geteuid() and path != Path("/"):
            path.chmod(path.stat().st_mode | 0o055)
    done = subprocess.run([sys.executable, "-c", UNABLE, str(tmp_path)], capture_output=True, text=True, timeout=60)
    assert (done.stdout.strip(), done.returncode) == ("JOURNAL_FAILED", 0), done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["journal"]


def test_records_say_what_they_are() -> None:
    """A person who opens the file can read it."""
    from kiosk.offline.records import KeptSlip, written

    record = written(KeptSlip(slip(1)), 3)
    assert record.startswith(b"greenwave ")
    assert json.loads(record[record.index(b"{") :])["slip"]["number"] == 1
