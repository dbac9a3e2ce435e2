"""One row of rules for each word of the vocabulary."""

from __future__ import annotations

from msgspec.structs import replace

from net2fig.data.grammar import load_grammar, vocabulary_data
from net2fig.data.vocabulary import load_vocabulary
from net2fig.rules.table import RuleSet, find_gaps, find_rules

VOCABULARY = load_vocabulary()


def test_each_operation_has_all_rules_or_a_reason() -> None:
    assert find_gaps(VOCABULARY) == set()


def test_a_reason_is_not_given_for_what_has_a_rule() -> None:
    stale = {(op, topic) for op, topic in VOCABULARY.unruled if getattr(find_rules(op), topic)}
    assert stale == set()


def test_reasons_are_given_for_words_of_the_vocabulary_alone() -> None:
    assert {op for op, _ in VOCABULARY.unruled} <= set(VOCABULARY.ops)


def test_the_catalogue_has_an_entry_for_each_list_of_the_vocabulary() -> None:
    assert set(load_grammar().entries) == set(vocabulary_data()["ops"])
    assert sorted(VOCABULARY.ops) == sorted(load_grammar().by_class)


def test_words_of_frameworks_stand_for_words_of_ours() -> None:
    for words in VOCABULARY.words.values():
        assert set(words.values()) <= set(VOCABULARY.ops)


def test_the_gaps_of_old_are_filled() -> None:
    for op in ("LocallyConnected1D", "LocallyConnected2D", "Resizing"):
        assert find_rules(op) == RuleSet(shape=True, params=True, macs=True, field=True)
    for way in ("Average", "Max"):
        for rank in (1, 2, 3):
            assert find_rules(f"Adaptive{way}Pooling{rank}D").field


def test_a_missing_rule_would_be_seen() -> None:
    more = replace(VOCABULARY, ops=(*VOCABULARY.ops, "Convolution17D"))
    assert find_gaps(more) == {("Convolution17D", topic) for topic in RuleSet.__struct_fields__}
    fewer = replace(VOCABULARY, unruled={})
    assert ("Lambda", "params") in find_gaps(fewer)
