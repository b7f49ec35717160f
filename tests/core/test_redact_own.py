"""What is taken for plain words without a look for secrets holds none that the look would find."""

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from stormjib.core.redact import redacted
from stormjib.core.redact.own import Redactor

WORDS = st.text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.,%()-:", min_size=1, max_size=16)
KNOWN = st.sampled_from(
    ["AKIA", "ghp_", "Bearer", "Basic", "PRIVATE", "BEGIN", "auth", "key", "4111", "is", "for", "user", "x:y", "AUTH", "pin"]
)


@settings(max_examples=1_000)
@given(st.lists(st.one_of(WORDS, KNOWN), min_size=1, max_size=8))
@example(["AKIAIOSFODNN7EXAMPLE"])
@example(["-----BEGIN", "PRIVATE", "KEY-----"])
@example(["password", "hunter2"])
def test_what_needs_no_look_would_stay_as_it_is(words):
    text = " ".join(words)
    assert Redactor({})(text) == redacted(text)


@given(st.lists(WORDS, min_size=1, max_size=4), WORDS)
def test_an_own_value_is_found_among_plain_words(words, value):
    assume(len(value) >= 8)
    assert value not in Redactor({"TOKEN": value})(" ".join([*words, value]))
