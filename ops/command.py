"""The `greenwave` command."""

import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from ops.agents import add_to
from ops.archive.commands import add_archive
from ops.audit.commands import add_audit
from ops.backtest.command import backtest
from ops.doctor.command import command as doctor_command
from ops.foresee.command import foresee
from ops.hall_files import describe, read_files
from ops.reports.command import report_command
from ops.staff.commands import add_staff
from ops.up import CannotStart, read_halls, serve, up
from queue_server.settings import Mistakes, Settings, read_settings

DEFAULT_CROWD_SPEED = "60"

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Greenwave: the queues of a public service hall.",
)
hall_app = typer.Typer(no_args_is_help=True, help="Hall files: check and load.")
app.add_typer(hall_app, name="hall")

Host = Annotated[str | None, typer.Option(help="Address to listen on.", show_default="127.0.0.1")]
Port = Annotated[int | None, typer.Option(help="Port; 0 takes any free one.", show_default="8080")]
Data = Annotated[Path | None, typer.Option(help="Data folder.", show_default="under the user's data directory")]
HallFiles = Annotated[list[Path] | None, typer.Option("--hall", help="Hall file or folder; may be repeated.")]
Workers = Annotated[int | None, typer.Option(help="Worker processes.", show_default="1")]
OpenNow = Annotated[bool, typer.Option("--open-now", help="Count the halls as open at any hour.")]
AdminToken = Annotated[str | None, typer.Option(help="Admin token.", show_default="made, and kept in the data folder")]
PublicUrl = Annotated[str | None, typer.Option(help="How phones reach this server, for QR codes.")]
Channels = Annotated[
    Path | None, typer.Option(help="What messages go out by.", show_default="channels.toml in the data folder")
]
Identity = Annotated[
    Path | None, typer.Option(help="What visitors may sign in with.", show_default="identity.toml in the data folder")
]
Archive = Annotated[
    str | None,
    typer.Option(
        help="Where the past is kept: sqlite:///FILE, postgresql://USER@HOST/DATABASE, or none:",
        show_default="archive.db in the data folder",
    ),
]
Crowd = Annotated[str | None, typer.Option(help="Simulated visitors and clerks, so many times faster than the clock.")]
StoreUrl = Annotated[str | None, typer.Option(help="Valkey or Redis: redis://, valkey:// or unix://.")]
"""Options of several commands."""


def _stop(message: str, status: int = 1) -> None:
    print(message, file=sys.stderr)
    raise typer.Exit(status)


def _settings(**options: Any) -> Settings:
    try:
        return read_settings(options, os.environ)
    except Mistakes as mistakes:
        _stop("\n".join(mistakes.lines), 2)
        raise AssertionError from mistakes


@app.command("up")
def up_command(
    host: Host = None,
    port: Port = None,
    data: Data = None,
    hall: HallFiles = None,
    workers: Workers = None,
    open_now: OpenNow = False,
    admin_token: AdminToken = None,
    public_url: PublicUrl = None,
    channels: Channels = None,
    identity: Identity = None,
    archive: Archive = None,
    crowd: Crowd = None,
) -> None:
    """The whole hall in one go, on an embedded store. Without --hall it is the demo hall, open at any hour."""
    settings = _settings(
        host=host, port=port, data=data, hall=hall, workers=workers, open_now=open_now,
        admin_token=admin_token, public_url=public_url, channels=channels, identity=identity,
        archive=archive, crowd=crowd,
    )  # fmt: skip
    try:
        up(settings)
    except CannotStart as error:
        _stop(str(error))


@app.command("serve")
def serve_command(
    store: StoreUrl = None,
    host: Host = None,
    port: Port = None,
    data: Data = None,
    hall: HallFiles = None,
    workers: Workers = None,
    open_now: OpenNow = False,
    admin_token: AdminToken = None,
    public_url: PublicUrl = None,
    channels: Channels = None,
    identity: Identity = None,
    archive: Archive = None,
) -> None:
    """The server alone, on a store of your own. Servers of one store need the same secret in their data folders."""
    settings = _settings(
        store=store, host=host, port=port, data=data, hall=hall, workers=workers, open_now=open_now,
        admin_token=admin_token, public_url=public_url, channels=channels, identity=identity,
        archive=archive,
    )  # fmt: skip
    try:
        serve(settings)
    except CannotStart as error:
        _stop(str(error))


