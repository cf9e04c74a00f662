"""The crowd's plan of a day: visitors and clerks as the hall file describes them."""

from collections import Counter
from pathlib import Path
from random import Random
from statistics import mean, quantiles

import pytest

from ops.crowd.guess import fits, guess
from ops.crowd.plan import log_normal_min, plan_visits, tickets_per_day
from ops.crowd.shifts import left_to_people, plan_shifts
from queue_server.contract.hall_file import read_hall
from queue_server.domain.hall import Hall
from tests.support.halls import small_hall

DEMO = Path(__file__).parents[2] / "ops" / "demo" / "demo-hall.yaml"


@pytest.fixture(scope="module")
def demo() -> Hall:
    hall = read_hall(DEMO.read_text("utf-8")).hall
    assert hall is not None
    return hall


def test_the_same_seed_plans_the_same_day(demo: Hall) -> None:
    assert plan_visits(demo, 7) == plan_visits(demo, 7)
    assert plan_shifts(demo, 7) == plan_shifts(demo, 7)
    assert plan_visits(demo, 7) != plan_visits(demo, 8)


def test_as_many_come_as_the_hall_file_says_and_when_it_says(demo: Hall) -> None:
    visits = plan_visits(demo, 1)
    assert len(visits) == pytest.approx(tickets_per_day(demo), rel=0.01)
    assert [visit.at_min for visit in visits] == sorted(visit.at_min for visit in visits)
    busiest = sum(1 for visit in visits if 570 <= visit.at_min < 600)
    assert busiest / len(visits) == pytest.approx(0.12, abs=0.005)


def test_items_channels_and_groups_follow_their_shares(demo: Hall) -> None:
    visits = plan_visits(demo, 1)
    queues = Counter(visit.queue for visit in visits)
    wanted = {queue: sum(s.visits for s in demo.services if s.queue == queue) for queue in queues}
    assert queues["B"] / len(visits) == pytest.approx(wanted["B"] / sum(wanted.values()), abs=0.02)
    assert Counter(visit.channel for visit in visits)["phone"] / len(visits) == pytest.approx(16 / 74, abs=0.02)
    assert Counter(visit.priority for visit in visits)["elder"] / len(visits) == pytest.approx(0.16, abs=0.02)
    assert "SELF" not in queues


def test_handling_times_have_the_mean_and_the_90th_percentile_of_the_item() -> None:
    rng = Random(3)
    times = [log_normal_min(rng, 10.0, 18.0) for _ in range(20_000)]
    assert mean(times) == pytest.approx(10.0, rel=0.03)
    assert quantiles(times, n=10)[-1] == pytest.approx(18.0, rel=0.03)


def test_a_day_entered_in_mid_morning_begins_with_its_queues(demo: Hall) -> None:
    visits = plan_visits(demo, 1, from_min=555)
    waiting = sum(1 for visit in visits if visit.at_min < 555)
    assert len(demo.windows) < waiting < 2 * len(demo.windows) + 500
    assert [visit for visit in visits if visit.at_min >= 555] == [
        visit for visit in plan_visits(demo, 1) if visit.at_min >= 555
    ]


def test_half_a_crowd_is_half_the_visitors_at_half_the_windows(demo: Hall) -> None:
    assert len(plan_visits(demo, 1, 0.5)) == pytest.approx(len(plan_visits(demo, 1)) / 2, rel=0.02)
    assert len(plan_shifts(demo, 1, 0.5)) == pytest.approx(len(plan_shifts(demo, 1)) / 2, rel=0.2)


def test_most_windows_are_staffed_but_never_the_first_nor_the_last(demo: Hall) -> None:
    windows = {shift.window for shift in plan_shifts(demo, 1)}
    assert left_to_people(demo) == {1, 236}
    assert not windows & {1, 236}
    assert len(windows) > 0.9 * len(demo.windows)


def test_every_queue_has_a_clerk_however_small_the_crowd(demo: Hall) -> None:
    assert left_to_people(small_hall()) == {1}
    assert {queue for shift in plan_shifts(small_hall(), 1, 0.01) for queue in shift.queues} == {"A", "B", "C"}
    numbered = {queue for queue, windows in demo.windows_of_queue.items() if windows}
    assert {queue for shift in plan_shifts(demo, 1, 0.01) for queue in shift.queues} == numbered


def test_clerks_take_lunch_and_breaks_and_close_at_the_end(demo: Hall) -> None:
    for shift in plan_shifts(demo, 1):
        assert [span.then for span in shift.spans] == ["break", "lunch", "break", ""]
        moments = [moment for span in shift.spans for moment in (span.from_min, span.until_min)]
        assert moments == sorted(moments)
        assert (moments[0], moments[-1]) == (510, 1020)


def test_a_hall_known_by_its_api_alone_can_be_played_too() -> None:
    hall = small_hall()
    services = [
        {"id": s.id, "names": s.names, "department": s.department, "mode": s.mode, "queue": s.queue}
        for s in hall.services
    ]
    detail = {
        "id": hall.id, "names": hall.names, "timezone": hall.timezone, "languages": ["zh", "en"],
        "zones": [{"id": z.id, "names": z.names, "floor": z.floor} for z in hall.zones],
        "departments": [{"id": d.id, "names": d.names, "queue": d.queue} for d in hall.departments],
        "queues": [{"id": q.id, "names": q.names, "zone": q.zone, "windows": []} for q in hall.queues],
        "windows": [
            {
                "window": w.window, "zone": w.zone, "status": "closed",
                "queues": [{"queue": share.queue, "handicap_s": share.handicap_s} for share in w.queues],
            }
            for w in hall.windows
        ],
        "priorities": ["normal", "elder"],
    }  # fmt: skip
    guessed = guess(detail, services)
    assert fits(hall, detail, services)
    assert fits(guessed, detail, services)
    assert {visit.queue for visit in plan_visits(guessed, 1)} == {"A", "B", "C"}
    assert plan_shifts(guessed, 1)
