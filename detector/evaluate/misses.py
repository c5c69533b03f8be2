"""What to look at when tuning: every gamer missed and every honest person named, with how it came."""

from collections.abc import Iterator, Sequence

from detector.evaluate.played import Peak, Played, Story, Trace
from detector.evaluate.score import cases, fate, names
from detector.evaluate.truth import Workload


def missed(runs: Sequence[Played]) -> Iterator[str]:
    """One line a missed gamer: what they did, and the best evidence of each typology about them after onset."""
    for run in runs:
        for case in cases(run):
            if not case.caught:
                yield _missed(run, case.workload, run.traces[run.workloads.index(case.workload)])


def wrongly_named(runs: Sequence[Played]) -> Iterator[str]:
    """One line a false or misdirected `tokenmaxxing` alert: whom, what, and on which evidence."""
    for run in runs:
        people, gaming = run.by_user, run.gaming
        for story in run.stories:
            kind = fate(story, gaming.get(story.user, ()))
            if kind in {"false", "early", "astray"}:
                yield f"{kind.upper():6} {people[story.user].persona:22} {_story(run, story)}"


def why(runs: Sequence[Played], user_id: str) -> Iterator[str]:
    """Everything said, and nearly said, about one user."""
    for run in runs:
        for person in run.people:
            if person.user_id == user_id:
                yield f"{person}"
                for workload, _ in run.gaming.get(person.key, ()):
                    short = sorted(workload.session_ids)[:3]
                    yield f"{workload.behaviour} {workload.onset} to {workload.end}, sessions {short}..."
                for peak in sorted((p for p in run.peaks if p.user == person.key), key=lambda p: p.at):
                    yield f"  day {peak.day} {peak.key} {_peak(peak)}"
                for story in run.stories:
                    if story.user == person.key:
                        for t in story.tellings:
                            yield f"  told {t.category} {t.typology} {t.score:.2f} {t.at:.0f} {t.text}"


def _missed(run: Played, work: Workload, trace: Trace) -> str:
    tricks = ",".join(work.evasive) if isinstance(work.evasive, list) else str(work.evasive)
    head = (
        f"MISS {work.behaviour:24} {work.intensity:4.0%} {tricks or '-':28} ${work.cost_usd:,.0f} "
        f"{work.invocations:,} calls {len(work.session_ids)} sessions {run.mix}/{run.seed} {work.user_id}"
    )
    best: dict[str, Peak] = {}
    for peak in run.peaks:
        if peak.user == work.key and peak.at >= work.onset.timestamp():
            known = best.get(peak.typology)
            if known is None or (known.gaming, known.score) < (peak.gaming, peak.score):
                best[peak.typology] = peak
    mine = [f"\n     {_peak(p)}{'' if names(p.named, trace) else ' (other work)'}" for p in best.values()]
    told = [f"\n     told {s.tellings[-1].category} {s.tellings[-1].typology} of {s.tellings[-1].named}"
            for s in run.stories if s.user == work.key]  # fmt: skip
    return head + "".join(mine or ["\n     no evidence at all"]) + "".join(told)


def _peak(peak: Peak) -> str:
    families = " ".join(f"{name}={score:.2f}" for name, score in sorted(peak.families.items()))
    return f"{peak.typology} {peak.score:.2f} {families}{f' SUPPRESSED {peak.suppressed}' if peak.suppressed else ''}"


def _story(run: Played, story: Story) -> str:
    t = story.first("tokenmaxxing") or story.tellings[0]
    return f"{t.typology} {t.score:.2f} {','.join(t.families)} {run.mix}/{run.seed} {story.user[1]} | {t.text}"
