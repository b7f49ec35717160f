"""Where the status page stands as well: brought there by itself, once a person posted; what fails is said until it is mended."""

import pytest
from tests.integrations.test_statuspage import There, texts
from tests.story.patience import until
from tests.story.test_status_page import REFERENCE, SERVICES, declare, post
from tests.story.world import World


@pytest.fixture
def there():
    there = There()
    yield there
    there.close()


@pytest.fixture
def make(tmp_path, monkeypatch):
    worlds = []
    monkeypatch.setenv("LAB_KEY", "k3y-0123")

    def made(**table):
        for name, text in SERVICES.items():
            path = tmp_path / "catalogue" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text.replace("public: true", "public: true, statuspage: c1"), encoding="utf-8")
        page = {"title": "Shop status", "url": "https://status.example.com", "publish_dir": tmp_path / "public"} | table
        worlds.append(World(tmp_path, REFERENCE, trusted=(), webhook_url="", catalogue=tmp_path / "catalogue", status_page=page))
        return worlds[-1]

    yield made
    for world in worlds:
        world.close()


def problems(world):
    return world.send("GET", "/healthz", "ana").json()["problems"]


def test_what_a_person_posts_stands_at_statuspage(make, there):
    world = make(statuspage={"page_id": "p1", "key": "${LAB_KEY}", "url": there.url})
    incident = declare(world)
    world.post("ana", "/status-page/publish")
    post(world, incident, text="Uploads fail.")
    until(lambda: texts(there) == [["Uploads fail."]], "the post at Statuspage", 30)
    (one,) = there.incidents.values()
    assert one["posts"][0]["components"] == {"c1": "partial_outage"}
    assert "5xx" not in str(there.incidents)
    world.again()
    post(world, incident, "Resolved")
    until(lambda: len(texts(there)[0]) == 2, "the end at Statuspage")
    assert len(there.incidents) == 1


def test_what_fails_is_said_in_the_health(make, there):
    there.close()
    world = make(statuspage={"page_id": "p1", "key": "${LAB_KEY}", "url": there.url})
    post(world, declare(world), text="Uploads fail.")
    until(lambda: problems(world), "the problem")
    assert problems(world)[0].startswith("The status page at Statuspage is an old one, and it is tried again by itself: ")
    assert world.post("ana", "/status-page/publish")["problem"] == problems(world)[0]


def test_a_key_that_is_not_set_is_said_at_the_start(make):
    with pytest.raises(ValueError, match=r"\$NO_SUCH_KEY, which \[status_page\] names, is not set"):
        make(statuspage={"page_id": "p1", "key": "${NO_SUCH_KEY}"})
