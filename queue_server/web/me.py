"""Everyone's own account, and the ways to sign in that need a script or a program."""

from queue_server.contract import staff
from queue_server.contract.times import rfc3339
from queue_server.domain.refusals import Refusal
from queue_server.flows.people import SignedIn
from queue_server.flows.staff_sign_in import SecondNeeded, Started
from queue_server.web.auth import COOKIE, STAFF
from queue_server.web.context import At
from queue_server.web.route import ANYONE, PERSONS, Answered, Handler, Route
from queue_server.web.staff import site_of


async def here(at: At) -> SignedIn:
    """The one who asks, with the session by which they do."""
    scheme, _, token = at.request.headers.get("Authorization", "").partition(" ")
    bearer = token.strip() if scheme.lower() == "bearer" else ""
    return await at.services.staff.people.of_token(bearer or at.request.cookies.get(COOKIE + STAFF, ""))


async def lately_here(at: At) -> SignedIn:
    """The one who asks, who signed in a moment ago. Refuses `SIGN_IN_AGAIN`."""
    found = await here(at)
    at.services.staff.people.check_lately(found)
    return found


def _told(started: Started) -> staff.SignedIn:
    return staff.SignedIn(
        token=started.token, expires_at=rfc3339(started.until), arrive=f"/sign-in/arrive/{started.arrive}"
    )


async def sign_in(at: At) -> Answered:
    asked = at.asked(staff.SignIn)
    with at.services.staff.counted("password"):
        try:
            started = await at.services.staff.sign_ins.by_password(
                asked.name, asked.password, asked.code or "", at.whence
            )
        except SecondNeeded:
            raise Refusal("SECOND_NEEDED") from None
    return 201, _told(started)


async def passkey_options(at: At) -> Answered:
    return 200, staff.Options(options=await at.services.staff.passkeys.asking(site_of(at)))


async def passkey_sign_in(at: At) -> Answered:
    with at.services.staff.counted("passkey"):
        return 201, _told(
            await at.services.staff.passkeys.sign_in(at.asked(staff.UsePasskey).passkey, site_of(at), at.whence)
        )


async def welcome_options(at: At) -> Answered:
    person = await at.services.staff.sign_ins.of_link(at.asked(staff.WelcomeOptions).code)
    return 200, staff.Options(options=await at.services.staff.passkeys.creating(person, site_of(at)))


async def welcome(at: At) -> Answered:
    asked = at.asked(staff.Welcome)
    if (asked.password is None) == (asked.passkey is None):
        raise Refusal("INVALID", {"field": "password", "problem": "expected either `password` or `passkey`"})
    with at.services.staff.counted("link"):
        if asked.passkey is not None:
            keys = at.services.staff.passkeys
            return 201, _told(await keys.welcome(asked.code, asked.passkey, asked.label, site_of(at), at.whence))
        return 201, _told(await at.services.staff.sign_ins.by_link(asked.code, str(asked.password), at.whence))


async def me(at: At) -> Answered:
    return 200, await at.services.staff.own.me(await here(at))


async def change_password(at: At) -> Answered:
    await at.services.staff.own.change_password(await here(at), at.asked(staff.ChangePassword))
    return 204, None


async def new_totp(at: At) -> Answered:
    return 200, await at.services.staff.own.new_totp(await here(at))


async def confirm_totp(at: At) -> Answered:
    await at.services.staff.own.confirm_totp(await here(at), at.asked(staff.ConfirmTotp).code)
    return 204, None


async def drop_totp(at: At) -> Answered:
    await at.services.staff.own.drop_totp(await here(at), at.asked(staff.Confirm).password)
    return 204, None


async def my_passkey_options(at: At) -> Answered:
    person = (await lately_here(at)).person
    return 200, staff.Options(options=await at.services.staff.passkeys.creating(person, site_of(at)))


async def add_passkey(at: At) -> Answered:
    asked, person = at.asked(staff.AddPasskey), (await lately_here(at)).person
    await at.services.staff.passkeys.add(person, asked.passkey, asked.label, site_of(at))
    return 204, None


