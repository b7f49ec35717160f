"""A file with the day in its name takes the place of none, and what only says its version runs nothing."""

import pytest

from stormjib.core.risk import Risk
from stormjib.core.shell import judge


@pytest.mark.parametrize(
    ("name", "risk"),
    [
        ("$(date +%F)", Risk.CHANGE),
        ("$(date +%Y%m%d_%H%M)", Risk.CHANGE),
        ("$(date -u '+%Y-%m-%d')", Risk.CHANGE),
        ("$(date +%s)", Risk.CHANGE),
        ("$(date +%Y)", Risk.DESTROY),
        ("$(cat name)", Risk.DESTROY),
        ("$(date +%F; echo x)", Risk.DESTROY),
        ("latest", Risk.DESTROY),
    ],
)
@pytest.mark.parametrize("command", ["pg_dump -Fc shop > backups/shop-{}.dump", "docker exec db pg_dump shop > data/shop-{}.rdb"])
def test_a_backup_into_a_new_file_of_its_day_destroys_nothing(command: str, name: str, risk: Risk) -> None:
    assert judge(command.format(name)).risk is risk


def test_a_device_with_a_date_behind_it_is_a_device() -> None:
    assert judge("cat x > /dev/sda$(date +%F)").risk is Risk.DESTROY


@pytest.mark.parametrize("program", ["node", "npm", "python3", "java", "php", "ruby", "make", "ansible-playbook"])
def test_a_version_is_a_read_and_nothing_more_is(program: str) -> None:
    assert judge(f"{program} --version").risk is Risk.READ
    assert judge(f"{program} --version -e x").risk is not Risk.READ
    assert judge(f"{program} --version x").risk is not Risk.READ
    assert judge(f"{program} x --version").risk is not Risk.READ
    assert judge("source --version").risk is not Risk.READ
