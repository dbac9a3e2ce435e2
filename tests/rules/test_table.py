"""One row of rules for each word of the vocabulary."""

from __future__ import annotations

from net2fig.data.grammar import load_grammar, vocabulary_data
from net2fig.data.resources import data_dir
from net2fig.data.vocabulary import ALIASES, load_aliases, load_vocabulary
from tests.rules.rule_table import RuleSet, find_gaps, find_rules, load_reasons

VOCABULARY = load_vocabulary()
REASONS = load_reasons()


def test_each_operation_has_all_rules_or_a_reason() -> None:
    assert find_gaps(VOCABULARY.ops, REASONS) == set()


def test_operations_with_a_rule_have_no_reason() -> None:
    stale = {(op, topic) for op, topic in REASONS if getattr(find_rules(op), topic)}
    assert stale == set()


def test_reasons_are_for_words_of_the_vocabulary() -> None:
    assert {op for op, _ in REASONS} <= set(VOCABULARY.ops)


def test_the_catalogue_has_an_entry_for_each_list_of_the_vocabulary() -> None:
    assert set(load_grammar().entries) == set(vocabulary_data()["ops"])
    assert sorted(VOCABULARY.ops) == sorted(load_grammar().by_class)


def test_aliases_name_operations_of_the_vocabulary() -> None:
    frameworks = [path.stem for path in (data_dir("grammar") / ALIASES).glob("*.toml")]
    assert "torch" in frameworks
    for framework in frameworks:
        assert set(load_aliases(framework).values()) <= set(VOCABULARY.ops)


def test_resizings_local_layers_and_adaptive_poolings_have_all_rules() -> None:
    for op in ("LocallyConnected1D", "LocallyConnected2D", "Resizing"):
        assert find_rules(op) == RuleSet(shape=True, params=True, macs=True, field=True)
    for way in ("Average", "Max"):
        for rank in (1, 2, 3):
            assert find_rules(f"Adaptive{way}Pooling{rank}D").field


def test_a_planted_operation_without_rules_is_detected() -> None:
    topics = RuleSet.__struct_fields__
    assert find_gaps(["Convolution17D"], REASONS) == {("Convolution17D", each) for each in topics}
    assert ("Lambda", "params") in find_gaps(VOCABULARY.ops, {})
