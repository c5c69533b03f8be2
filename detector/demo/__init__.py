"""One command, everything on this machine: a broker, a Redis, a worker, a synthetic company and the live page.

What the demo starts is real: the worker is `detector worker`, the records go through Kafka's protocol, state lives in a
Valkey. What is not: the company, and the broker, an embedded one that suffices for one worker (the promises about
crashes are proved on Apache Kafka, see `tests/faults`).

From the command to the first alert::

    parts.py      the embedded servers' programs
    children.py   child processes that never outlive the demo
    stage.py      servers, topics, worker: started in order, ended in the opposite one
    company.py    who plays, and how fast records come
    telling.py    alerts, as the terminal shows them
    truth.py      what was true, when all is played
    show.py       all of it together
"""
