"""Commands that are led to a Docker context or a Kubernetes namespace: the real programs, and what they ask of a stand-in for the other side."""

import json
import shutil
import socketserver
import subprocess
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import yaml

from stormjib.core.effects import Collect
from stormjib.core.incident import Incident
from stormjib.evidence.readers import Reading
from stormjib.integrations.command import CommandPerformer, Places, Target
from stormjib.ports import DeliveryError

_RESOURCES = {
    "/api": {"kind": "APIVersions", "versions": ["v1"]},
    "/apis": {"kind": "APIGroupList", "apiVersion": "v1", "groups": []},
    "/api/v1": {
        "kind": "APIResourceList",
        "groupVersion": "v1",
        "resources": [{"name": "pods", "singularName": "pod", "namespaced": True, "kind": "Pod", "verbs": ["get", "list"]}],
    },
}
"""As little of the Kubernetes API as ``kubectl get pods`` needs, written after its reference; not a real API server."""


class _Answers(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append(self.path)
        body = json.dumps(self._found(self.path.partition("?")[0])).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Api-Version", "1.41")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body if self.command == "GET" else b"")

    do_HEAD = do_POST = do_GET

    def _found(self, path):
        if path.endswith("/pods"):
            return {"kind": "PodList", "apiVersion": "v1", "metadata": {}, "items": []}
        if path.endswith("/version"):
            return {"Version": "20.10.0", "ApiVersion": "1.41", "Os": "linux", "Arch": "amd64", "Components": []}
        return _RESOURCES.get(path, [])

    def address_string(self):
        return "local"

    def log_message(self, *_):
        pass


class _OnSocket(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True


@contextmanager
def other_side(server):
    server.asked = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def look(where, text, place, **env):
    performer = CommandPerformer(
        here=Target(env=env),
        places=Places(where / "targets"),
        secrets={},
        conclude=lambda *_: (True, ""),
        read=lambda *_: Reading("test"),
    )
    effect = Collect("x", command_id="c", line=1, text=text, run_as=text, target="", timeout_seconds=60, place=place)
    (fact,) = performer.perform(effect, effect_id="x", incident=Incident.new("INC-1")).facts
    return fact, performer


@pytest.mark.skipif(not shutil.which("docker"), reason="docker is not installed")
def test_docker_asks_the_engine_of_its_context_and_no_other(tmp_path):
    socket = tmp_path / "docker.sock"
    config = {"DOCKER_CONFIG": str(tmp_path / "docker"), "DOCKER_HOST": "unix:///nowhere"}
    with other_side(_OnSocket(str(socket), _Answers)) as engine:
        subprocess.run(
            ["docker", "context", "create", "prod", "--docker", f"host=unix://{socket}"],
            env={"PATH": "/usr/local/bin:/usr/bin:/bin", "DOCKER_CONFIG": config["DOCKER_CONFIG"]}, check=True, capture_output=True,
        )  # fmt: skip
        fact, performer = look(tmp_path, "docker ps", "docker-context:prod", **config)
        assert fact.exit_code == 0, fact.excerpt
        assert any("/containers/json" in path for path in engine.asked)
        assert not performer.reach("docker-context:prod", 60)
    assert "can't be used: " in performer.reach("docker-context:prod", 60)
    assert "absent" in performer.reach("docker-context:absent", 60)


@pytest.mark.skipif(not shutil.which("kubectl"), reason="kubectl is not installed (kubernetes-client)")
def test_kubectl_asks_the_cluster_of_its_context_in_its_namespace_and_no_credential_is_copied(tmp_path):
    with other_side(ThreadingHTTPServer(("127.0.0.1", 0), _Answers)) as cluster:
        clusters = [
            {"name": name, "cluster": {"server": f"http://127.0.0.1:{port}"}}
            for name, port in (("here", 1), ("there", cluster.server_port))
        ]
        contexts = [
            {"name": f"{name}/eu", "context": {"cluster": name, "user": "me", "namespace": "other"}} for name in ("here", "there")
        ]
        known = {"clusters": clusters, "contexts": contexts, "users": [{"name": "me", "user": {"token": "s3cr3t"}}]}
        (tmp_path / "config").write_text(
            yaml.safe_dump({"apiVersion": "v1", "kind": "Config", "current-context": "here/eu"} | known)
        )
        env = {"KUBECONFIG": str(tmp_path / "config"), "KUBECACHEDIR": str(tmp_path / "cache")}
        fact, _ = look(tmp_path, "kubectl get pods", "kube:there/eu/shop", **env)
        assert fact.exit_code == 0, fact.excerpt
        assert any(path.startswith("/api/v1/namespaces/shop/pods") for path in cluster.asked)
        look(tmp_path, "kubectl get pods -n till", "kube:there/eu/shop", **env)
        assert any(path.startswith("/api/v1/namespaces/till/pods") for path in cluster.asked)
    (file,) = (tmp_path / "targets").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    assert "s3cr3t" not in file.read_text()
    with pytest.raises(DeliveryError, match="there is no context 'absent'"):
        look(tmp_path, "kubectl get pods", "kube:absent/shop", **env)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("kubectl --context other get pods", "kube:a/b"),
        ("kubectl get pods --context=other", "kube:a/b"),
        ("KUBECONFIG=x kubectl get pods", "kube:a/b"),
        ("helm list --kube-context other", "kube:a/b"),
        ("kubectl config use-context other", "kube:a/b"),
        ("kubectl -s https://other get pods", "kube:a/b"),
        ("docker --context other ps", "docker-context:a"),
        ("docker -H tcp://other ps", "docker-context:a"),
        ("docker-compose --context=other ps", "docker-context:a"),
        ("DOCKER_HOST=tcp://other docker ps", "docker-context:a"),
        ("docker context use other", "docker-context:a"),
    ],
)
def test_a_command_that_names_another_context_itself_is_refused(tmp_path, text, place):
    with pytest.raises(DeliveryError, match="and itself says") as refused:
        look(tmp_path, text, place)
    assert refused.value.permanent


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("docker exec api sh -c 'echo one'", "docker-context:a"),
        ("docker run --rm -c 512 x", "docker-context:a"),
        ("curl -H 'A: b' http://x; docker ps", "docker-context:a"),
        ("kubectl exec db -- psql --user shop", "kube:a/b"),
        ("kubectl get pods | mysql --user shop", "kube:a/b"),
        ("curl --user a:b http://x", "kube:a/b"),
    ],
)
def test_an_option_of_another_program_is_none_of_a_context(tmp_path, text, place):
    (tmp_path / "config").write_text("contexts: [{name: a, context: {cluster: c, user: u}}]")
    fact, _ = look(tmp_path, f": {text} </dev/null >/dev/null", place, KUBECONFIG=str(tmp_path / "config"), PATH=str(tmp_path))
    assert fact.exit_code is not None
