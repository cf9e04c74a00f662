"""Reports that leave the hall: by the command, and by mail, once each."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from msgspec.structs import replace
from typer.testing import CliRunner

from ops.archive.database import Archive
from ops.archive.tables import mailed
from ops.command import app
from ops.reports.schedule import Mailing
from queue_server.domain.hall import Hall
from queue_server.domain.messages import Again, Contact, Delivery, Refused
from queue_server.domain.report import ReportMail, ReportPlan
from queue_server.settings import Settings
from tests.pages.cockpit_hall import CockpitHall
from tests.pages.reported_hall import reported_hall
from tests.support.archives import inside
from tests.support.halls import small_hall

TO = "office@example.org"
DAY = "2026-11-22"

pytestmark = pytest.mark.asyncio(loop_scope="module")


def mailing_hall() -> Hall:
    mails = (ReportMail(to=TO, every="day", at_min=0, language="en"), ReportMail(to=TO, every="week", at_min=0))
    return replace(small_hall(), reports=ReportPlan(staff=True, mail=mails))


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sent")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here(data: Path) -> AsyncIterator[CockpitHall]:
    """A Sunday that is over, so that its week is too."""
    async with reported_hall(mailing_hall(), data, 3, 120) as hall:
        yield hall


class Postman:
    """A service that takes mail, or does not."""

    name = "mail"

    def __init__(self) -> None:
        self.taken: list[Delivery] = []
        self.trouble: Exception | None = None

    def carries(self, contact: Contact) -> bool:
        return bool(contact.mail)

    async def send(self, delivery: Delivery) -> None:
        if self.trouble is not None:
            raise self.trouble
        self.taken.append(delivery)


def mailing(here: CockpitHall, data: Path, *ways: Postman) -> Mailing:
    settings = Settings(
        data=data, archive=f"sqlite:///{data / 'archive.db'}", public_url="https://hall.example/",
    )  # fmt: skip
    return Mailing(lambda: [here.hall], settings, here.clock, ways or None)


@pytest.fixture(autouse=True)
def nothing_sent(here: CockpitHall, data: Path) -> None:
    assert here.hall.reports.mail
    archive = Archive(f"sqlite:///{data / 'archive.db'}")
    with archive.writing() as connection:
        connection.execute(mailed.delete())
    archive.close()


async def test_a_span_that_is_over_goes_to_each_receiver_once(here: CockpitHall, data: Path) -> None:
    postman = Postman()
    for _ in range(2):
        await mailing(here, data, postman).send_due()  # another caretaker knows that it went out
    assert [(one.contact.mail, one.language) for one in postman.taken] == [(TO, "en"), (TO, "zh")]
    day = (await here.client.get(f"/reports/day?date={DAY}")).body["total"]
    assert f"Visits: {day['visits']}" in postman.taken[0].text
    assert f"https://hall.example/reports/small?span=day&date={DAY}&by=queue" in postman.taken[0].text
    assert len({one.id for one in postman.taken}) == 2


async def test_what_was_not_taken_is_tried_again_and_what_was_refused_is_not(here: CockpitHall, data: Path) -> None:
    postman = Postman()
    postman.trouble = Again("NOT_TAKEN")
    sending = mailing(here, data, postman)
    await sending.send_due()
    postman.trouble = None
    await sending.send_due()
    assert len(postman.taken) == 2
    nothing_again = Postman()
    await sending.send_due()
    assert nothing_again.taken == []


async def test_a_refusal_is_the_end_of_it(here: CockpitHall, data: Path) -> None:
    postman = Postman()
    postman.trouble = Refused("NO_ADDRESS")
    sending = mailing(here, data, postman)
    await sending.send_due()
    postman.trouble = None
    await sending.send_due()
    assert postman.taken == []


async def test_without_a_service_it_stands_in_the_file_of_messages(here: CockpitHall, data: Path) -> None:
    await mailing(here, data).send_due()
    lines = [json.loads(line) for line in (data / "outbox.jsonl").read_text("utf-8").splitlines()]
    assert [line["template"] for line in lines] == ["report", "report"]
    assert TO not in (data / "outbox.jsonl").read_text("utf-8")


async def test_a_day_on_which_nobody_came_is_no_news(here: CockpitHall, data: Path) -> None:
    here.clock.forward(hours=24 * 5)
    await here.client.ticket()
    await here.archive()
    postman = Postman()
    try:
        await mailing(here, data, postman).send_due()
    finally:
        here.clock.forward(hours=-24 * 5)
    assert postman.taken == []


async def test_who_served_is_counted_only_where_the_hall_says_so(here: CockpitHall) -> None:
    report = (await here.client.get(f"/reports/day?date={DAY}&by=staff")).body
    served = {row["key"]: row["served"] for row in report["rows"] if row["key"]}
    assert set(served) <= {f"clerk {window}" for window in range(1, 6)}
    assert sum(served.values()) == report["total"]["served"] > 0


@pytest.mark.usefixtures("here")
async def test_the_command_writes_what_the_report_says(data: Path, tmp_path: Path) -> None:
    def run(*options: str) -> str:
        done = CliRunner().invoke(app, ["report", *options, "--data", str(data)])
        assert done.exit_code == 0, done.output
        return done.output

    told = json.loads(run("day", "--date", DAY, "--format", "json"))
    table = run("day", "--date", DAY, "--language", "en")
    assert f",{told['total']['visits']}," in table
    for name in ("week.xlsx", "week.html", "week.csv"):
        run("week", "--date", DAY, "--by", "window", "--out", str(tmp_path / name))
    assert (tmp_path / "week.xlsx").read_bytes().startswith(b"PK")
    assert "<svg" in (tmp_path / "week.html").read_text("utf-8")
    assert inside(tmp_path) == ["week.csv", "week.html", "week.xlsx"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("decade",), "--span: expected one of day, week, month, year"),
        (("day", "--by", "moon"), "--by: expected one of hall, department"),
        (("day", "--date", "soon"), "--date: `soon` is not a day like 2026-01-31"),
        (("day", "--format", "doc"), "--format: `doc` is none of csv, xlsx, html, json"),
        (("day", "--hall", "other"), "there is no hall `other`; there are small"),
        (("day", "--archive", "none:"), "there is no archive: --archive is none:"),
        (("day", "--archive", "sqlite:////nowhere/archive.db"), "the archive cannot be used"),
    ],
)
@pytest.mark.usefixtures("here")
async def test_the_command_says_in_one_line_what_is_wrong(data: Path, options: tuple[str, ...], said: str) -> None:
    done = CliRunner().invoke(app, ["report", *options, "--data", str(data)])
    assert done.exit_code in (1, 2)
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
