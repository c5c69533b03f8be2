"""A second synthetic company, for reporting: written apart from `detector.simulate` and on other assumptions.

    chance.py prompts.py market.py clients.py   draws with names; hashes; prices; programs and their reporting habits
    people.py rhythm.py life.py                 who works here, when, and with what
    desk.py session.py work.py outbox.py        a call becomes a record; conversations; tasks; delivery
    lookalikes/ gaming/                         one class a persona, one a behaviour, each with a catalogue
    mix.py cast.py truth.py register.py         who is what; what is known of it; what the company has on record
    world.py                                    the stream

People have tasks, tasks have stages, sessions come out of stages: nothing here is drawn from the distributions that the
first company uses, and each client leaves out other fields. The detector is never tuned on this world.
"""

from detector.evaluate.otherworld.world import OtherWorld

__all__ = ["OtherWorld"]
