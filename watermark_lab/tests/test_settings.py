"""Settings: what the environment may say, and the sentence when it says something else."""

from pathlib import Path

import pytest

from watermark_lab.settings import SettingsError, read


def test_defaults_listen_on_this_machine_only_and_have_no_admin_token(tmp_path: Path) -> None:
    settings = read({"HOME": str(tmp_path)})
    assert (settings.host, settings.port, settings.admin_token) == ("127.0.0.1", 8080, "")
    assert settings.state_dir == tmp_path / ".local/state/watermark-lab"
    assert settings.fault_file is None


def test_replicas_agree_on_a_random_key(tmp_path: Path) -> None:
    first = read({"WATERMARK_LAB_STATE_DIR": str(tmp_path / "one")})
    second = read({"WATERMARK_LAB_STATE_DIR": str(tmp_path / "one")})
    elsewhere = read({"WATERMARK_LAB_STATE_DIR": str(tmp_path / "two")})
    assert first.key == second.key
    assert first.key != elsewhere.key
    assert len(first.key) == 64
    files = list((tmp_path / "one").iterdir())
    assert [file.name for file in files] == ["watermark.key"]
    assert files[0].stat().st_mode & 0o077 == 0, "the key is for the service alone"


def test_a_given_key_is_not_stored(tmp_path: Path) -> None:
    assert read({"WATERMARK_LAB_STATE_DIR": str(tmp_path), "WATERMARK_LAB_KEY": "mine"}).key == "mine"
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("WATERMARK_LAB_PORT", "eighty", "whole number from 0 to 65535"),
        ("WATERMARK_LAB_PORT", "65536", "whole number"),
        ("WATERMARK_LAB_EXTERNAL_URL", "https://notary", "must start with http://"),
        ("WATERMARK_LAB_EXTERNAL_URL", "http://", "name a host"),
        ("WATERMARK_LAB_EXTERNAL_URL", "http://notary:port", "name a host"),
        ("WATERMARK_LAB_EXTERNAL_TIMEOUT_MS", "0.8", "whole number from 10 to 30000"),
        ("WATERMARK_LAB_PORT", "-1", "whole number"),
        ("WATERMARK_LAB_PORT", "²", "whole number"),
        ("WATERMARK_LAB_REDIS_URL", "localhost:6379", "must start with redis://"),
        ("WATERMARK_LAB_WATERMARKS_PER_MINUTE_MAX", "0", "whole number from 1"),
        ("WATERMARK_LAB_STATE_DIR", "/dev/null/state", "writable directory"),
    ],
)
def test_a_wrong_setting_is_named_with_what_to_do(tmp_path: Path, name: str, value: str, sentence: str) -> None:
    with pytest.raises(SettingsError, match=sentence) as refused:
        read({"WATERMARK_LAB_STATE_DIR": str(tmp_path), name: value})
    assert name in str(refused.value)


def test_an_empty_key_file_is_not_an_empty_key(tmp_path: Path) -> None:
    (tmp_path / "watermark.key").write_text("\n")
    with pytest.raises(SettingsError, match="is empty"):
        read({"WATERMARK_LAB_STATE_DIR": str(tmp_path)})