async def drop_passkey(at: At) -> Answered:
    await at.services.staff.own.drop_passkey(await lately_here(at), at.request.match_info["key"])
    return 204, None


async def sign_out(at: At) -> Answered:
    await at.services.staff.own.sign_out(await here(at))
    return 204, None


async def sign_out_everywhere(at: At) -> Answered:
    await at.services.staff.own.sign_out(await here(at), everywhere=True)
    return 204, None


def _mine(path: str, handler: Handler, about: str, body: type | None = None, *refusals: str) -> Route:
    answers = {200: staff.Options} if path.endswith("options") else {204: None}
    return Route(
        method="POST", path=f"/me{path}", handler=handler, about=about, roles=PERSONS, body=body, refusals=refusals,
        answers=answers,
    )  # fmt: skip


SIGNED_IN = {201: staff.SignedIn}
WRONG = ("SIGN_IN_WRONG", "LOCKED_OUT")

ROUTES = (
    Route(
        method="POST", path="/sign-in", handler=sign_in, roles=ANYONE, body=staff.SignIn, answers=SIGNED_IN,
        refusals=(*WRONG, "SECOND_NEEDED"), about="Sign in by name and password, with a code where one is needed.",
    ),
    Route(
        method="POST", path="/sign-in/passkey/options", handler=passkey_options, roles=ANYONE,
        answers={200: staff.Options}, about="What the browser's passkey call takes to sign in.",
    ),
    Route(
        method="POST", path="/sign-in/passkey", handler=passkey_sign_in, roles=ANYONE, body=staff.UsePasskey,
        answers=SIGNED_IN, refusals=("PASSKEY_WRONG",), about="Sign in by a passkey.",
    ),
    Route(
        method="POST", path="/welcome/options", handler=welcome_options, roles=ANYONE, body=staff.WelcomeOptions,
        answers={200: staff.Options}, refusals=("LINK_USED",), about="What makes a passkey, by a one-time link.",
    ),
    Route(
        method="POST", path="/welcome", handler=welcome, roles=ANYONE, body=staff.Welcome, answers=SIGNED_IN,
        refusals=("LINK_USED", "PASSWORD_WEAK", "PASSKEY_WRONG"),
        about="A one-time link, turned into a password or a passkey.",
    ),
    Route(method="GET", path="/me", handler=me, roles=PERSONS, answers={200: staff.Me}, about="Who is signed in."),
    _mine(
        "/password", change_password, "A new password; other sessions end.", staff.ChangePassword, *WRONG,
        "PASSWORD_WEAK",
    ),
    Route(
        method="POST", path="/me/totp", handler=new_totp, roles=PERSONS, answers={200: staff.Totp},
        about="A new secret for an app that shows codes; nothing changes until it is confirmed.",
    ),
    _mine(
        "/totp/confirm", confirm_totp, "From now on a code is needed.", staff.ConfirmTotp, "WRONG_CODE",
        "SIGN_IN_EXPIRED",
    ),
    _mine("/totp/drop", drop_totp, "No code any more.", staff.Confirm, *WRONG),
    _mine("/passkeys/options", my_passkey_options, "What makes one more passkey.", None, "SIGN_IN_AGAIN"),
    _mine(
        "/passkeys", add_passkey, "One more passkey.", staff.AddPasskey, "PASSKEY_WRONG", "TOO_MANY_KEYS",
        "SIGN_IN_AGAIN",
    ),
    Route(
        method="DELETE", path="/me/passkeys/{key}", handler=drop_passkey, roles=PERSONS, answers={204: None},
        refusals=("NO_SUCH_KEY", "LAST_WAY_IN", "SIGN_IN_AGAIN"), about="A passkey less.",
    ),
    _mine("/sign-out", sign_out, "End this session."),
    _mine("/sign-out/everywhere", sign_out_everywhere, "End every session of mine."),
)  # fmt: skip
