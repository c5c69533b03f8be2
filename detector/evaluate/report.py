"""The benchmark's tables, from played worlds."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence

from detector.evaluate.against import against
from detector.evaluate.played import Played
from detector.evaluate.score import (
    PERSONAL,
    Case,
    cases,
    false_alerts,
    fate,
    honest_days,
    onset_of,
    quantile,
    wilson,
)  # fmt: skip
from detector.evaluate.tables import Table
from detector.evaluate.truth import number


def percent(hits: int, trials: int) -> list[str]:
    """Share with its interval, and what it was counted on."""
    low, high = wilson(hits, trials)
    return [f"{hits}/{trials}", f"{hits / trials:.0%}" if trials else "-", f"{low:.0%}-{high:.0%}" if trials else "-"]


def tables(runs: Sequence[Played], rules: Sequence[Played]) -> list[Table]:
    """Everything that is printed, in order. `rules` are the first seed's worlds played without River."""
    first = [run for run in runs if run.seed == runs[0].seed]
    found = [case for run in runs for case in cases(run)]
    return [
        played(runs), recall(found), behaviours(found), false_rates(runs), personas(runs), delays(found),
        confusion(found), calibration(runs), equality(runs), against(first, rules),
    ]  # fmt: skip


def played(runs: Sequence[Played]) -> Table:
    """What was played."""
    rows = [
        [
            r.world,
            r.mix,
            *(f"{n:,}" for n in (r.seed, len(r.people), len(r.workloads), r.days, r.records)),
            f"{r.seconds:.0f}",
        ]
        for r in runs
    ]
    return Table("Played", ["world", "mix", "seed", "people", "gamers", "days", "records", "CPU s"], rows)


def recall(found: Sequence[Case]) -> Table:
    """Share of gaming workloads of which somebody heard, by intensity and evasion."""
    rows = []
    groups: list[tuple[str, Callable[[Case], bool]]] = [
        (f"{level:.0%}", lambda c, level=level: c.workload.intensity == level)  # type: ignore[misc]
        for level in sorted({c.workload.intensity for c in found})
    ]
    groups.append(("25 % and 75 %", lambda c: c.workload.intensity >= 0.2))
    for name, belongs in groups:
        for hidden in (False, True):
            some = [c for c in found if belongs(c) and c.workload.hidden == hidden]
            rows.append([name, "evasive" if hidden else "plain", *percent(sum(c.caught for c in some), len(some))])
    return Table("Recall of gamers", ["intensity", "", "caught", "recall", "95 %"], rows)


def behaviours(found: Sequence[Case]) -> Table:
    """The same by behaviour, one column for each intensity, plain and evasive."""
    cells: dict[str, dict[str, list[bool]]] = defaultdict(lambda: defaultdict(list))
    levels = sorted({c.workload.intensity for c in found})
    columns = [f"{level:.0%}{hidden}" for hidden in ("", " ev.") for level in levels]
    for c in found:
        cells[number(c.workload.behaviour)][f"{c.workload.intensity:.0%}{' ev.' if c.workload.hidden else ''}"].append(
            c.caught
        )
    rows = [
        [name, *(f"{sum(cell)}/{len(cell)}" if (cell := found_of.get(column)) else "-" for column in columns)]
        for name, found_of in sorted(cells.items(), key=lambda item: _by_number(item[0]))
    ]
    return Table("Caught, by behaviour", ["behaviour", *columns], rows)


def false_rates(runs: Sequence[Played]) -> Table:
    """Alerts about honest people per 1,000 of their active days, by category; `early` counts as false, `astray` not."""
    rows = []
    for name in sorted({(r.world, r.mix) for r in runs}):
        some = [r for r in runs if (r.world, r.mix) == name]
        days = sum(map(honest_days, some))
        wrong = sum(len(false_alerts(r)) for r in some)
        gaming = {r.label: r.gaming for r in some}
        astray = sum(fate(s, gaming[r.label].get(s.user, ())) == "astray" for r in some for s in r.stories)
        by = Counter(s.tellings[-1].category for r in some for s in r.stories if s.user not in gaming[r.label])
        rates = [f"{1000 * n / days:.2f}" for n in (wrong, by["waste"], by["spike"], by["data_quality"])]
        low, high = wilson(min(wrong, days), days)
        rows.append(
            [*name, f"{days:,}", f"{wrong}", rates[0], f"{1000 * low:.2f}-{1000 * high:.2f}", *rates[1:], f"{astray}"]
        )
    head = ["world", "mix", "honest days", "false", "per 1,000", "95 %", "waste", "spike", "data q.", "astray"]
    return Table("False tokenmaxxing alerts per 1,000 honest user-days", head, rows)


