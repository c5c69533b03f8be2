"""The synthetic company: a seeded world of honest people, honest look-alikes and gamers, to build and measure on.

>>> company = Company(seed="doc", people=20, days=2, mix="honest")
>>> next(company.records())[:21]
b'{"kind":"invocation",'
>>> company.truth()[0]["persona"]
'plain'

`Company.records()` yields the records as bytes in arrival order, `Company.truth()` what nobody outside knows,
`Company.catalogue()` what the company could tell a detector. A `Mix` says who is in the company. No labelled data of
tokenmaxxing exists in public: every figure measured here is measured on this simulation, and says so.

From words to records::

    chance.py      seeded chance            catalogue.py    agents, models, projects, published targets
    prompts.py     hashes of prompts        roster.py       people
    session.py     desk and session         honest.py       honest work
    automation.py  honest automation        lookalikes/     honest look-alikes, L0 to L16
    gaming/        gaming, G01 to G26       mix.py          who is in it
    cast.py        parts given to people    company.py      days played, records merged
    truth.py       who is who               wire.py         records to bytes
    world.py       settings and memory      kafka.py        records to Kafka
"""

from detector.simulate.catalogue import MODELS, Calendar, Projects, Targets
from detector.simulate.company import START, Company
from detector.simulate.gaming import BEHAVIOURS
from detector.simulate.lookalikes import PERSONAS
from detector.simulate.mix import EVASIONS, INTENSITIES, PRESETS, Gamer, Mix
from detector.simulate.session import Disguise

__all__ = [
    "BEHAVIOURS", "EVASIONS", "INTENSITIES", "MODELS", "PERSONAS", "PRESETS", "START", "Calendar", "Company",
    "Disguise", "Gamer", "Mix", "Projects", "Targets",
]  # fmt: skip
