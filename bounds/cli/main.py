"""The command ``netbounds``: which subcommands there are, and what its exit codes mean.

Exit codes: 0 answered; 1 the answer is a no; 2 bad input; 3 undecided; 4 internal error.
Subcommands are imported when they are asked for, so that ``netbounds --help`` loads nothing else.
"""

from __future__ import annotations

import importlib
import os
import sys
import traceback

import click

from identifiability.errors import NetboundsError, Undecided

BAD_INPUT, UNDECIDED, INTERNAL_ERROR, INTERRUPTED = 2, 3, 4, 130

SUBCOMMANDS = {
    "size": ("bounds.cli.size", "How many parameters does error epsilon take, on both sides?"),
    "compare": ("bounds.cli.compare", "Which of two rates grows faster as epsilon goes to 0?"),
    "hypotheses": ("bounds.cli.hypotheses", "What a theorem assumes, checked for an activation."),
    "plot": ("bounds.cli.plot", "Draw sizes against epsilon."),
}


class _LazyGroup(click.Group):
    """A group whose subcommands live in modules of their own, imported on demand."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(SUBCOMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in SUBCOMMANDS:
            return None
        command: click.Command = importlib.import_module(SUBCOMMANDS[cmd_name][0]).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, summary) in SUBCOMMANDS.items()])


@click.group(
    cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(package_name="netbounds")
def netbounds() -> None:
    """What neural networks can express: exact numbers, each with its proof status."""


def main() -> None:
    """Run the command; every failure is one sentence on stderr and an exit code.

    A subcommand answers with its exit code, or with None for 0.
    """
    try:
        sys.exit(netbounds.main(standalone_mode=False))
    except click.ClickException as error:
        error.show()
        sys.exit(BAD_INPUT)
    except Undecided as error:
        _say(str(error))
        sys.exit(UNDECIDED)
    except NetboundsError as error:
        _say(str(error))
        sys.exit(BAD_INPUT)
    except OSError as error:
        _say(f"cannot use {error.filename or 'the file'}: {error.strerror}")
        sys.exit(BAD_INPUT)
    except (click.Abort, KeyboardInterrupt):
        _say("interrupted")
        sys.exit(INTERRUPTED)
    except Exception as error:
        if os.environ.get("NETBOUNDS_TRACEBACK"):
            traceback.print_exc()
        _say(f"internal error: {error!r}; set NETBOUNDS_TRACEBACK=1 to see where, and please report it")
        sys.exit(INTERNAL_ERROR)


def _say(sentence: str) -> None:
    click.echo(f"netbounds: {sentence}", err=True)
