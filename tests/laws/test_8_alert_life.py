"""Law 8: an alert has one id for life, revisions that grow by one, and an end after its beginning."""

from datetime import datetime
from itertools import pairwise

from hypothesis import given

from tests.streams import play
from tests.worlds import law, slice_of_company, streams


def assert_lives(played):
    lives: dict[str, list] = {}
    for alert in played.told:
        lives.setdefault(alert.alert_id, []).append(alert)
    for told in lives.values():
        assert [alert.revision for alert in told] == list(range(1, len(told) + 1))
        assert told[0].status == "firing"
        assert told[0].raised_at == told[0].starts_at
        for before, after in pairwise(told):
            assert (before.status, after.status) != ("resolved", "resolved")
            assert same_workload(before) == same_workload(after)
        for alert in told:
            starts, raised, ends = map(datetime.fromisoformat, (alert.starts_at, alert.raised_at, alert.ends_at))
            assert max(starts, raised) <= ends  # a late record may raise a revision from before the start
    return lives


def same_workload(alert):
    """What never changes in an alert's life."""
    return alert.alert_id, alert.tenant_id, alert.user_id, alert.starts_at


@law
@given(streams())
def test_random_streams(stream):
    """On any stream, late and disordered ones too."""
    assert_lives(play(stream))


@law
@given(streams(users=2))
def test_ids_come_from_input_alone(stream):
    """The same records give the same ids from another file; another user's never have them."""
    one, other = play(stream), play([line._replace(number=line.number + 1000) for line in stream])
    assert [a.alert_id for a in one.told] == [a.alert_id for a in other.told]
    owners = {(a.alert_id, a.tenant_id, a.user_id) for a in one.told}
    assert len(owners) == len({alert_id for alert_id, _, _ in owners})


def test_company():
    """Simulated people: several alerts with several revisions, some ended."""
    lives = assert_lives(play(slice_of_company()))
    assert any(len(told) > 2 for told in lives.values())
    assert any(alert.status == "resolved" for told in lives.values() for alert in told)
