"""The manifests: stock kubectl renders them, strict schemas accept, what must agree agrees. No cluster saw them."""

import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.kubernetes.rules import TARGET, text
from detector.edge.settings import Settings
from detector.edge.topics import INVOCATIONS
from tests.deploy.tools import DEPLOY, program, read, rules, run

BASE = DEPLOY / "kubernetes/base"
OVERLAYS = [BASE, DEPLOY / "kubernetes/overlays/example"]
OPERATORS = {"ScaledObject", "ServiceMonitor", "PrometheusRule"}
"""Kinds that Kubernetes itself does not know: their operators do."""


def rendered(folder: Path) -> dict[tuple[str, str], dict[str, Any]]:
    """What would be applied, by kind and name."""
    found = yaml.safe_load_all(run(program("kubectl"), "kustomize", folder))
    return {
        (
            one["kind"],
            one["metadata"]["name"].rsplit("-", 1)[0] if one["kind"] == "ConfigMap" else one["metadata"]["name"],
        ): one
        for one in found
    }


def test_rules_are_those_of_prometheus() -> None:
    """Run `python -m deploy.kubernetes` after a change of the rules."""
    assert TARGET.read_text(encoding="utf-8") == text()
    groups = read(TARGET)["spec"]["groups"]
    told = [rule for group in groups for rule in group["rules"]]
    assert told == rules("recording.yml") + rules("alerts.yml")


@pytest.mark.parametrize("folder", OVERLAYS, ids=lambda folder: folder.name)
def test_strict_schemas_accept_them(folder: Path, tmp_path: Path) -> None:
    """Every kind of Kubernetes' own is valid to the letter; nothing else but the operators' kinds is let pass."""
    path = tmp_path / "all.yaml"
    path.write_text(run(program("kubectl"), "kustomize", folder))
    said = run(program("kubernetes-validate"), "--strict", path)
    unknown = {line.partition("for kind ")[2].split()[0] for line in said.splitlines() if line.startswith("WARN")}
    assert unknown <= OPERATORS, said


@pytest.mark.parametrize("folder", OVERLAYS, ids=lambda folder: folder.name)
def test_no_more_workers_than_partitions(folder: Path) -> None:
    """The scaler's cap is the number of partitions that the job makes; it scales what is there, by the right lag."""
    found = rendered(folder)
    args = found["Job", "detector-topics"]["spec"]["template"]["spec"]["containers"][0]["args"]
    scaler = found["ScaledObject", "detector"]["spec"]
    assert scaler["maxReplicaCount"] == int(args[args.index("--partitions") + 1])
    assert scaler["scaleTargetRef"]["name"] == found["Deployment", "detector"]["metadata"]["name"]
    lag = scaler["triggers"][0]["metadata"]
    settings = found["ConfigMap", "detector-settings"]["data"]
    assert (lag["topic"], lag["consumerGroup"]) == (INVOCATIONS, Settings().group_id)
    assert lag["bootstrapServers"] == settings["DETECTOR_KAFKA_BOOTSTRAP"]
    fields = {"DETECTOR_" + field.upper() for field in Settings.__struct_fields__} | {"DETECTOR_CONFIG"}
    assert settings.keys() <= fields


def test_the_worker_takes_its_settings() -> None:
    """The worker itself reads the settings and the policy file that the pods get."""
    env = dict(line.split("=", 1) for line in (BASE / "settings.env").read_text(encoding="utf-8").splitlines())
    env["DETECTOR_CONFIG"] = str(BASE / Path(env["DETECTOR_CONFIG"]).name)
    said = run(sys.executable, "-m", "detector", "worker", "--check-config", env=env)
    assert f"DETECTOR_KAFKA_BOOTSTRAP={env['DETECTOR_KAFKA_BOOTSTRAP']}" in said


def test_pods_have_no_rights_and_time_to_leave() -> None:
    """Restricted, read-only, and given more time than the worker's own last checkpoint takes."""
    found = rendered(BASE)
    pods = [one["spec"]["template"]["spec"] for (kind, _), one in found.items() if kind in {"Deployment", "Job"}]
    assert len(pods) == 4
    for pod in pods:
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["automountServiceAccountToken"] is False
        for container in pod["containers"]:
            rights = container["securityContext"]
            assert rights["readOnlyRootFilesystem"] is True
            assert rights["allowPrivilegeEscalation"] is False
            assert rights["capabilities"] == {"drop": ["ALL"]}
            assert "memory" in container["resources"]["limits"]
    worker = found["Deployment", "detector"]["spec"]["template"]["spec"]
    assert worker["terminationGracePeriodSeconds"] > Settings().stop_seconds * 2
    probes = worker["containers"][0]
    assert probes["livenessProbe"]["httpGet"]["path"] == probes["startupProbe"]["httpGet"]["path"] == "/healthz"
    assert probes["readinessProbe"]["httpGet"]["path"] == "/readyz"
    patience = probes["startupProbe"]["periodSeconds"] * probes["startupProbe"]["failureThreshold"]
    assert patience > Settings().outage_seconds


def test_selectors_find_the_workers() -> None:
    """Service, budget and monitor select labels that the pods and the Service carry; a job's pod is none of them."""
    found = rendered(BASE)
    labels = found["Deployment", "detector"]["spec"]["template"]["metadata"]["labels"]
    service = found["Service", "detector"]
    job = found["Job", "detector-topics"]["spec"]["template"]["metadata"]["labels"]
    for wanted in (
        service["spec"]["selector"],
        found["PodDisruptionBudget", "detector"]["spec"]["selector"]["matchLabels"],
        found["Deployment", "detector"]["spec"]["selector"]["matchLabels"],
    ):
        assert wanted.items() <= labels.items()
        assert not wanted.items() <= job.items()
    jobs = {job["job_name"] for job in read(DEPLOY / "prometheus/prometheus.yml")["scrape_configs"]}
    others = [found["Service", name] for name in ("detector-notify", "detector-report")]
    for other in others:
        name = other["metadata"]["name"]
        carried = found["Deployment", name]["spec"]["template"]["metadata"]["labels"]
        assert other["spec"]["selector"].items() <= carried.items()
        assert not service["spec"]["selector"].items() <= carried.items()
        assert name in jobs
    monitored = found["ServiceMonitor", "detector"]["spec"]
    assert monitored["selector"]["matchLabels"].items() <= service["metadata"]["labels"].items()
    for other in others:
        assert monitored["selector"]["matchLabels"].items() <= other["metadata"]["labels"].items()
    assert monitored["endpoints"][0]["port"] == service["spec"]["ports"][0]["name"]
    policy = found["NetworkPolicy", "detector"]["spec"]["podSelector"]
    assert policy.get("matchLabels", {}).items() <= labels.items() & job.items()