def personas(runs: Sequence[Played]) -> Table:
    """People of each persona that any false alert named."""
    people: Counter[str] = Counter()
    accused: Counter[str] = Counter()
    any_kind: Counter[str] = Counter()
    for run in runs:
        named = {s.user for s in false_alerts(run)}
        told = {s.user for s in run.stories for t in s.tellings if t.category in PERSONAL}
        for person in run.people:
            if person.honest:
                people[person.persona] += 1
                accused[person.persona] += person.key in named
                any_kind[person.persona] += person.key in told
    rows = [
        [name, *percent(accused[name], people[name]), f"{any_kind[name]}/{people[name]}"]
        for name in sorted(people, key=_by_number)
    ]
    alike = {number(name) for name in people if name[0] == "L"}
    wrong = sorted({number(name) for name in people if accused[name]} & alike)
    note = f"look-alikes with any false tokenmaxxing alert: {len(wrong)} of {len(alike)} {' '.join(wrong)}"
    return Table(
        "Honest people named by a tokenmaxxing alert, by persona",
        ["persona", "named", "share", "95 %", "any alert"],
        rows,
        note,
    )


def _by_number(name: str) -> tuple[int, str]:
    head = number(name)[1:]
    return (int(head), name) if head.isdigit() else (-1, name)


def delays(found: Sequence[Case]) -> Table:
    """From a gamer's first call to the first alert, and how often they were told of."""
    hit = [c for c in found if c.caught]
    dollars = sum(c.workload.cost_usd for c in found)
    saved = sum((1 - c.burned) * c.workload.cost_usd for c in hit)
    measures: list[tuple[str, Iterable[float], str]] = [
        ("events", [c.events for c in hit], ",.0f"), ("hours", [c.hours for c in hit], ",.1f"),
        ("share of gaming dollars burned before", [c.burned for c in hit], ".1%"),
        ("the same, a miss burns all", [c.burned for c in found], ".1%"),
        ("alerts per workload", [c.alerts for c in hit], ",.0f"),
    ]  # fmt: skip
    rows = [[name, format(quantile(v, 0.5), form), format(quantile(v, 0.9), form)] for name, v, form in measures]
    note = f"gaming dollars: {dollars:,.0f}, of them after the first alert {saved:,.0f} ({saved / (dollars or 1):.0%})"
    return Table("From onset to the first alert", ["", "median", "P90"], rows, note)


def confusion(found: Sequence[Case]) -> Table:
    """Which typology led the first right alert of each behaviour."""
    rows, good = [], 0
    led: dict[str, Counter[str]] = defaultdict(Counter)
    for c in found:
        if c.first is not None:
            fits = c.first.typology in c.workload.expected
            led[number(c.workload.behaviour)][c.first.typology + ("" if fits else " (!)")] += 1
            good += fits
    for name, counts in sorted(led.items(), key=lambda item: _by_number(item[0])):
        told = ", ".join(f"{t} {n}" for t, n in counts.most_common())
        rows.append([name, told])
    hits = sum(c.caught for c in found)
    return Table(
        "Leading typology",
        ["behaviour", "led by (! = not acceptable)"],
        rows,
        "acceptable: " + " ".join(percent(good, hits)),
    )


def calibration(runs: Sequence[Played]) -> Table:
    """Of alerts told with a score, how many were right: `tokenmaxxing` and `waste`, by their highest score."""
    bins: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for run in runs:
        gaming = run.gaming
        for story in run.stories:
            if any(t.category in {"tokenmaxxing", "waste"} for t in story.tellings):
                right = story.tellings[-1].at >= onset_of(gaming.get(story.user, ()))
                bins[min(9, int(story.score * 10))].append((story.score, right))
    rows = [
        [
            f"{b / 10:.1f}-{(b + 1) / 10:.1f}",
            f"{sum(s for s, _ in got) / len(got):.2f}",
            *percent(sum(r for _, r in got), len(got)),
        ]
        for b, got in sorted(bins.items())
    ]
    every = [x for got in bins.values() for x in got]
    brier = sum((s - r) ** 2 for s, r in every) / len(every) if every else float("nan")
    return Table(
        "Calibration of alert scores", ["score", "mean", "gamers", "share", "95 %"], rows, f"Brier {brier:.3f}"
    )


def equality(runs: Sequence[Played]) -> Table:
    """False alerts and any personal alert, of honest people, across groups that must not matter."""
    groups: dict[tuple[str, str], list[tuple[bool, bool]]] = defaultdict(list)
    for run in runs:
        named = {s.user for s in false_alerts(run)}
        told = {s.user for s in run.stories for t in s.tellings if t.category in PERSONAL}
        for p in run.people:
            if p.honest:
                tenure = "under 60 days" if p.tenure_days < 60 else "60 days and more"
                for group in (
                    ("role", p.role),
                    ("zone", p.time_zone),
                    ("part-time", str(p.part_time)),
                    ("tenure", tenure),
                ):
                    groups[group].append((p.key in named, p.key in told))
    rows = [
        [*group, *percent(sum(n for n, _ in got), len(got)), f"{sum(t for _, t in got) / len(got):.1%}"]
        for group, got in sorted(groups.items())
    ]
    return Table("Equality: honest people named", ["by", "", "named", "share", "95 %", "any alert"], rows)
