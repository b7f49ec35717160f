"""A book that says nothing of the end, or says it in words that nobody measures: a person's word is asked for, and the log claims no more."""

import pytest

NOTHING_ASKED = b"# Shop\n\n## Fix\n\n- restart it\n"
DONE = b"# Shop\n\n## Fix\n\n- restart it\n\n## Done?\n\n- [ ] a test purchase works\n"
USUAL = "recovery-functional", "recovery-latency", "recovery-errors"


def lacking(world):
    return [one for one in world.room("INC-1")["resolution"] if not one["met"]]


def begun(make, book):
    world = make(book)
    world.begin()
    world.post("ana", "/incidents/INC-1/acknowledge")
    world.alert(status="resolved")
    return world


def test_where_nothing_says_when_it_is_over_a_person_says_so_of_all_that_a_check_could_prove(make):
    world = begun(make, NOTHING_ASKED)
    assert [one["proof_id"] for one in lacking(world)] == list(USUAL)
    refused = world.post("ana", "/incidents/INC-1/resolve", 409)
    assert "stormjib incident check-off INC-1 recovery-functional" in refused
    assert "incident check-off INC-1 ITEM" in world.post("ana", "/incidents/INC-1/verify", 409)
    page = world.send("GET", "/incidents/INC-1", "ana").text
    for item in USUAL:
        assert f'value="{item}"' in page
        world.post("ana", f"/incidents/INC-1/items/{item}/tick", text="I bought something")
    world.post("ana", "/incidents/INC-1/resolve", text="restarted")
    world.post("ana", "/incidents/INC-1/close")
    assert world.log(kind="Closed")[-1]["text"] == "closed (confirmed by ana; not measured)"
    world.told()


def test_what_was_confirmed_can_be_taken_back_before_it_is_resolved(make):
    world = begun(make, NOTHING_ASKED)
    for item in USUAL:
        world.post("ana", f"/incidents/INC-1/items/{item}/tick", text="")
    world.post("ana", "/incidents/INC-1/items/recovery-errors/untick", text="there are still some")
    assert [one["proof_id"] for one in lacking(world)] == ["recovery-errors"]
    world.told()


def test_a_question_that_ends_the_book_is_what_has_to_be_confirmed(make):
    world = begun(make, DONE)
    assert [one["name"] for one in lacking(world)] == ["a test purchase works"]
    world.told()


@pytest.mark.parametrize("title", ["Definition of done", "Fertig, wenn"])
def test_in_other_words_and_languages_too(make, title):
    world = begun(make, f"# Shop\n\n## Fix\n\n- restart it\n\n**{title}:**\n- it sells\n".encode())
    assert "it sells" in world.post("ana", "/incidents/INC-1/resolve", 409)
    world.told()
