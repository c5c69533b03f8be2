"""What goes wrong under workers on real Kafka and Redis, and what is lost or doubled by it: nothing.

The judge is always the offline replay: the same alerts once repeats are dropped by id and revision, the same counts,
and the same bytes of every profile. `python -m tests.faults` runs all of them and prints one table.
"""
