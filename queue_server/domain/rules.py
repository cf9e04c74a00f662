"""What a hall sets for itself: its rules, its bookings, its calendar, who may take a ticket from afar."""

from msgspec import Struct, field

Names = dict[str, str]
"""A text by language code; `zh` and `en` are always there."""


class Fact(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A thing of the hall that does not change while the hall runs."""


class Span(Fact, frozen=True, kw_only=True):
    """A span of every day, in minutes after local midnight."""

    from_min: int
    to_min: int


class Closure(Fact, frozen=True, kw_only=True):
    """A day (`YYYY-MM-DD`) on which the hall is shut, whatever weekday it is."""

    day: str
    names: Names = {}


class WorkCalendar(Fact, frozen=True, kw_only=True):
    """Which days are worked. `country` (`CN`, `DE` ...) says whose public holidays count; empty for none.

    China's days that are worked on a weekend instead (调休) have the hours of the weekday that the hall works first.
    """

    country: str = ""
    closures: tuple[Closure, ...] = ()


class Bookings(Fact, frozen=True, kw_only=True):
    """How a hall is booked: 预约."""

    slot_min: int = 30
    days_ahead: int = 14
    walk_in_pct: int = 50
    """The share of the windows' time that is kept for who comes without a booking."""
    confirm: str = "none"
    """`code`: a place is held until a one-time code is given; `none`: it is booked at once."""
    hold_min: int = 10
    offer_min: int = 30
    """How long a place that came free is kept for the first on the waiting list."""
    before_min: int = 30
    after_min: int = 15
    """Check-in: so long before the slot begins, and so long after."""
    late_credit_min: int = 15
    """How much earlier than their coming those count who come too late for their slot."""
    reopen_min: tuple[int, int] = (10, 120)
    """Between what minutes, at random, a place that was given up comes back."""
    most_places: int = 2
    most_moves: int = 3
    """How often a visitor may move a booking; 0 for any number."""
    bound: bool = False
    """Who checks in must be the person who booked."""
    no_shows: int = 3
    no_show_days: int = 30
    block_days: int = 30
    per_person_day: int = 0
    """How many bookings one person may make a day; 0 for any number, and for five where a code confirms.

    The next line is of one address.
    """
    per_address_hour: int = 0


class Quota(Fact, frozen=True, kw_only=True):
    """How many remote tickets an item or a queue gives in a span of each day."""

    service: str = ""
    queue: str = ""
    from_min: int = 0
    to_min: int = 1440
    most: int


class Site(Fact, frozen=True, kw_only=True):
    """Where the hall stands, in degrees (WGS 84)."""

    latitude: float
    longitude: float


class Remote(Fact, frozen=True, kw_only=True):
    """Who may take a ticket with a phone: 线上取号. As it stands: anybody, from anywhere."""

    identity: str = "none"
    """`code`: only who has shown a phone number (or signed in) first."""
    distance_m: int = 0
    """How near one must be; 0 for anywhere."""
    site: Site | None = None
    quotas: tuple[Quota, ...] = ()
    per_person_day: int = 0
    per_address_hour: int = 0


class Ratings(Fact, frozen=True, kw_only=True):
    """How a hall deals with what its visitors say of it: working days until each step of a case, and when it alarms."""

    verify_days: int = 1
    rectify_days: int = 5
    call_back_days: int = 2
    close_days: int = 1
    owner: str = ""
    """Whose cases of low ratings are at first; nobody's without a name."""
    low_pct: int = 20
    """The share of low ratings among the latest of a queue from which on the cockpit is alarmed; 0 for never."""
    low_of: int = 10
    """Fewer ratings alarm nobody."""


class CaseContact(Fact, frozen=True, kw_only=True):
    """Where what becomes of cases is told: of those of one owner, or, without a name, of those of all others."""

    to: str
    """A mail address, or a phone number."""
    owner: str = ""
    language: str = "zh"


class Cases(Fact, frozen=True, kw_only=True):
    """Who is told of cases, and how long each step of a large project takes."""

    tell: tuple[CaseContact, ...] = ()
    project_days: int = 20
    """Working days."""


class Promises(Fact, frozen=True, kw_only=True):
    """Until when something is promised where neither the clerk nor the item says; days are working days."""

    papers_days: int = 5
    """Until when missing papers are brought (容缺受理)."""
    result_days: int = 5
    remind_days: int = 1
    """How long before, besides on the day itself, a visitor is reminded; 0 for on the day alone."""
    remind_min: int = 540
    """The minute of the day when reminders go out."""


class HardCases(Fact, frozen=True, kw_only=True):
    """Where what could not be done is taken (难办事项)."""

    queue: str = ""
    """Empty where the hall has no place for them: then a case opens, and that is all."""
    owner: str = ""
    """Whose the cases are at first; nobody's without a name."""


class Entrance(Fact, frozen=True, kw_only=True):
    """How those who wait outside a full zone are let in (分批办)."""

    wave: int = 10
    """How many at once at least, where so many wait."""
    come_min: int = 10
    """How long a place is kept for who was called in and was not counted yet."""
    auto: bool = True
    """Waves are called by themselves; without it by the desk alone."""


class District(Fact, frozen=True, kw_only=True):
    """The part of a city, or the town, to which a hall belongs."""

    id: str
    names: Names


class Directory(Fact, frozen=True, kw_only=True):
    """How a hall stands in the list of halls."""

    district: District | None = None
    address: Names = {}
    site: Site | None = None


class Rules(Fact, frozen=True, kw_only=True):
    """What a hall may set for itself; the defaults are those of the domain page."""

    recalls: int = 3
    recall_gap_s: int = 20
    reinstate_places: int = 3
    postpone_max_min: int = 60
    undo_s: int = 5
    lunch_duty: bool = False
    doors_open_min: int | None = None


class Calling(Fact, frozen=True, kw_only=True):
    """When a silent call climbs: seconds after the call until flash and chime, until voice, until the alarm."""

    flash_s: int = 15
    voice_s: int = 30
    unseen_s: int = 5


class Crowd(Fact, frozen=True, kw_only=True):
    """How visitors come, for rehearsals: shares in per cent, `arrivals` as (minute of day, per cent)."""

    visits_per_day: int = 1000
    arrivals: tuple[tuple[int, float], ...] = ()
    channels: dict[str, float] = field(default_factory=dict)
    groups: dict[str, float] = field(default_factory=dict)
    no_show_pct: dict[str, float] = field(default_factory=dict)
    transfer_pct: float = 0.0
    multi_item_pct: float = 0.0
