"""Who works here: people with accounts, what each may do at which hall, and how they show who they are. Pure."""

from collections.abc import Collection, Iterable

from msgspec import Struct

from queue_server.domain.callers import Caller
from queue_server.domain.hall import Hall

ROLES = ("manager", "desk", "window")
"""What a person can be at a hall, the widest first."""
SHORTEST, LONGEST = 10, 128
"""How long a password is."""
_COMMON = """
    1234567890 12345678910 123456789a 1234554321 0123456789 0987654321 1111111111 0000000000 8888888888 6666666666
    password12 password123 password1234 passw0rd123 p@ssw0rd123 p@ssword123 qwertyuiop qwerty12345 qwerty1234 1q2w3e4r5t
    1qaz2wsx3edc qazwsxedcrfv asdfghjkl123 zxcvbnm123 abcdefghij abcd123456 abc1234567 a123456789 aa12345678 a1b2c3d4e5
    iloveyou123 letmein123 welcome123 welcome1234 administrator administrator1 admin12345 admin123456 changeme123
    woaini1314 woaini1314520 5201314520 13145201314 greenwave1 greenwave123 greenwave12 sunshine123 football123
    princess123 monkey12345 superman123 qweasdzxc123 q1w2e3r4t5 zaq12wsxcde3 1password1 mypassword1
"""
COMMON = frozenset(_COMMON.split())
"""The commonest passwords of that length; a hall's own words count as common too."""


class Skill(Struct, frozen=True, kw_only=True):
    """A queue that a person can serve, and how much later its visitors count there. Hours are minutes of the day."""

    queue: str
    handicap_s: int = 0
    from_min: int = 0
    to_min: int = 1440


class Certificate(Struct, frozen=True, kw_only=True):
    """Something that a person has shown to know; `until` is the last day (`2026-12-31`), empty without end."""

    name: str
    until: str = ""
    queue: str = ""
    """The queue that nobody may serve without it; empty where it is only shown."""


class Grant(Struct, frozen=True, kw_only=True):
    """What someone may do at one hall. Departments and windows narrow it; none means the whole hall."""

    hall: str
    role: str
    departments: tuple[str, ...] = ()
    windows: tuple[int, ...] = ()
    skills: tuple[Skill, ...] = ()
    certificates: tuple[Certificate, ...] = ()


class Passkey(Struct, frozen=True, kw_only=True):
    """A passkey: `id` and public `key` as base64url, and how often it was used, as far as it counts."""

    id: str
    key: str
    uses: int
    name: str
    added_at: int


class Person(Struct, frozen=True, kw_only=True):
    """An account. The password is an argon2id hash, the TOTP secret is sealed, of a link only its digest is kept."""

    id: str
    name: str
    number: str
    """The staff number (工号): how events and screens of the staff name them."""
    sign_in: str
    grants: tuple[Grant, ...] = ()
    language: str = "zh"
    made_at: int = 0
    password: str = ""
    password_at: int = 0
    totp: str = ""
    totp_step: int = 0
    """The step of the last code that was used: each is good once."""
    passkeys: tuple[Passkey, ...] = ()
    logins: tuple[str, ...] = ()
    """`PROVIDER SUBJECT` of each single sign-on."""
    link: str = ""
    link_until: int = 0
    disabled: bool = False

    @property
    def claims(self) -> list[str]:
        """What no two people share, as the store indexes it. A number is a name to sign in by, too."""
        names = [f"name {each}" for each in dict.fromkeys((self.sign_in, self.number.casefold()))]
        keys = [f"key {each.id}" for each in self.passkeys]
        logins = [f"login {each}" for each in self.logins]
        return [*names, f"number {self.number}", *keys, *logins]

    @property
    def is_set_up(self) -> bool:
        """Whether they have any way to sign in."""
        return bool(self.password or self.passkeys or self.logins)

    def grants_at(self, hall: str) -> list[Grant]:
        """What they may do at a hall, the widest role first."""
        return sorted((each for each in self.grants if each.hall == hall), key=lambda each: ROLES.index(each.role))


def departments_of_window(hall: Hall, window: int) -> frozenset[str]:
    """The departments whose items a window serves."""
    plan = hall.window_by_number.get(window)
    queues = {share.queue for share in plan.queues} if plan else set()
    by_item = {service.department for service in hall.services if service.queue in queues}
    return frozenset(by_item | {each.id for each in hall.departments if each.queue in queues})


def covers(grant: Grant, hall: Hall, window: int) -> bool:
    """Whether a window is within what was granted."""
    if window not in hall.window_by_number:
        return False
    if not grant.windows and not grant.departments:
        return True
    return window in grant.windows or bool(departments_of_window(hall, window).intersection(grant.departments))


def windows_of(grant: Grant, hall: Hall) -> list[int]:
    """The windows at which someone may work."""
    return [plan.window for plan in hall.windows if covers(grant, hall, plan.window)]


def caller_at(person: Person, hall: Hall, role: str = "", window: int = 0) -> Caller | None:
    """As whom a person speaks at a hall: in the role asked for, else in the widest; None where they may not.

    Whoever may not work at the window speaks for none, and is refused there.
    """
    for grant in person.grants_at(hall.id) if not person.disabled else ():
        if role and grant.role != role:
            continue
        at_window = window if grant.role == "window" and covers(grant, hall, window) else 0
        return Caller(
            role=grant.role, hall=hall.id, window=at_window, id=person.id,
            name=person.name, staff=person.number, departments=grant.departments if grant.role == "manager" else (),
        )  # fmt: skip
    return None


def password_mistake(password: str, *own: str) -> str:
    """What is wrong with a new password: `short`, `long`, `common`, `own`; empty for a good one."""
    if len(password) < SHORTEST:
        return "short"
    if len(password) > LONGEST:
        return "long"
    plain = password.casefold()
    if plain in COMMON or len(set(plain)) < 4:
        return "common"
    return "own" if any(len(word) > 3 and word.casefold() in plain for word in own) else ""


def serving_shares(
    skills: Iterable[Skill], planned: list[tuple[str, int]], minute: int, lapsed: Collection[str] = ()
) -> list[tuple[str, int]]:
    """What a window serves with this person at it, at this minute of the day: (queue, handicap in s) each.

    Without skills it is what the hall file says. With them, those of its queues that the person can serve then, with
    their own handicaps; where none is left, the plan's, since a window without a queue would serve nobody. A queue
    whose certificate has lapsed is never served, so nothing may be left.
    """
    now = {each.queue: each.handicap_s for each in skills if each.from_min <= minute < each.to_min}
    allowed = [share for share in planned if share[0] not in lapsed]
    found = [(queue, now[queue]) for queue, _ in allowed if queue in now]
    return found or allowed
