"""The README's configuration table, written from the settings' own source.

`python -m tests.docs.configuration` prints it; a test holds the README to it.
"""

import ast
import inspect
import sys

from detector.edge import settings

SAID_BY_NAME = {
    "kafka_security_protocol": "How to talk to the brokers; with SASL, username and password are needed.",
    "kafka_sasl_mechanism": "How to log in to the brokers.",
    "kafka_username": "Login at the brokers.",
    "kafka_password": "Its password (a secret).",
    "topic_prefix": "Put before every topic's name.",
    "group_id": "The consumer group: workers with the same one share the partitions.",
    "worker_id": "This worker's name in logs and leases; the host name when not set.",
    "redis_url": "Where state is kept: `redis://`, `rediss://` or `unix://`.",
    "redis_cluster": "The address is a Redis Cluster's.",
    "redis_ca_file": "Certificate authorities for Redis; the system's when not set.",
    "checkpoint_seconds": "Longest time between two checkpoints.",
    "dead_letter_window": "Records that the share of refused ones is measured over.",
    "web_host": "Where the HTTP door listens; loopback unless told otherwise.",
    "log_level": "How much is logged.",
    "log_format": "`text` for people, `json` for programs.",
}
"""What a setting without a docstring of its own means."""


def table() -> str:
    """One row a setting: variable, default, meaning (the first sentence of its docstring)."""
    body = ast.parse(inspect.getsource(settings.Settings)).body[0]
    assert isinstance(body, ast.ClassDef)
    rows = ["| variable | default | meaning |", "|---|---|---|"]
    for node, after in zip(body.body, [*body.body[1:], None], strict=True):
        if not (isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)):
            continue
        name = node.target.id
        text = SAID_BY_NAME.get(name) or _docstring(after)
        rows.append(f"| `DETECTOR_{name.upper()}` | {_default(node.value)} | {text} |")
    return "\n".join(rows)


def _docstring(node: ast.stmt | None) -> str:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
        return " ".join(node.value.value.split())
    return ""


def _default(node: ast.expr | None) -> str:
    if isinstance(node, ast.Constant) and node.value not in {None, ""}:
        return f"`{str(node.value).lower() if isinstance(node.value, bool) else node.value}`"
    return ""


if __name__ == "__main__":
    sys.stdout.write(table() + "\n")
