"""One PrometheusRule of the very files that Prometheus reads elsewhere, so that they cannot differ."""

from pathlib import Path

TARGET = Path(__file__).parent / "base/prometheusrule.yaml"
RULES = Path(__file__).parents[1] / "prometheus/rules"
HEAD = """\
# Made of deploy/prometheus/rules by `python -m deploy.kubernetes`; change those.
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: detector
spec:
  groups:
"""


def text() -> str:
    """The manifest: the files' groups as they are written, comments and all, two steps further in."""
    lines = [HEAD]
    for name in ("recording.yml", "alerts.yml"):
        groups = (RULES / name).read_text(encoding="utf-8").partition("\ngroups:\n")[2]
        lines += ["  " + line if line.strip() else line for line in groups.splitlines(keepends=True)]
    return "".join(lines)
