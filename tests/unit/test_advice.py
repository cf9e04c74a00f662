"""What is advised against a crowd, what a manager's what-if answers, and what diversions have really brought."""

from typing import Any

import pytest
from msgspec import structs

from queue_server.diversion.advise import Advised, advise
from queue_server.diversion.effects import Effects
from queue_server.diversion.whatif import Change, gain, what_if
from queue_server.domain.diversion import Measure
from queue_server.domain.refusals import Refusal
from queue_server.forecast.builder import Tweak
from queue_server.forecast.heard import Heard
from tests.support.forecasts import Telling, busy, hall


def crowded() -> Telling:
    """Window 2 goes to lunch while thirty more come."""
    told = busy()
    told.crowd(15, "A1", after_s=10)
    told.crowd(15, "A2", after_s=10)
    return told


def advised(told: Telling, running: tuple[Measure, ...] = ()) -> list[Advised]:
    return advise(told.forecaster, told.forecaster.hall, running)


def actions(told: Telling, running: tuple[Measure, ...] = ()) -> list[str]:
    return [measure.key for measure, *_ in advised(told, running)]


# advice


def test_while_the_hall_is_well_nothing_is_advised() -> None:
    told = Telling()
    told.open(1, 2)
    told.crowd(2)
    assert advised(told) == []


def test_where_it_is_full_up_to_three_measures_are_advised_that_each_help() -> None:
    told = crowded()
    found = advised(told)
    assert 1 <= len(found) <= 3
    assert len({measure.key for measure, *_ in found}) == len(found)
    for _, gained, _, cost_min, lead_s in found:
        assert gained.mean_s + gained.p90_s > 0
        assert gained.mean_low_s <= gained.mean_s * 1.5
        assert cost_min >= 0
        assert lead_s >= 0
    assert found[0][0] in (Measure(action="open_window", window=4), Measure(action="open_window", window=5))


def test_the_same_hall_gets_the_same_advice() -> None:
    assert advised(crowded()) == advised(crowded())


def test_what_runs_already_is_not_advised_again() -> None:
    told = crowded()
    running = tuple(measure for measure, *_ in advised(told))
    assert not {measure.key for measure in running} & set(actions(told, running))


def test_clerks_who_are_all_out_are_not_asked_for() -> None:
    told = crowded()
    out = tuple(Measure(action="open_window", window=window) for window in (4, 5))
    assert not [key for key in actions(told, out) if key.startswith("open_window")]


def test_a_window_that_learns_the_full_queue_is_advised_where_it_may_learn_it() -> None:
    told = Telling()
    told.open(3, shares={"B": 0})
    told.open(4, 5)
    told.crowd(25, "B1", after_s=5)
    assert any(key.startswith("reskill_window") and key.endswith(":B") for key in actions(told))


def test_a_queue_that_no_window_serves_is_looked_after_by_one_that_may_learn_it() -> None:
    known = hall()
    plans = tuple(structs.replace(plan, may_learn=("C",)) for plan in known.windows)
    told = Telling(structs.replace(known, windows=plans))
    told.open(1, 2)
    told.crowd(10, "C1", after_s=60)
    assert any(key.startswith("reskill_window") and key.endswith(":C") for key in actions(told))


def test_another_hall_that_is_sooner_is_offered_and_none_where_no_hall_is() -> None:
    told = crowded()
    plan = structs.replace(told.forecaster.hall.diversion, helper_teams=0, reserve_clerks=1)
    known = structs.replace(told.forecaster.hall, diversion=plan, services=told.forecaster.hall.services[:1])
    running = (Measure(action="open_window", window=4), Measure(action="offer_later", queue="A"))
    keys = [
        [measure.key for measure, *_ in advise(told.forecaster, known, running, elsewhere)]
        for elsewhere in ((), (("north", "A1", 300.0),))
    ]
    assert not [key for key in keys[0] if key.startswith("offer_hall")]
    assert "offer_hall:A1:north" in keys[1]


def test_a_queue_that_lost_all_its_windows_is_looked_after() -> None:
    told = crowded()
    for window in (1, 2):
        told.tell("WindowClosed", window=window)
    assert [key for key in actions(told) if key.startswith("open_window")]


def test_a_measure_that_never_brought_what_was_predicted_is_believed_less() -> None:
    believed, doubted = crowded(), crowded()
    for _ in range(30):
        doubted.forecaster.knowledge.trust.learn("open_window", 600.0, 240.0)
    first, second = (advised(told)[0] for told in (believed, doubted))
    assert first[0] == second[0]
    assert 0.4 * first[1].mean_s < second[1].mean_s < 0.7 * first[1].mean_s


