"""The four topics of the contract: their names under a prefix, and how they are made."""

from typing import Final

import msgspec

INVOCATIONS: Final = "meshclaw.invocations.v1"
ALERTS: Final = "tokenmaxxing.alerts.v1"
SHADOW_ALERTS: Final = "tokenmaxxing.alerts.shadow.v1"
"""What a shadow would have said: the same records, for whoever tries a policy, and for nobody else."""
LABELS: Final = "tokenmaxxing.labels.v1"
DEAD_LETTERS: Final = "tokenmaxxing.dead-letters.v1"

DEAD_LETTER_BYTES = 64 * 1024 * 1024
"""Largest dead letter: anything that a producer could get into an input topic must fit, whatever that topic allows."""
WEEK_MS = 7 * 86_400_000


class Topics(msgspec.Struct, frozen=True):
    """The names in force."""

    invocations: str
    alerts: str
    labels: str
    dead_letters: str

    @classmethod
    def under(cls, prefix: str, *, shadow: bool = False) -> "Topics":
        """The contract's names behind a prefix; a shadow reads the same and tells its alerts elsewhere.

        >>> Topics.under("eu.").labels
        'eu.tokenmaxxing.labels.v1'
        """
        alerts = SHADOW_ALERTS if shadow else ALERTS
        return cls(*(prefix + name for name in (INVOCATIONS, alerts, LABELS, DEAD_LETTERS)))

    @property
    def inputs(self) -> tuple[str, str]:
        """What a worker reads, co-partitioned: one lease covers the same partition of both."""
        return self.invocations, self.labels

    def wanted(self) -> dict[str, dict[str, str]]:
        """Each topic's own configuration, where it differs from the broker's."""
        return {
            self.invocations: {},
            self.labels: {},
            # Compacted, so that a new subscriber finds the last word on every alert; deleted, so that it ends.
            self.alerts: {"cleanup.policy": "compact,delete", "retention.ms": str(12 * WEEK_MS)},
            self.dead_letters: {"max.message.bytes": str(DEAD_LETTER_BYTES), "retention.ms": str(4 * WEEK_MS)},
        }
