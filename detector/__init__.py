"""Tokenmaxxing, told from honest heavy use, on a stream.

A **record** is decoded to an **event**; the event and the user's **profile** give **features**; typologies give
**evidence**; policy gives a **verdict**; a verdict worth a person's time becomes an **alert**; only then does the
profile **learn**.

The way of one event, file by file::

    event.py      bytes -> Event | Rejection
    profile.py    what is remembered of a user; work.py, names.py: of work; models.py: River's means
    features.py   Event + Profile -> Features; pool.py: a person's machine-like repeated work
    evidence/     one file a typology: Features -> Evidence
    verdict.py    Evidence -> Verdict, by policy.py
    consider.py   Verdict + open alerts -> alert.py's Alert
    learn.py      what the profile takes in; credit.py: outcomes; strands.py: repeated work; habits.py: ways to work
    pipeline.py   that sentence, as code

Those files are pure: no clock, no chance, no input or output; event time only. Kafka, Redis, HTTP and Prometheus live
in `detector.edge`, reading files in `detector.offline`, the synthetic companies in `detector.simulate` and
`detector.evaluate`.
"""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("tokenmaxxing-detector")
except PackageNotFoundError:  # a checkout that was never installed
    __version__ = "0.0.0"
