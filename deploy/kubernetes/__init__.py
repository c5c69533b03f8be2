"""The manifests; `python -m deploy.kubernetes` writes the one that is made of Prometheus' rules."""
