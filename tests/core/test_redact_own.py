"""What is taken for plain words without a look for secrets holds none that the look would find."""

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from stormjib.core.alert import Alert
from stormjib.core.redact import is_secret, redacted
from stormjib.core.redact.names import is_value
from stormjib.core.redact.own import Redactor, one_line
from stormjib.core.redact.shapes import NAME_HINTS, WORD_HINTS

WORDS = st.text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.,%()-:", min_size=1, max_size=16)
KNOWN = st.sampled_from(
    ["AKIA", "ghp_", "Bearer", "Basic", "PRIVATE", "BEGIN", "auth", "key", "4111", "is", "for", "user", "x:y", "AUTH", "pin"]
)


@settings(max_examples=1_000)
@given(st.lists(st.one_of(WORDS, KNOWN), min_size=1, max_size=8))
@example(["AKIAIOSFODNN7EXAMPLE"])
@example(["-----BEGIN", "PRIVATE", "KEY-----"])
@example(["password", "hunter2"])
@example(["Basic", "YWRtaW46cGFzcw"])
def test_what_needs_no_look_would_stay_as_it_is(words):
    text = " ".join(words)
    assert Redactor({})(text) == redacted(text)


@given(st.lists(WORDS, min_size=1, max_size=4), WORDS)
def test_an_own_value_is_found_among_plain_words(words, value):
    assume(len(value) >= 8)
    assert value not in Redactor({"TOKEN": value})(" ".join([*words, value]))


OWN = {"TOKEN": "harbour-7781-x"}
TEXTS = st.lists(st.one_of(WORDS, KNOWN, st.sampled_from(["harbour-7781-x", "harbour-1234-x", "a\nb", "é"])), max_size=5).map(
    " ".join
)
OTHER_DIGITS = str.maketrans("0123456789", "3141592653")


@settings(max_examples=500)
@given(TEXTS, st.dictionaries(TEXTS, TEXTS, max_size=3))
@example("", {"harbour-3141-x": "harbour-7781-x"})
@example("plain", {"db_password": "blue-harbour-1", "pw": "blue4harbour9"})
def test_what_is_known_of_texts_with_other_numbers_leaves_no_secret(summary, labels):
    """Whatever came before, an alert is told as if each of its texts was looked at by itself."""
    hide = Redactor(OWN)
    alert = Alert("1", "x", firing=True, name="Full", service="db", summary=summary, labels=labels)
    others = {name.translate(OTHER_DIGITS): value.translate(OTHER_DIGITS) for name, value in labels.items()}
    hide.told(Alert("2", "x", firing=True, name="Full", service="db", summary=summary.translate(OTHER_DIGITS), labels=others))
    told = hide.told(alert)
    values = [
        f"[redacted {name}]" if is_secret(name) and is_value(name, value) else hide(value) for name, value in labels.items()
    ]
    assert (told.fingerprint, told.summary) == ("1", one_line(hide(summary)))
    assert [*told.labels.values()] == [one_line(value) for value in values]
    assert all(
        new == (clean := one_line(hide(old))) or new.startswith(f"{clean} ") for old, new in zip(labels, told.labels, strict=True)
    )


def test_what_a_look_goes_by_knows_no_numbers():
    """Else texts could not be told apart by their words alone."""
    assert not [hint for hint in (*NAME_HINTS, *WORD_HINTS) if any(map(str.isdigit, hint))]


def test_labels_with_secrets_in_their_names_stay_two_and_their_values_are_lines():
    labels = {"AKIAIOSFODNN7EXAMPL2": "b", "zone": "east\nINC-7: all is well", "AKIAIOSFODNN7EXAMPL1": "a"}
    told = Redactor({}).told(Alert("1", "x", firing=True, name="Full", service="db", labels=labels))
    assert told.labels == {"[redacted key] 2": "b", "zone": "east INC-7: all is well", "[redacted key]": "a"}
    told = Redactor({}).told(Alert("1", "x", firing=True, name="Full", service="db", labels=dict(reversed(labels.items()))))
    assert told.labels["[redacted key]"] == "a"
