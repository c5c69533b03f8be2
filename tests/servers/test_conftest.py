"""The rule of the run: where real servers are required, nothing that needs one is skipped."""

from pathlib import Path

import pytest

from tests.servers.ladder import REQUIRE_VARIABLE

pytest_plugins = ["pytester"]

CONFTEST = (Path(__file__).parents[1] / "conftest.py").read_text("utf-8")

MARKED = """
import pytest

@pytest.mark.kafka
def test_marked():
    pytest.skip("no broker today")

def test_unmarked():
    pytest.skip("no browser today")
"""


@pytest.fixture
def inner(pytester: pytest.Pytester) -> pytest.Pytester:
    pytester.makeconftest(CONFTEST)
    pytester.makeini("[pytest]\nmarkers =\n    kafka: x\n    redis: x\n    faults: x\n")
    pytester.syspathinsert(Path(__file__).parents[2])
    return pytester


def test_skip_of_a_marked_test_fails_the_run(inner: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """A skipped test marked kafka is a failure that tells its reason; an unmarked one stays a skip."""
    monkeypatch.setenv(REQUIRE_VARIABLE, "1")
    inner.makepyfile(MARKED)
    result = inner.runpytest()
    result.assert_outcomes(failed=1, skipped=1)
    result.stdout.fnmatch_lines(["*no broker today*"])


def test_skip_of_a_whole_module_fails_the_run(inner: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """A module that skips itself at import cannot say what it held, so it fails too."""
    monkeypatch.setenv(REQUIRE_VARIABLE, "1")
    inner.makepyfile('import pytest\npytest.skip("not here", allow_module_level=True)')
    inner.runpytest().assert_outcomes(errors=1)


def test_skips_are_skips_where_real_servers_are_not_required(
    inner: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A developer's run may skip."""
    monkeypatch.delenv(REQUIRE_VARIABLE, raising=False)
    inner.makepyfile(MARKED)
    inner.runpytest().assert_outcomes(skipped=2)
