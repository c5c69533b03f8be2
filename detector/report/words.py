"""What the figures say, how they were made and what they can't say, in plain sentences."""

from collections.abc import Sequence
from typing import Final

from detector.report.model import Adoption, Index, Share, TenantFigures, TrendWeek

TRAILING: Final = 4
"""Weeks in which a person must have been seen to count as known: a month, so that leave does not shrink the company."""
NAME_LETTERS: Final = 48
"""Longest name shown: a pseudonym has 26, an address rarely more than 40."""
METHOD: Final = (
    (
        "Weekly active share: people with at least one call in the week, of the people seen in the four weeks that "
        "end with it. Authentic leaves out people who were active only by keep-alive (one or two short single- "
        "prompt sessions of which nothing is known to have come) or only by work under alerts. Intervals are 95 % "
        "Wilson intervals: they read the week as a sample of how such people behave."
    ),
    (
        "Work under an alert: every session in which the detector called work tokenmaxxing or waste, with all of "
        "the session's cost, also that before the alert. A spike in spending alone is not counted, nor what a "
        "label or a registered project excuses."
    ),
    (
        "Authenticity index: dollars left after work under alerts and answers counted twice are taken out, divided "
        "by all dollars. Calls without a reported cost are estimated from their tokens. Its 95% interval comes "
        "from drawing the people again with replacement: it shows how much rests on few people, not what the "
        "detector may have missed."
    ),
    (
        "Peer calibration, for teams of five or more with at least six weeks: how far members are from the median "
        "of the others, in median absolute deviations, how steady that distance is, and how often a member's own "
        "weeks in shuffled order would be as steady. Teams on one sprint move together too: a small p-value is a "
        "reason to ask about the target, never about a person."
    ),
)
GENERAL: Final = (
    ("Nothing here is for performance review: it says how far an adoption figure can be trusted, not who works well."),
    (
        "No alert is no proof: work that the detector did not notice counts as authentic, so the authentic figures "
        "are upper bounds, and a wrong alert lowers them."
    ),
    "People who never used an agent leave no record: shares are of people seen, not of everybody employed.",
)


def percent(value: float) -> str:
    """A share for reading.

    >>> percent(0.8333), percent(1.0), percent(0.9999)
    ('83.3%', '100%', '>99.9%')
    """
    if 0.9995 <= value < 1:
        return ">99.9%"
    return f"{value:.1%}".replace(".0%", "%")


def interval(low: float, high: float) -> str:
    """The ends of an interval for reading.

    >>> interval(0.5, 0.75)
    '50% to 75%'
    """
    return f"{percent(low)} to {percent(high)}"


def is_early(trend: Sequence[TrendWeek]) -> bool:
    """Whether the series begins before four weeks of data say who is known."""
    return any(at.trailing_weeks < TRAILING for at in trend)


def findings(tenant: TenantFigures) -> list[str]:
    """The answer first: three or four sentences for somebody who reads nothing else."""
    told = [_adoption(tenant.adoption), _index(tenant.index)]
    if tenant.keep_alive is not None:
        told.append(f"Keep-alive use: {_share(tenant.keep_alive)} of the week's active people.")
    if board := tenant.leaderboard_usd:
        down = sum(row.authentic_rank > row.raw_rank for row in board)
        gone = sum(row.authentic_rank > len(board) for row in board)
        told.append(
            f"Of the {len(board)} largest spenders, {down} rank lower by authentic dollars; {gone} would no longer be "
            "on the board."
        )
    return told


def _adoption(adoption: Adoption) -> str:
    raw, authentic = adoption.raw, adoption.authentic
    return (
        f"{percent(raw.value)} of {raw.of:,} people were active this week ({interval(raw.low, raw.high)}), "
        f"{_against(raw, adoption.target)}. Counting authentic use only, {percent(authentic.value)} were "
        f"({interval(authentic.low, authentic.high)}), {_against(authentic, adoption.target)}."
    )


def _against(share: Share, target: float) -> str:
    if share.low > target:
        return f"above the target of {percent(target)}"
    if share.high < target:
        return f"below the target of {percent(target)}"
    return f"too near the target of {percent(target)} to say above or below"


def _index(index: Index) -> str:
    if index.value is None or index.low is None or index.high is None:
        return "Nothing was spent this week, so there is no authenticity index."
    told = f"Authenticity index {percent(index.value)}: ${index.authentic_usd:,.2f} of ${index.raw_usd:,.2f}"
    if index.people_touched == 0:
        return f"{told}. No work of this week was under an alert."
    return (
        f"{told} ({interval(index.low, index.high)}). Work under alerts cost ${index.under_alert_usd:,.2f} and touches "
        f"{index.people_touched:,} of {index.people:,} people."
    )


def _share(share: Share) -> str:
    return f"{percent(share.value)} ({share.count:,} of {share.of:,}; {interval(share.low, share.high)})"


def limits(tenant: TenantFigures) -> list[str]:
    """What must be said beside these figures, the particular before the general."""
    found, told = tenant.coverage, []
    if not found.complete:
        told.append("The data ends before the week does: its shares will still rise.")
    if found.trailing_weeks < TRAILING:
        told.append(
            f"Only {found.trailing_weeks} of the four weeks that say who is known are in the data: the active share is "
            "too high by those who were seen earlier."
        )
    told.append(
        f"Outcomes are known for {found.outcomes.count:,} of {found.outcomes.of:,} people; where none is known, "
        "useless work is hard to tell from useful work, and a short honest week looks like keep-alive."
    )
    told.append(
        f"{percent(found.cache_read_share)} of the tokens are cache reads, which grow with the length of "
        "conversations: rank by dollars rather than tokens."
    )
    if found.service_usd:
        told.append(f"Service identities spent ${found.service_usd:,.2f}; they are nobody's adoption and left out.")
    if found.teams_hidden:
        told.append(f"{found.teams_hidden:,} teams with fewer than five active people are not shown.")
    tested = sum(team.p_value is not None for team in tenant.calibration)
    if tested:
        told.append(
            f"{tested:,} teams were tested for peer calibration: {tested * 0.05:.1f} of them fall below p = 0.05 by "
            "chance."
        )
    return [*told, *GENERAL]


def shown(name: str) -> str:
    r"""An id as it may be shown: nothing that steers a terminal or turns the direction of writing, and not too long.

    >>> ascii(shown("ann" + chr(27) + "[2J")), len(shown("x" * 256))
    ("'ann\\ufffd[2J'", 48)
    """
    safe = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in name)
    return safe if len(safe) <= NAME_LETTERS else safe[: NAME_LETTERS - 1] + "\N{HORIZONTAL ELLIPSIS}"
