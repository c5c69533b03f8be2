"""Adoption and leaderboards, raw beside authentic: pure figures (no clock, no files) and their renderings."""
