"""Figures of cost, side by side in one run: `python -m tests.bench NAME [options]`. Measured, never asserted."""
