"""The command line: `detector COMMAND`, or `python -m detector COMMAND`.

Exit status: 0 done; 2 wrong use or configuration; 3 a server that is needed can't be reached; 1 anything else.
Each command lives in `detector/commands/` and is imported when it is called, so that `replay` never loads Kafka.
"""

import importlib
import logging
import sys

import click

COMMANDS = {
    "worker": "Judge records from Kafka, with state in Redis; run as many as wanted.",
    "demo": "Everything on this machine: broker, Redis, worker, a synthetic company and a live page.",
    "replay": "The same judgement over files, without Kafka or Redis.",
    "simulate": "Write a synthetic company's records, with the truth beside them.",
    "evaluate": "Run the detection benchmark and print its table.",
    "topics": "Create or check the topics.",
    "notify": "Tell alerts to Alertmanager and to a signed webhook.",
    "alerts": "Subscribe to the alert topic and print what comes.",
    "dead-letters": "List, show and re-drive refused records.",
    "erase": "Remove a person's state everywhere, and prove it.",
    "audit": "Say whether published alerts are reproduced from their records.",
    "me": "What is remembered of one person, what is flagged and why, and what clears it.",
    "reveal": "Turn a pseudonym back, for the holder of the key; each use is written down.",
    "label": "Say what an alert turned out to be.",
    "report": "Adoption and leaderboards, raw beside authentic.",
}
"""Every command with its one-line help, so that `--help` imports none of them."""


class LazyGroup(click.Group):
    """Finds a command's module by its name and imports it at first use."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"detector.commands.{cmd_name.replace('-', '_')}")
        command: click.Command = getattr(module, "command", None) or getattr(module, cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="tokenmaxxing-detector", prog_name="detector")
def cli() -> None:
    """Tell pointless agent use from honest heavy use, as it happens."""


def main() -> None:
    """Run the command line and leave with the status that the contract promises."""
    try:
        cli.main(prog_name="detector")
    except Exception as error:
        logging.getLogger(__name__).debug("unforeseen", exc_info=True)
        click.echo(f"detector: {type(error).__name__}: {error}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