# what if


def test_what_if_of_nothing_gains_exactly_nothing() -> None:
    answer = what_if(crowded().forecaster, ())
    assert (answer.gain.mean_s, answer.gain.p90_s, answer.gain.mean_low_s, answer.gain.mean_high_s) == (0, 0, 0, 0)
    assert answer.without == answer.with_
    assert answer.queues == ()


def test_a_window_more_gains_and_a_window_less_costs() -> None:
    told = crowded()
    more = what_if(told.forecaster, (Change(action="open_window", window=4),))
    less = what_if(told.forecaster, (Change(action="close_window", window=2),))
    assert more.gain.mean_low_s > 0
    assert less.gain.mean_high_s < 0
    assert more.without == less.without
    assert more.gain.mean_s == pytest.approx(more.without.mean_s - more.with_.mean_s, abs=0.11)


def test_a_window_that_is_moved_helps_the_other_queue_and_costs_its_own() -> None:
    told = crowded()
    told.open(3, shares={"B": 0})
    told.crowd(12, "B1")
    answer = what_if(told.forecaster, (Change(action="move_window", window=2, queues=("B",)),))
    gains = {row.queue: row.mean_gain_s for row in answer.queues}
    assert set(gains) == {"A", "B"}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (Change(action="open_window", window=99), "window"),
        (Change(action="close_window"), "window"),
        (Change(action="move_window", window=2, queues=("Q",)), "queues"),
        (Change(action="send_helpers", queue="Q"), "queue"),
        (Change(action="guide_to_device", service="Q1"), "service"),
        (Change(action="dance"), "action"),
        (Change(action="move_window", window=2), "action"),
        (Change(action="send_helpers"), "action"),
    ],
)
def test_a_change_that_cannot_be_is_refused_with_its_field(change: Change, field: str) -> None:
    with pytest.raises(Refusal) as refused:
        what_if(busy().forecaster, (change,))
    assert (refused.value.code, refused.value.facts) == ("BAD_CHANGE", {"field": f"changes[0].{field}"})


@pytest.mark.parametrize(
    "change",
    [
        Change(action="reskill_window", window=2, queue="B"), Change(action="send_helpers", queue="A"),
        Change(action="send_out", queue="A"), Change(action="guide_to_device", service="A2"),
        Change(action="offer_later", queue="A"), Change(action="slow_entry", queue="A"),
        Change(action="offer_hall", service="A1", to="north"),
        Change(action="open_window", window=4, queues=("A", "B")),
    ],
    ids=lambda change: change.action,
)  # fmt: skip
def test_every_action_can_be_tried(change: Change) -> None:
    answer = what_if(crowded().forecaster, (change,))
    assert answer.without.mean_s > 0
    assert answer.with_ != answer.without or change.action in {"reskill_window", "slow_entry", "offer_later"}


def test_a_gain_of_a_hall_without_visitors_is_nothing() -> None:
    told = Telling()
    runs = told.forecaster.imagine(told.part("C"), Tweak(), 60.0)
    assert gain(runs, runs).mean_s == 0


# effects


class Measured:
    """A crowded hall in which a measure begins, whatever else happens; a dozen visitors follow."""

    def __init__(self, action: str = "open_window", window: int = 4) -> None:
        self.told = crowded()
        self.effects = Effects(self.told.forecaster)
        self.measure: dict[str, Any] = {"diversion": "D-1", "action": action, "window": window}

    def tell(self, name: str, after_s: float = 0, **facts: Any) -> None:
        self.told.tell(name, after_s, **facts)
        self.effects.hear(Heard(name=name, at=self.told.at, **facts))

    def play(self, windows: tuple[int, ...], minutes: int) -> None:
        """The windows call all who wait, one after another, each visit as long."""
        busy_until = dict.fromkeys(windows, 0)
        for window in windows:
            self.tell("WindowOpened", window=window, queues=(("A", 0),))
        waiting = [ticket for ticket, v in self.told.forecaster.knowledge.scene.visitors.items() if not v.window]
        for ticket in waiting:
            window = min(busy_until, key=lambda known: busy_until[known])
            self.tell("TicketCalled", max((busy_until[window] - self.told.at) / 1000, 0), ticket=ticket, window=window)
            self.tell("ServiceFinished", ticket=ticket, window=window)
            busy_until[window] = self.told.at + minutes * 60_000

    def quiet(self, hours: float) -> None:
        self.tell("TicketIssued", hours * 3600, ticket="LATER", service="B1", queue="B")


