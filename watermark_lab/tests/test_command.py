"""The command: the process as an operator starts it, its log and its exit codes."""

import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from watermark_lab.__main__ import LAB_COMMANDS, _lab, main


def program() -> str:
    path = shutil.which("watermark-lab", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")
    if path is None:
        pytest.skip("the watermark-lab command is not installed; install the package")
    return path


def environment(tmp_path: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("WATERMARK_LAB_")}
    return kept | {"WATERMARK_LAB_STATE_DIR": str(tmp_path), "WATERMARK_LAB_PORT": "0"} | more


def test_the_process_serves_logs_json_and_stops(tmp_path: Path) -> None:
    log_file = tmp_path / "log" / "api.log"
    # Bound, and nobody listens: whatever else runs here, there is no Redis for this service.
    nobody = socket.socket()
    nobody.bind(("127.0.0.1", 0))
    redis_url = f"redis://127.0.0.1:{nobody.getsockname()[1]}/0"
    process = subprocess.Popen(
        [program(), "api"],
        env=environment(tmp_path, WATERMARK_LAB_LOG_FILE=str(log_file), WATERMARK_LAB_REDIS_URL=redis_url),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        port = None
        while port is None:
            line = process.stdout.readline()
            assert line, "the service ended before it listened"
            listening = re.search(r"http://127\.0\.0\.1:(\d+)", json.loads(line)["message"])
            port = int(listening[1]) if listening else None
        assert b"watermark-lab" in Path(f"/proc/{process.pid}/cmdline").read_bytes(), "pgrep -f watermark-lab must find it"
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        connection.request("GET", "/ready")
        assert connection.getresponse().read()
        connection.close()
    finally:
        process.terminate()
        rest, _ = process.communicate(timeout=120)
        nobody.close()
    lines = [json.loads(line) for line in log_file.read_text().splitlines()]
    [request] = [line for line in lines if line.get("path") == "/ready"]
    assert (request["method"], request["status"], request["level"]) == ("GET", 503, "WARNING")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", request["time"])
    assert any(line["level"] == "ERROR" and "Redis" in line["message"] for line in lines)
    assert json.loads(rest.splitlines()[-1]) == lines[-1], "stdout and the file hold the same"
    # grep -i error must find trouble and nothing else
    assert all(line["level"] == "ERROR" for line in lines if "error" in json.dumps(line).lower())


@pytest.mark.parametrize(
    ("name", "value"),
    [("WATERMARK_LAB_PORT", "none"), ("WATERMARK_LAB_REDIS_URL", "http://x"), ("WATERMARK_LAB_REDIS_URL", "redis://x:port")],
)
def test_a_wrong_setting_ends_with_2_and_a_sentence(tmp_path: Path, name: str, value: str) -> None:
    ended = subprocess.run(
        [program(), "api"], env=environment(tmp_path, **{name: value}), capture_output=True, text=True, timeout=120, check=False
    )
    assert ended.returncode == 2
    assert ended.stderr.startswith("watermark-lab: ")
    assert "Traceback" not in ended.stderr


def test_the_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["--help"])
    assert stop.value.code == 0
    shown = capsys.readouterr().out
    assert all(name in shown for name in ("api", *LAB_COMMANDS))


def test_an_unknown_command_is_wrong_use() -> None:
    with pytest.raises(SystemExit) as stop:
        main(["sail"])
    assert stop.value.code == 2


def test_a_log_file_that_cannot_be_opened_does_not_stop_the_service(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import logging  # noqa: PLC0415

    from watermark_lab import logs  # noqa: PLC0415

    root = logging.getLogger()
    kept, level = root.handlers[:], root.level
    try:
        logs.configure(tmp_path / "file" / "api.log" if (tmp_path / "file").write_text("x") else None)
    finally:
        root.handlers[:] = kept
        root.setLevel(level)
    line = json.loads(capsys.readouterr().out)
    assert line["level"] == "ERROR"
    assert "logging to stdout only" in line["message"]


@pytest.mark.parametrize(
    ("words", "module", "rest"),
    [
        (["up", "--dir", "{dir}", "--api", "3"], "watermark_lab.lab.cli", ["up", "--dir", "{dir}", "--api", "3"]),
        (["up", "--stack", "process", "--dir", "{dir}"], "watermark_lab.lab.cli", ["up", "--dir", "{dir}"]),
        (["up", "--dir", "{dir}", "--stack=docker"], "watermark_lab.real.cli", ["up", "--dir", "{dir}"]),
        (["inject", "api-slow", "--dir", "{real}"], "watermark_lab.real.cli", ["inject", "api-slow", "--dir", "{real}"]),
    ],
)
def test_a_command_is_for_the_lab_that_it_names_or_whose_directory_it_names(words, module, rest, tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / ".watermark-lab-real").touch()
    names = {"dir": tmp_path / "new", "real": tmp_path / "real"}
    chosen, left = _lab([word.format(**names) for word in words])
    assert (chosen, left) == (module, [word.format(**names) for word in rest])
