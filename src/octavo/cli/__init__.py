"""Commands: one module a group of them, found by name and imported only when called.

What every command keeps to: answers on standard output, everything else on standard error; a terminal shows a progress bar, a pipe does
not; what is wrong with one input gets one line that names it, the rest goes on, and the exit code is 2 at the end.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module

import click

from octavo import __version__
from octavo.errors import OctavoError

COMMANDS = {  # command: the module that holds it and its line of help; help must not import them all
    "read": ("read", "Print the stories in files, folders and addresses."),
    "demo": ("demo", "Start Octavo with the demonstration press."),
    "serve": ("serve", "Serve the pages and gather the sources."),
    "add": ("sources", "Add sources: feeds, pages, sites whose feed is looked for, or a starter pack."),
    "sources": ("sources", "List the sources with their health; check, change, import and export them."),
    "editions": ("editions", "List the starter packs that `octavo add --edition` takes."),
    "gather": ("sources", "Gather what is due, without the web app."),
    "stories": ("stories", "Say which articles belong together, or ask why they stand where they do."),
    "search": ("search", "Find articles and stories, as the search page does; rebuild its index."),
    "readers": ("readers", "List who has an account; add readers, set passwords, give links to reset them."),
    "doctor": ("doctor", "Check this installation."),
    "backup": ("upkeep", "Write everything that is kept into a file."),
    "restore": ("upkeep", "Put a backup in the place of what is kept."),
    "check": ("upkeep", "Look whether everything that is kept fits together."),
    "extract": ("extract", "Step: saved pages and captures in, articles out."),
    "group": ("group", "Step: articles in, their stories, threads and copies out."),
    "quotes": ("evidence", "Step: articles in, quotes and credits out."),
    "timeline": ("evidence", "Step: long stories in, timelines out."),
    "brief": ("evidence", "Step: stories in, briefs out."),
}


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        command = getattr(import_module(f"octavo.cli.{COMMANDS[name][0]}"), name)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, help) for name, (_, help) in COMMANDS.items()])


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120})
@click.version_option(__version__, prog_name="octavo")
def octavo() -> None:
    """Octavo: the news as stories, with a source sentence for every claim."""


def main() -> None:
    """Run the command line. Exit code 0: all went well; 2: something given could not be used; 1: interrupted."""
    try:
        code = octavo(standalone_mode=False)
    except click.exceptions.Exit as stop:
        code = stop.exit_code
    except click.Abort:
        click.echo("octavo: interrupted", err=True)
        code = 1
    except click.ClickException as fault:
        fault.show()
        code = 2
    except OctavoError as fault:
        click.echo(f"octavo: {fault}", err=True)
        code = 2
    except BrokenPipeError:
        # The reader of our output has had enough (`octavo read ... | head`); Python would complain again when it flushes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    sys.exit(code if isinstance(code, int) else 0)