def test_a_diversion_that_helped_has_a_good_effect_and_is_told_when_it_has_ended() -> None:
    hall_of = Measured()
    hall_of.tell("DiversionStarted", **hall_of.measure)
    hall_of.play((1, 2, 4, 5), minutes=4)
    hall_of.quiet(2)
    assert hall_of.effects.told() == []
    hall_of.tell("DiversionEnded", **hall_of.measure)
    (effect,) = hall_of.effects.told()
    assert effect.diversion == "D-1"
    assert effect.mean_s > 600
    assert effect.p90_s > 600
    assert hall_of.told.forecaster.knowledge.trust.factor("open_window") > 1


def test_a_diversion_that_helped_nobody_has_no_good_effect_and_is_trusted_less() -> None:
    hall_of = Measured()
    hall_of.tell("DiversionStarted", **hall_of.measure)
    hall_of.tell("DiversionEnded", **hall_of.measure)
    hall_of.play((1,), minutes=20)
    hall_of.quiet(4)
    (effect,) = hall_of.effects.told()
    assert effect.mean_s < 0
    assert hall_of.told.forecaster.knowledge.trust.factor("open_window") < 1


def test_two_diversions_at_once_teach_nothing() -> None:
    hall_of = Measured()
    hall_of.tell("DiversionStarted", **hall_of.measure)
    hall_of.tell("DiversionStarted", **{**hall_of.measure, "diversion": "D-2", "window": 5})
    hall_of.play((1,), minutes=20)
    for diversion in ("D-1", "D-2"):
        hall_of.tell("DiversionEnded", **{**hall_of.measure, "diversion": diversion})
    hall_of.quiet(4)
    assert [effect.diversion for effect in hall_of.effects.told()] == ["D-1", "D-2"]
    assert hall_of.told.forecaster.knowledge.trust.factor("open_window") == 1


def test_a_diversion_that_is_told_again_begins_once_and_is_measured_once() -> None:
    hall_of = Measured()
    for _ in range(2):
        hall_of.tell("DiversionStarted", **hall_of.measure)
        hall_of.tell("DiversionEnded", **hall_of.measure)
    hall_of.play((1, 2), minutes=10)
    hall_of.quiet(4)
    assert len(hall_of.effects.told()) == 1


def test_who_left_counts_on_neither_side_and_few_visitors_are_no_measure() -> None:
    hall_of = Measured()
    hall_of.tell("DiversionStarted", **hall_of.measure)
    hall_of.tell("DiversionEnded", **hall_of.measure)
    for ticket in [*hall_of.told.forecaster.knowledge.scene.visitors]:
        hall_of.tell("TicketCancelled", ticket=ticket, reason="visitor")
    hall_of.quiet(4)
    assert hall_of.effects.told() == []


def test_a_day_that_ends_teaches_what_it_can_and_forgets_its_diversions() -> None:
    hall_of = Measured()
    hall_of.tell("DiversionStarted", **hall_of.measure)
    hall_of.play((1, 2, 4, 5), minutes=4)
    hall_of.effects.end_day()
    hall_of.tell("DiversionEnded", **hall_of.measure)
    assert hall_of.effects.told() == []
    assert hall_of.told.forecaster.knowledge.trust.factor("open_window") > 1


def test_a_diversion_about_nothing_that_is_known_is_no_harm() -> None:
    hall_of = Measured("dance", 99)
    hall_of.tell("DiversionStarted", **hall_of.measure)
    hall_of.tell("DiversionEnded", **hall_of.measure)
    hall_of.quiet(4)
    assert hall_of.effects.told() == []


def test_how_far_predictions_are_trusted_and_who_accepts_outlives_a_restart() -> None:
    told = crowded()
    know = told.forecaster.knowledge
    know.trust.learn("open_window", 100.0, 20.0)
    know.accepted.began("offer_later", "A", 40)
    again = Telling(hall())
    assert again.forecaster.load(told.forecaster.save())
    assert again.forecaster.knowledge.trust.factor("open_window") == know.trust.factor("open_window") < 1
    assert again.forecaster.knowledge.accepted.share("offer_later", 0.2) < 0.1
