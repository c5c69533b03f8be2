"""What is known of people in general, before anything is known of one: the shipped prior.

Figures are of honest use, in log space where they spread over magnitudes. Sources: published usage figures of coding
agents (a median day of $4-8, P90 near $30), and counts on open traces.
"""

from math import log
from typing import Final

DAY_BURN: Final = (log(6.0), 1.3)
"""Log dollars an active day: median 6, sigma 1.3 (published mean 13 and P90 30 fit sigma 1.0-1.6)."""
REPEATED: Final = 0.166
"""Share of calls that repeat an earlier prompt (counted on an open question service)."""
GAP_SD: Final = 2.3
"""Spread of log seconds between calls of one session of honest work (coefficient of variation 1.0-1.4 and above)."""
OUT_SD: Final = 1.0
"""Spread of log output tokens within one session of honest work."""
SIZES_SD: Final = 0.6
"""Spread of the mean log output tokens of a person's sessions on one line of work (both synthetic companies)."""
CONTEXT: Final = 2.6
"""Log fresh tokens sent for each written: the published input-to-output norm is 13 to 1."""
GOOD_SHARE: Final = 0.6
"""Share of known outcomes that are good: merge rate of agent work 60 %, of people 80 % (published)."""
USELESS_READ: Final = 0.3
"""Share of the answered sessions of useless work that are only read: 2 and 10 % on the two synthetic companies
(honest: 44 and 76 %), 28 and 32 % on two written apart from the same facts (honest: 36 and 17 %). So that somebody
looked is hardly a sign that it was wanted.
"""
CALLS_PER_HOUR: Final = 60.0
"""Calls in a busy hour of agentic work: about 145 tool calls in a deep session of some hours (published)."""

WELCOME_WEIGHT: Final = 8.0
"""Sessions that the prior share of good ends counts for."""
USUAL_FLOOR: Final = 0.25
"""Least usual share of good ends that bad ones are measured by: researchers rightly discard 70 %."""
USUAL_CEILING: Final = 0.8
"""Most of the same: nobody is so good that three bad sessions in a row prove anything."""
HONEST: Final = (1.2, 1.2)
"""Beta prior of the share of good outcomes of honest work: broad, for researchers rightly discard 70 %."""
USELESS: Final = (0.4, 6.0)
"""The same of useless work: 6 % on average."""
HEARD_MIN: Final = 2.0
"""Answered sessions a person must have before silence about others means anything."""
HEARD_WEIGHT: Final = 3.0
"""Unanswered sessions that the estimate of a person's answered share starts with."""
HEARD_STRENGTH: Final = 6.0
"""Sessions' worth of belief that other honest work of a person is answered as often as the rest."""
UNHEARD: Final = (1.0, 5.0)
"""Beta prior of the answered share of useless work."""
LONG_DAYS: Final = 4
SESSION_CALLS: Final = 20
"""A repetition that runs on for four days in a few endless sessions is silent louder: each doubling of 20 calls a
session counts as one more."""
SILENCE_CAP: Final = 4.0
"""Log odds that silence can weigh at most: a client may report outcomes for one kind of work only."""
TRUST_MANUAL: Final = 1.0
TRUST_AGENT: Final = 0.35
TRUST_ATTENDED: Final = 0.2
TRUST_DECLARED: Final = 0.1
"""Weight of silence about what a person asked, an agent did alone, an agent did while its person was there, and
declared automation made: outcomes of the last are read where nobody counts. Silence about what an agent did is never
evidence enough by itself, and none at all where its person was there: a builder and its critic, whose work nobody
reported on, were accused at 0.5 and, with answers all of one length, at 0.35."""

PRICES: Final = (3e-6, 15e-6, 0.3e-6, 3.75e-6)
"""Dollars a token of fresh input, output, cache read, cache write: the usual list ratio 1 : 5 : 0.1 : 1.25. Only used
where a record has no cost of its own."""
