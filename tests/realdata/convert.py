"""Real traces as contract records: `python -m tests.realdata.convert OUT.ndjson [TRACE ...]`.

What a trace does not tell is left out, with two exceptions that are named in the code: traces without a calendar start
on one, and people's activities cost what an agent call costs in the median, or nothing would be at stake.
"""

import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from heapq import merge
from pathlib import Path
from typing import Any
from zlib import crc32

import msgspec

from tests.realdata.source import events

BASE = datetime(2026, 5, 4, tzinfo=UTC).timestamp()
"""Traces whose clock starts at 0 begin on this Monday."""
CALL_USD = 0.074
"""Dollars of a median agent call, counted on 357,161 of them: what each activity of a person on GitHub is charged."""
CLIENT_DAY = 60
"""Events a day to which a ServeGen client is thinned (its shape is kept): 151 clients over 14 days."""

Record = dict[str, Any]


def _call(number: int, event: dict[str, Any], at: float, **more: Any) -> Record:
    """What every trace tells: when, who, which session and model, how many tokens."""
    record = {
        "kind": "invocation", "invocation_id": f"{event['source']}-{number}", "occurred_at": _iso(at),
        "tenant_id": event["source"], "user_id": event["user"], "session_id": event["session"], "model": event["model"],
        "input_tokens": event["prompt_tokens"] or 0, "output_tokens": event["response_tokens"] or 0,
    }  # fmt: skip
    return {k: v for k, v in {**record, **more}.items() if v is not None}


def ragpulse() -> Iterator[Record]:
    """Questions to a university's service; a session stands for a person."""
    for n, e in enumerate(events("ragpulse")):
        prompt = _hash(e["extra"]["prompt_hash"])
        yield _call(
            n, e, e["t"], trigger="manual", identity="human", agent="rag", prompt_hash=prompt, template_hash=prompt
        )


def servegen() -> Iterator[Record]:
    """API clients of a model service: programs and products, none of them gaming anything."""
    for n, e in enumerate(events("servegen", per_day=CLIENT_DAY)):
        yield _call(n, e, BASE + e["t"], agent="api")


def azure() -> Iterator[Record]:
    """Two production services, an hour each, without users."""
    for which in ("code", "conv"):
        for n, e in enumerate(events("azure_llm", which=which)):
            yield _call(n, e, e["t"], identity="service", trigger="event", agent="service")


def mooncake() -> Iterator[Record]:
    """An hour of a chat service; conversations stand for people. Cached prefix blocks are 512 tokens."""
    for n, e in enumerate(events("mooncake")):
        read = min(e["extra"]["reused_blocks"] * 512, e["prompt_tokens"])
        fresh = e["prompt_tokens"] - read
        yield _call(n, e, BASE + e["t"], agent="chat", input_tokens=fresh, cache_read_tokens=read)


def tracelab() -> Iterator[Record]:
    """Two coding-agent sessions, one row a model call."""
    for n, e in enumerate(events("tracelab")):
        x = e["extra"]
        trigger, status = (
            ("manual" if e["trigger"] == "human" else "agent"),
            ("error" if e["outcome"] == "error" else "ok"),
        )
        yield _call(n, e, e["t"], agent=x["provider"], trigger=trigger, status=status, input_tokens=x["new"] or 0,
                    cache_read_tokens=x["prefix"] or 0)  # fmt: skip


def github_humans(*, templates: bool = False) -> Iterator[Record]:
    """Two months of 329 developers: each activity a call that they started, a repository's day a session.

    `templates` says of each activity that its kind is its template and the repository its target: as repetitive as
    honest work can be made to look.
    """
    for n, e in enumerate(events("github_humans")):
        session = f"{e['session']}-{int(e['t'] // 86_400)}"
        more = {"template_hash": _hash(e["trigger"]), "target_hash": _hash(e["session"])} if templates else {}
        told = {"trigger": "manual", "identity": "human", "agent": "github", "tool": e["trigger"], **more}
        yield _call(n, e, e["t"], **told, cost_usd=CALL_USD, project=e["session"], session_id=session)
        if e["trigger"] == "Closing pull request":
            outcome = "merged" if e["outcome"] == "merged" else "rejected"
            yield {"kind": "outcome", "outcome_id": f"gh-{n}", "occurred_at": _iso(e["t"]), "outcome": outcome,
                   "tenant_id": e["source"], "user_id": e["user"], "session_id": session}  # fmt: skip


TRACES: dict[str, Callable[[], Iterator[Record]]] = {
    "ragpulse": ragpulse, "servegen": servegen, "azure": azure, "mooncake": mooncake, "tracelab": tracelab,
    "github_humans": github_humans,
}  # fmt: skip


def _iso(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat()


def _hash(value: object) -> str:
    return f"{crc32(repr(value).encode()):08x}"


def main(out: str, *names: str) -> None:
    """Write the traces, all of them or the named ones, merged in time order, one record a line."""
    count = 0
    with Path(out).open("wb") as file:
        for record in merge(*(TRACES[name]() for name in names or TRACES), key=lambda r: r["occurred_at"]):
            file.write(msgspec.json.encode(record) + b"\n")
            count += 1
    sys.stderr.write(f"{count:,} records\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
