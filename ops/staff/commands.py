"""`greenwave staff`: accounts from the machine itself, the first one above all, while nobody can sign in yet."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ops.agents.options import stop_with

if TYPE_CHECKING:
    from ops.staff.operating import Wish

Number = Annotated[str, typer.Argument(help="The staff number.")]
HallId = Annotated[str, typer.Option("--hall", help="The hall's id.", show_default="the one there is")]
Data = Annotated[Path | None, typer.Option(help="Data folder.", show_default="under the user's data directory")]
Store = Annotated[str | None, typer.Option(help="The server's store, where it is not the embedded one.")]
PublicUrl = Annotated[
    str | None, typer.Option(help="How browsers reach the server.", show_default="this machine's address")
]


def add_staff(app: typer.Typer) -> None:
    """Makes it a command of `greenwave`."""
    staff = typer.Typer(no_args_is_help=True, help="Accounts of those who work here; the first one is made so.")
    staff.command("add")(add_command)
    staff.command("list")(list_command)
    staff.command("reset")(reset_command)
    staff.command("disable")(disable_command)
    staff.command("enable")(enable_command)
    app.add_typer(staff, name="staff")


def add_command(
    number: Number,
    name: Annotated[str, typer.Option(help="How they are called.")],
    role: Annotated[str, typer.Option(help="manager, desk or window.")] = "manager",
    sign_in: Annotated[str | None, typer.Option(help="What they sign in as.", show_default="the staff number")] = None,
    department: Annotated[list[str] | None, typer.Option(help="A department's id; may be repeated.")] = None,
    window: Annotated[list[int] | None, typer.Option(help="A window's number; may be repeated.")] = None,
    language: Annotated[str, typer.Option(help="zh, en, de, ja, ko or ru.")] = "zh",
    hall: HallId = "",
    data: Data = None,
    store: Store = None,
    public_url: PublicUrl = None,
) -> None:
    """Sets up an account and prints its one-time link, which is good for three days."""
    form: dict[str, object] = {
        "name": name, "number": number, "role": role, "sign_in": sign_in, "language": language,
        "departments": department or [], "windows": window or [],
    }  # fmt: skip
    _run("add", hall, number, _options(data, store, public_url), form)


def list_command(hall: HallId = "", data: Data = None, store: Store = None) -> None:
    """Everyone who works at a hall: staff number, name, role, how their account stands."""
    _run("list", hall, "", _options(data, store))


def reset_command(
    number: Number, hall: HallId = "", data: Data = None, store: Store = None, public_url: PublicUrl = None
) -> None:
    """Ends every way to sign in, and prints a new one-time link."""
    _run("reset", hall, number, _options(data, store, public_url))


def disable_command(number: Number, hall: HallId = "", data: Data = None, store: Store = None) -> None:
    """Shuts an account at once, open pages included."""
    _run("disable", hall, number, _options(data, store))


def enable_command(number: Number, hall: HallId = "", data: Data = None, store: Store = None) -> None:
    """Opens an account again."""
    _run("enable", hall, number, _options(data, store))


def _options(data: Path | None, store: str | None, public_url: str | None = None) -> dict[str, object]:
    return {"data": data, "store": store, "public_url": public_url}


def _run(act: str, hall: str, number: str, options: dict[str, object], form: dict[str, object] | None = None) -> None:
    from ops.archive.reaching import Hopeless, running_store, settings_of
    from ops.staff.operating import Wish, carried_out
    from queue_server.domain.refusals import Refusal
    from queue_server.store.asking import StoreDown

    try:
        settings = settings_of(options)
        wish = Wish(act=act, hall=hall, number=number, form=form or {})
        with running_store(settings) as url:
            lines = asyncio.run(carried_out(settings, url, wish))
    except Hopeless as error:
        stop_with(str(error))
    except Refusal as refusal:
        stop_with(_said(refusal, wish))
    except StoreDown as error:
        stop_with(f"the store does not answer: {error}")
    for line in lines:
        print(line)


def _said(refusal: object, wish: "Wish") -> str:
    from queue_server.domain.refusals import Refusal
    from queue_server.languages import Words

    assert isinstance(refusal, Refusal)
    if refusal.code == "NO_SUCH_PERSON":
        return f"nobody with the staff number {wish.number} has an account at this hall"
    title, detail = Words("en").refusal(refusal.code, refusal.facts, "UTC")
    return f"{title}: {detail}" if detail else title
