"""The command itself."""

import os
from pathlib import Path
from typing import Annotated

import typer

from ops.doctor.finding import Case
from queue_server.settings import default_data

KINDS = ("printer", "scanner", "idcard", "keypad", "panel", "speaker")
Address = Annotated[str, typer.Option(help="Its address, as the agent is given it.")]


def command(
    server: Annotated[str, typer.Option(help="URL of the server.", envvar="GREENWAVE_SERVER")] = "",
    token: Annotated[str, typer.Option(help="The token to try.", envvar="GREENWAVE_TOKEN")] = "",
    hall: Annotated[str, typer.Option(help="The hall's id.")] = "",
    printer: Address = "",
    scanner: Address = "",
    idcard: Address = "",
    keypad: Address = "",
    panel: Address = "",
    speaker: Address = "",
    port: Annotated[int | None, typer.Option(min=0, help="The port that a server here is to have.")] = None,
    public_url: Annotated[str, typer.Option(help="How phones reach the server.", envvar="GREENWAVE_PUBLIC_URL")] = "",
    data: Annotated[Path | None, typer.Option(help="The data folder.", envvar="GREENWAVE_DATA")] = None,
    lang: Annotated[str, typer.Option(help="zh, en, de, ja, ko or ru.", show_default="what the system speaks")] = "",
    json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """What is wrong with this installation, in plain words; exit status 1 if anything is."""
    from ops.doctor.examine import examine
    from ops.doctor.telling import any_wrong, as_json, language, lines

    given = (printer, scanner, idcard, keypad, panel, speaker)
    case = Case(
        server=server, token=token, hall=hall, port=port, data=data or default_data(os.environ),
        public_url=public_url,
        devices={kind: address for kind, address in zip(KINDS, given, strict=True) if address},
    )  # fmt: skip
    findings = examine(case)
    spoken = language(lang, os.environ)
    print(as_json(findings, spoken) if json else "\n".join(lines(findings, spoken)))
    if any_wrong(findings):
        raise typer.Exit(1)
