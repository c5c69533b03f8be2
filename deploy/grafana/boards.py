"""The dashboards, each in a file of its own."""

from deploy.grafana.adoption import ADOPTION
from deploy.grafana.on_call import ON_CALL
from deploy.grafana.worker import WORKER

BOARDS = (ON_CALL, WORKER, ADOPTION)
