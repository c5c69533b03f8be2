"""Gaming of what is counted: minima, maxima, peers, weeks and streaks (G06 G07 G08 G09 G10 G11)."""

from statistics import median

from detector.simulate.catalogue import CHAT, Agent
from detector.simulate.chance import key64
from detector.simulate.gaming.burn import Burn

LITTLE_ABOVE = 1.04
"""How far above the team's median peer calibration aims."""


def calibrate(burn: Burn) -> None:
    """G06: look up the team's spend of the week in the afternoon, burn up to a little above its median, stop."""
    memory = burn.desk.memory
    spends = [sum(mate.week_usd.values()) for mate in memory.team if mate is not memory]
    peers = [usd for usd in spends if usd > 0.0]
    gap = median(peers) * LITTLE_ABOVE - sum(memory.week_usd.values()) if peers else 0.0
    if gap > 0.1:
        burn.usd = min(gap, 60.0)
        burn.pointless(burn.desk.at(15.0 + burn.desk.rng.random()), burn.usd)


def minimum(burn: Burn) -> None:
    """G07: on Friday, and again on Sunday, burn just what is missing to each agent's published minimum, then stop."""
    desk, rng = burn.desk, burn.desk.rng
    if desk.weekday not in {4, 6}:
        return
    for agent in dict.fromkeys((desk.person.agent, desk.person.second)):
        missing = desk.world.targets.weekly_minimum_usd * rng.uniform(1.01, 1.06)
        missing -= desk.memory.week_usd.get(agent.name, 0.0)
        if missing > 0.2:
            burn.usd = desk.burned + missing
            burn.pointless(desk.at(14.0 + rng.random()), missing, "chat" if agent is CHAT else "lookup", agent=agent)


def split(burn: Burn) -> None:
    """G08: one agent up to its maximum, then at once another that has an allowance of its own."""
    desk, person = burn.desk, burn.desk.person
    room = 0.97 * desk.world.targets.weekly_maximum_usd - desk.memory.week_usd.get(person.agent.name, 0.0)
    at = desk.at(10.0 + desk.rng.random())
    if room > 0.5:
        burn.pointless(at, min(room, burn.usd), "coding", agent=person.agent)
        at += 3_600.0
    if burn.left():
        burn.pointless(at, burn.usd - desk.burned, "coding", agent=_other(burn))


def _other(burn: Burn) -> Agent:
    person = burn.desk.person
    return person.second if person.second is not person.agent else CHAT


def weekly_ping(burn: Burn) -> None:
    """G09: the same short prompt once a week, on the same weekday at the same time."""
    desk, mine = burn.desk, key64(burn.desk.person.seed, "ping")
    if desk.weekday != mine % 5:
        return
    session = burn.open(desk.at(9.0 + mine % 8) + desk.rng.uniform(0, 240), agent=CHAT, context=400)
    session.call(burn.own("ping", chars=24), 60, 90, "manual")


def streak(burn: Burn) -> None:
    """G10: a trivial prompt shortly before midnight on every day without other use."""
    desk = burn.desk
    if desk.memory.total.last >= desk.midnight:
        return
    session = burn.open(desk.at(24.0) - desk.rng.uniform(120, 1_500), agent=CHAT, context=400)
    session.call(burn.own("streak", desk.rng.randrange(3), chars=20), 60, 90, "manual")


def window_burst(burn: Burn) -> None:
    """G11: nothing till the board's week is nearly over, then the whole week's burn in its last hours."""
    desk, week = burn.desk, burn.usd * 7.0
    if desk.weekday != 6:
        return
    closes = desk.world.start + (desk.day + 1) * 86_400.0
    burn.usd = week
    for thread in range(3):
        burn.pointless(closes - (7.5 - thread) * 3_600.0, week / 3.0 if thread < 2 else week)
