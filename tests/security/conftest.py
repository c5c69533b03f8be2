"""The world of the edge's tests."""

from tests.edge.conftest import world

__all__ = ["world"]
