"""The edge: everything that touches Kafka, Redis, HTTP and the clock.

`agent` is the loop and the order of its effects; `ledger` says what this worker holds; `store` is where state and
positions move together; `transport` brings chunks of records in; the core judges.
"""
