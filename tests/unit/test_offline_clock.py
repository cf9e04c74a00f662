"""The hall's time on a kiosk whose own clocks do as they like."""

from kiosk.offline.clock import CLEAR_MS, SAVE_MS, STRAYED_MS, YEAR_MS, Anchor, HallClock

DAY = 86_400_000
TRUTH = 20_000 * DAY


class Clocks:
    """A machine: `passes` is real time, `jumps` is somebody setting its wall clock."""

    def __init__(self) -> None:
        self.since_boot, self.wall_at, self.truth, self.boots = 1_000, TRUTH, TRUTH, 1

    def passes(self, ms: int) -> None:
        self.since_boot += ms
        self.wall_at += ms
        self.truth += ms

    def jumps(self, ms: int) -> None:
        self.wall_at += ms

    def reboots(self, off_ms: int) -> None:
        self.passes(off_ms)
        self.since_boot = 1_000
        self.boots += 1

    def clock(self, saved: Anchor | None = None, last_known: int = 0) -> HallClock:
        return HallClock(lambda: self.since_boot, str(self.boots), lambda: self.wall_at, saved, last_known)

    def learnt(self) -> tuple[HallClock, Anchor]:
        clock = self.clock()
        anchor = clock.learn(self.truth, self.since_boot)
        assert anchor is not None
        return clock, anchor


def test_it_knows_nothing_before_a_server_spoke() -> None:
    clock = Clocks().clock()
    assert (clock.known, clock.now(), clock.strayed()) == (False, 0, False)


def test_jumps_of_the_wall_clock_change_nothing() -> None:
    here = Clocks()
    clock, _ = here.learnt()
    for jump in (DAY, -3 * DAY, 7):
        here.jumps(jump)
        here.passes(10_000)
        assert clock.now() == here.truth


def test_a_wall_clock_that_is_off_by_more_than_a_minute_is_reported() -> None:
    here = Clocks()
    clock, _ = here.learnt()
    here.jumps(STRAYED_MS)
    assert not clock.strayed()
    here.jumps(1)
    assert clock.strayed()
    here.jumps(-2 * STRAYED_MS - 2)
    assert (clock.strayed(), clock.strayed_ms()) == (True, -STRAYED_MS - 1)


def test_a_restart_on_the_same_boot_goes_on_as_if_nothing_had_been() -> None:
    here = Clocks()
    _, anchor = here.learnt()
    here.jumps(-DAY)
    here.passes(50_000)
    assert here.clock(anchor).now() == here.truth


def test_after_a_reboot_the_wall_clock_is_a_hint_that_knows_its_own_error() -> None:
    here = Clocks()
    here.jumps(-8 * 3_600_000)
    _, anchor = here.learnt()
    here.reboots(CLEAR_MS + 1)
    clock = here.clock(anchor)
    assert (clock.now(), clock.knows_day) == (here.truth, True)


def test_after_a_reboot_time_never_lies_before_the_last_known_moment() -> None:
    here = Clocks()
    _, anchor = here.learnt()
    here.reboots(400_000)
    here.jumps(-900 * DAY)
    assert here.clock(anchor).now() == anchor.server_at
    last = anchor.server_at + 70_000
    clock = here.clock(anchor, last)
    assert clock.now() == last
    here.passes(500)
    assert clock.now() == last + 500


def test_the_server_puts_a_wrong_guess_right_even_slowly() -> None:
    here = Clocks()
    _, anchor = here.learnt()
    here.jumps(350 * DAY)
    here.reboots(1_000)
    clock = here.clock(anchor)
    assert clock.now() > here.truth + 300 * DAY
    asked = here.since_boot
    here.passes(4_000)
    assert clock.learn(here.truth, asked) is not None
    assert clock.now() == here.truth


def test_it_never_runs_back_by_a_little() -> None:
    here = Clocks()
    clock, _ = here.learnt()
    here.passes(1_000)
    before = clock.now()
    clock.learn(here.truth - 300, here.since_boot)
    assert clock.now() == before
    here.passes(500)
    assert clock.now() == here.truth - 300


def test_a_slow_answer_is_not_trusted_over_a_quick_one() -> None:
    here = Clocks()
    clock, _ = here.learnt()
    asked = here.since_boot
    said = here.truth
    here.passes(4_000)
    assert clock.learn(said, asked) is None
    assert clock.now() == here.truth


def test_what_it_says_is_never_after_the_server() -> None:
    """The answer was on its way for a while; the kiosk counts from its arrival."""
    here = Clocks()
    clock = here.clock()
    asked, said = here.since_boot, here.truth
    here.passes(700)
    clock.learn(said, asked)
    assert clock.now() == here.truth - 700


def test_an_anchor_is_saved_at_first_and_then_now_and_again() -> None:
    here = Clocks()
    clock, _ = here.learnt()
    here.passes(SAVE_MS - 1)
    assert clock.learn(here.truth, here.since_boot) is None
    here.passes(1)
    assert clock.learn(here.truth, here.since_boot) is not None
    assert clock.learn(here.truth, here.since_boot) is None


def test_a_clock_that_stood_still_over_night_is_not_asked_for_the_day() -> None:
    """No battery: it goes on where the machine was switched off, or begins anew, or is set to nonsense."""
    here = Clocks()
    _, anchor = here.learnt()
    here.reboots(14 * 3_600_000)
    for wall in (TRUTH + 30_000, TRUTH + CLEAR_MS, TRUTH - 1, 0, TRUTH + YEAR_MS):
        here.wall_at = wall
        clock = here.clock(anchor)
        assert (clock.known, clock.knows_day, clock.now()) == (True, False, anchor.server_at)


def test_the_last_ticket_counts_as_a_moment_that_is_known() -> None:
    here = Clocks()
    _, anchor = here.learnt()
    here.reboots(8 * 3_600_000)
    assert here.clock(anchor, here.truth - CLEAR_MS - 1).knows_day
    assert not here.clock(anchor, here.truth - CLEAR_MS).knows_day


def test_the_day_is_known_as_soon_as_a_server_was_heard() -> None:
    here = Clocks()
    _, anchor = here.learnt()
    here.reboots(14 * 3_600_000)
    here.wall_at = TRUTH
    clock = here.clock(anchor)
    clock.learn(here.truth, here.since_boot)
    assert (clock.knows_day, clock.now()) == (True, here.truth)


def test_a_clock_that_nobody_ever_told_the_time_knows_no_day() -> None:
    assert not Clocks().clock(None, TRUTH).knows_day


def test_the_time_is_saved_now_and_again_while_the_server_is_away_but_never_a_guess() -> None:
    here = Clocks()
    clock, anchor = here.learnt()
    here.passes(SAVE_MS - 1)
    assert clock.worn() is None
    here.passes(1)
    saved = clock.worn()
    assert saved is not None
    assert (saved.server_at, saved.boot_at, saved.wall_at) == (here.truth, here.since_boot, here.wall_at)
    assert clock.worn() is None
    here.reboots(DAY)
    guess = here.clock(anchor)
    here.passes(SAVE_MS)
    assert guess.worn() is None
