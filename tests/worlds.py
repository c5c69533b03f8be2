"""Seeded small worlds: random streams made of episodes, and what the simulator plays."""

import functools
import itertools
from collections.abc import Iterable, Iterator
from datetime import datetime
from random import Random
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from detector.event import Rejection
from detector.pipeline import Step
from detector.simulate import Company, Gamer, Mix
from tests.lives import EPISODES, Episode, Life
from tests.streams import HOUR, MONDAY, Line, Played, label, lines, play, when

if TYPE_CHECKING:
    from detector.alert import Alert

USERS = (("default", "ann"), ("default", "bob"), ("other", "ann"), ("1:d", "efault:ann"), ("default", "änn\x1f☂"))
"""Tenant and user ids made to be mistaken for one another."""

law = settings(
    derandomize=True,
    deadline=None,
    max_examples=25,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)
"""How every law is tried: the same examples each run, no clock."""


def told(seed: int, plan: Iterable[tuple[int, Episode]], *, dirt: bool = False) -> list[Line]:
    """The stream of a plan: who lives through what, in turn. Redelivery, disorder and labels come by the seed."""
    rng = Random(seed)  # noqa: S311 a seeded world, no secret
    lives: dict[int, Life] = {}
    stories: dict[int, list[dict[str, Any]]] = {}
    for user, episode in plan:
        life = lives.setdefault(user, Life(rng, *USERS[user], f"{user}", MONDAY + rng.random()))
        stories.setdefault(user, []).extend(episode(life))
    for story in stories.values():
        _redeliver(story, rng)
        _disorder(story, rng)
    records: list[dict[str, Any] | bytes] = list(_interleaved(stories.values(), rng))
    if dirt:
        for _ in range(rng.randint(1, 8)):
            records.insert(rng.randrange(len(records) + 1), rng.choice(DIRT))
    return lines(_labelled(records, rng))


DIRT = (b"", b"{}", b"\xff\x00", b"null", b"[1", b'{"kind":"outcome"}', b'{"kind":"x"}', b'{"kind":"invocation",' * 99)
"""Some lines that are no records; `tests/contract/test_dirt.py` has them all."""


def _redeliver(story: list[dict[str, Any]], rng: Random) -> None:
    for _ in range(rng.choice([0, 0, 1, 5])):
        at = rng.randrange(len(story))
        story.insert(min(len(story), at + rng.randint(1, 20)), story[at])


def _disorder(story: list[dict[str, Any]], rng: Random) -> None:
    for _ in range(rng.choice([0, 0, 3, 10])):
        at = rng.randrange(len(story))
        story.insert(max(0, at - rng.randint(1, 5)), story.pop(at))


def _interleaved(stories: Iterable[list[dict[str, Any]]], rng: Random) -> Iterator[dict[str, Any]]:
    waiting = [iter(story) for story in stories]
    while waiting:
        teller = rng.choice(waiting)
        told = list(itertools.islice(teller, rng.randint(1, 5)))
        if not told:
            waiting.remove(teller)
        yield from told


def _labelled(records: list[dict[str, Any] | bytes], rng: Random) -> Iterator[dict[str, Any] | bytes]:
    """The records with labels among them: people answer some of the alerts that the records raise."""
    answer = rng.random() * 0.5
    raised: list[Alert] = []
    played = Played.nothing()

    def seen(step: Step | Rejection, _: Line) -> None:
        raised.extend(() if isinstance(step, Rejection) else step.alerts)

    for number, record in enumerate(records):
        yield record
        play(lines([record]), seen=seen, known=played)
        for alert in raised:
            if rng.random() < answer:
                at = datetime.fromisoformat(alert.raised_at).timestamp()
                said = label(
                    at, number, alert.alert_id, tenant_id=alert.tenant_id, user_id=alert.user_id,
                    verdict=rng.choice(["confirmed", "deliberate", "known_job", "bug", "false_alarm"]),
                    expires_at=rng.choice([None, when(at + HOUR)]),
                )  # fmt: skip
                yield said
                play(lines([said]), known=played)
        raised.clear()


def streams(users: int = len(USERS), *, dirt: bool = False, most: int = 8) -> st.SearchStrategy[list[Line]]:
    """Random streams of up to `users` people and `most` episodes."""
    plan = st.lists(st.tuples(st.integers(0, users - 1), st.sampled_from(EPISODES)), min_size=1, max_size=most)
    return st.builds(functools.partial(told, dirt=dirt), st.integers(0, 2**32), plan)


GAMERS = (Gamer("G01_endless_task", 0.75), Gamer("G02_overnight", 0.75), Gamer("G14_duplicates", 0.75))
LOOKALIKES = ("L7_builder_critic", "L10_same_response", "L8_heartbeat", "L9_client_bug")


@functools.cache
def slice_of_company(most: int = 6000, days: int = 3) -> tuple[Line, ...]:
    """The first records of a small company with gamers and look-alikes, at least the first day whole."""
    mix = Mix("tests", dict.fromkeys(LOOKALIKES, 1), GAMERS, onset=0)
    company = Company(seed="laws", people=10, days=days, mix=mix, duplicates=0.01)
    return tuple(lines(itertools.islice(company.records(), most)))
