"""Runs every fault and prints one table; options of pytest may follow. `-k redis` runs some of them."""

import os
import sys
from pathlib import Path

import pytest

os.environ.setdefault("DETECTOR_REQUIRE_REAL", "1")
sys.exit(pytest.main([str(Path(__file__).parent), "-m", "faults", "-q", "-p", "no:cacheprovider", *sys.argv[1:]]))
