"""The Alertmanager of the bridge's own tests."""

from tests.notify.conftest import alertmanager

__all__ = ["alertmanager"]