@hall_app.command("check")
def check_command(
    files: Annotated[list[Path], typer.Argument(exists=True, help="Hall files, or folders of them.")],
) -> None:
    """Lists every mistake of hall files, with its line and a suggestion; exit status 1 if there is any."""
    wrong = 0
    for file, found in read_files(files):
        for mistake in found.mistakes:
            print(describe(file, mistake))
        hall = found.hall
        wrong += hall is None
        if hall is not None:
            print(
                f"{hall.id}: {len(hall.departments)} departments, {len(hall.services)} items, {len(hall.queues)} "
                f"queues, {len(hall.windows)} windows, {len(hall.journeys)} journeys: no mistakes"
            )
    if wrong:
        raise typer.Exit(1)


@hall_app.command("load")
def load_command(
    files: Annotated[list[Path], typer.Argument(exists=True, help="Hall files, or folders of them.")],
    store: StoreUrl = None,
    data: Data = None,
) -> None:
    """Loads hall files into a running server's store; its queues go on."""
    import asyncio

    from ops.audit.operating import keep_hall_file
    from queue_server.store.asking import StoreDown
    from queue_server.store.connect import connect
    from queue_server.store.embedded import EmbeddedStore

    settings = _settings(store=store, data=data)
    try:
        halls = read_halls(tuple(files))
    except CannotStart as error:
        _stop(str(error))

    async def load() -> None:
        client = connect(settings.store or EmbeddedStore(settings.data).url)
        try:
            for hall in halls:
                await keep_hall_file(client, hall)
        finally:
            await client.aclose()

    try:
        asyncio.run(load())
    except StoreDown:
        _stop("the store does not answer: is the server running? Give its --store URL or --data folder")
    for hall in halls:
        print(f"{hall.id}: loaded")


@app.command("crowd")
def crowd_command(
    server: Annotated[str, typer.Option(help="URL of the running server.")],
    speed: Annotated[float, typer.Option(min=0.1, max=1000, help="How many times faster than the clock.")] = 60.0,
    hall: Annotated[str, typer.Option(help="The hall's id.")] = "demo-hall",
    token: Annotated[str, typer.Option(envvar="GREENWAVE_ADMIN_TOKEN", help="Admin token.")] = "",
    minutes: Annotated[float | None, typer.Option(help="Stop after so many minutes.", show_default="never")] = None,
    seed: Annotated[int, typer.Option(help="The same seed plans the same days.")] = 1,
    share: Annotated[float, typer.Option(min=0.001, max=10, help="Share of the hall's visitors and windows.")] = 1.0,
    hall_file: Annotated[Path | None, typer.Option(exists=True, dir_okay=False, help="The hall's own file.")] = None,
) -> None:
    """Simulated visitors and clerks against a running server. Window 1 stays free for people."""
    from ops.crowd.run import CannotPlay, Wish, run

    wish = Wish(
        server=server, speed=speed, hall=hall, token=token, seed=seed, share=share, hall_file=hall_file, minutes=minutes
    )
    try:
        run(wish)
    except CannotPlay as error:
        _stop(str(error))


@app.command("bench")
def bench_command(
    names: Annotated[list[str] | None, typer.Argument(help="Which benchmarks.", show_default="all")] = None,
    quick: Annotated[bool, typer.Option("--quick", help="Smaller sizes, within a minute or two.")] = False,
    json: Annotated[Path | None, typer.Option(help="Write the figures to this file too.")] = None,
) -> None:
    """The project's own benchmarks, as ratios measured in one run."""
    from ops.bench.run import NAMES, run

    if unknown := set(names or ()) - set(NAMES):
        _stop(f"no such benchmark: {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}", 2)
    run(names or list(NAMES), quick, json)


add_to(app)
add_archive(app)
add_audit(app)
add_staff(app)
app.command("doctor")(doctor_command)
app.command("backtest")(backtest)
app.command("foresee")(foresee)
app.command("report")(report_command)


def main() -> None:
    """The entry point. `--crowd` may stand without a speed."""
    arguments = sys.argv[1:]
    for index, word in enumerate(arguments):
        follows = arguments[index + 1] if index + 1 < len(arguments) else "-"
        if word == "--crowd" and follows.startswith("-"):
            arguments.insert(index + 1, DEFAULT_CROWD_SPEED)
            break
    app(args=arguments, prog_name="greenwave")


if __name__ == "__main__":
    main()
