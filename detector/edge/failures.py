"""The ways a command ends badly on purpose, each with its exit status: click prints the sentence and leaves with it."""

import click


class Misconfigured(click.ClickException):
    """Wrong use or configuration: the sentence names the setting."""

    exit_code = 2


class Unreachable(click.ClickException):
    """A server that is needed can't be reached, or was away for longer than `DETECTOR_OUTAGE_SECONDS`."""

    exit_code = 3


class Halted(click.ClickException):
    """The worker stopped itself because going on would lose or spoil something; what was not checkpointed is redone."""

    exit_code = 1
