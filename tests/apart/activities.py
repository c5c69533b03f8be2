"""Kinds of work people do with agents: size, tools, and what usually becomes of it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Activity:
    """One kind of work. Sizes are medians: turns a person types, agent steps a turn, tokens, characters."""

    kind: str  # what the platform can know of its end: an "edit", an "answer", or a "job"'s report
    agent: str
    tools: tuple[str, ...]
    turns: float
    steps: float
    start_up: float  # tokens of system prompt, tool catalogue and project notes before the first word
    added: float  # tokens a call adds to the context: tool results, files, the prompt
    output: float  # tokens
    chars: float
    fates: dict[str, float]


# Merge rates of 60-80 % of pull requests and acceptance of 30-80 % of edits are published; the rest of each
# split is judgement: exploration is mostly thrown away, answers are mostly only read.
BUILD_FATES = {"merged": 0.3, "accepted": 0.36, "rejected": 0.12, "discarded": 0.13, "error": 0.04, "no_op": 0.05}
FIX_FATES = {"merged": 0.22, "accepted": 0.46, "rejected": 0.12, "discarded": 0.08, "error": 0.05, "no_op": 0.07}
REVIEW_FATES = {"accepted": 0.32, "read": 0.44, "no_op": 0.16, "rejected": 0.08}
ASK_FATES = {"read": 0.62, "accepted": 0.2, "no_op": 0.08, "discarded": 0.1}
WRITE_FATES = {"accepted": 0.5, "read": 0.14, "rejected": 0.15, "discarded": 0.21}
ANALYSE_FATES = {"read": 0.42, "accepted": 0.28, "discarded": 0.2, "error": 0.06, "no_op": 0.04}
TRIAGE_FATES = {"accepted": 0.58, "read": 0.2, "rejected": 0.14, "no_op": 0.08}
EXPLORE_FATES = {"discarded": 0.54, "accepted": 0.2, "read": 0.1, "rejected": 0.08, "merged": 0.05, "error": 0.03}

CODING_TOOLS = ("read_file", "edit_file", "run_tests", "search_code", "shell")

BUILD = Activity("edit", "coder", CODING_TOOLS, 5, 5.5, 24000, 2400, 520, 220, BUILD_FATES)
FIX = Activity("edit", "coder", CODING_TOOLS, 2.5, 5, 22000, 2000, 380, 180, FIX_FATES)
REVIEW = Activity(
    "answer", "reviewer", ("read_file", "diff", "search_code"), 1.6, 4, 18000, 3200, 450, 90, REVIEW_FATES
)
ASK = Activity("answer", "assistant", ("search_docs", "fetch_page"), 2.2, 1, 9000, 2200, 380, 110, ASK_FATES)
WRITE = Activity("edit", "writer", ("read_file", "edit_file"), 4, 1.4, 10000, 1500, 900, 260, WRITE_FATES)
ANALYSE = Activity("answer", "analyst", ("sql", "python", "plot"), 4, 3, 14000, 2600, 520, 190, ANALYSE_FATES)
TRIAGE = Activity(
    "edit", "helpdesk", ("lookup_ticket", "search_docs", "draft_reply"), 1.4, 2.6, 8000, 1600, 300, 80, TRIAGE_FATES
)
EXPLORE = Activity(
    "edit", "coder", ("read_file", "edit_file", "python", "shell"), 5, 4, 16000, 2200, 900, 240, EXPLORE_FATES
)

WORK_OF_ROLE: dict[str, dict[str, float]] = {
    "engineer": {"build": 0.34, "fix": 0.28, "review": 0.13, "ask": 0.17, "write": 0.03, "explore": 0.05},
    "support": {"triage": 0.66, "ask": 0.24, "write": 0.10},
    "analyst": {"analyse": 0.6, "ask": 0.2, "write": 0.14, "explore": 0.06},
    "manager": {"ask": 0.5, "write": 0.4, "review": 0.1},
    "designer": {"explore": 0.45, "write": 0.25, "ask": 0.3},
    "researcher": {"explore": 0.5, "analyse": 0.3, "ask": 0.12, "write": 0.08},
}
ACTIVITIES = {
    "build": BUILD,
    "fix": FIX,
    "review": REVIEW,
    "ask": ASK,
    "write": WRITE,
    "analyse": ANALYSE,
    "triage": TRIAGE,
    "explore": EXPLORE,
}
