"""Peers of the worker: other engines with the same judgement, what most people would write, and bare consumers."""
