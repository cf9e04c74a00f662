"""What all agents are told alike, and how they end."""

import asyncio
import signal
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from queue_server.link.folder import AgentFolder, FolderInUse

Server = Annotated[str, typer.Option(help="URL of the server.", envvar="GREENWAVE_SERVER", show_default="the one kept")]
Token = Annotated[str, typer.Option(help="This device's token.", envvar="GREENWAVE_TOKEN", show_default="the one kept")]
HallId = Annotated[str, typer.Option("--hall", help="The hall's id.", show_default="the one kept")]
Code = Annotated[str, typer.Option("--enrol", help="Set this device up with a one-time code from the cockpit.")]
Data = Annotated[Path, typer.Option(help="This agent's own folder.")]


def stop_with(message: str, status: int = 1) -> NoReturn:
    """Ends the command with one line on stderr."""
    print(f"greenwave: {message}", file=sys.stderr)
    raise typer.Exit(status)


def take_folder(path: Path) -> AgentFolder:
    """The agent's folder, held until this process ends; or the end of the command, with what is wrong."""
    try:
        return AgentFolder(path)
    except FolderInUse as error:
        stop_with(str(error))
    except OSError as error:
        stop_with(f"cannot use the folder {path}: {error.strerror}")


def stop_on_signals() -> asyncio.Event:
    """Set on SIGTERM and SIGINT."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop
