"""The groups that the author named: patterns made into nodes, inner groups before outer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from net2fig.data.grammar import Grammar
from net2fig.errors import Notice, UsageError, suggestion
from net2fig.group.assemble import Spec, group_node
from net2fig.group.graph import Graph, Node, contract
from net2fig.group.patterns.match import matches
from net2fig.group.patterns.scopes import Region, find_regions, get_single_atom, mark_forms
from net2fig.network import Network
from net2fig.options.types import GroupRule
from net2fig.outline import Origin
from net2fig.pattern import Atom, Series, accepts, atoms, is_form, parse, told_apart, without

MOST_VALUES = 5
"""How many values a notice names."""

ACTIVATION = "activation"
"""The kind whose functions are layers of their own, or of a class for all of them."""

MOST_TRIED = 20
"""How many parts of a network are tried as patterns."""

Named = tuple[Graph, dict[str, Spec], tuple[Notice, ...]]


def named_groups(
    graph: Graph,
    network: Network,
    rules: Sequence[GroupRule],
    grammar: Grammar,
    hidden: Mapping[str, str],
) -> Named:
    """Return the graph with the active groups contracted, what they are, and what was not found.

    Requires: `hidden` holds the operations of hidden layers by their classes; a pattern that
    speaks of them means the layers that remain around them. An atom may name a scope.
    Ensures: a group that matches nothing is told of, with the nearest thing that exists.
    """
    active = [rule for rule in rules if rule.active]
    patterns = _patterns(active)
    specs: dict[str, Spec] = {}
    notices: list[Notice] = []
    inner_scopes_first = sorted(
        active, key=lambda rule: _size_scopes(graph, network, patterns[rule.name])
    )
    for rule in _inner_first(inner_scopes_first, patterns):
        asked = [_visible(each, graph, grammar, hidden) for each in patterns[rule.name]]
        graph, scopes = _contract_scopes(graph, network, asked)
        specs |= scopes
        repeat_key = f"group {rule.name}"
        groups, idle = _occurrences(graph, network, asked, repeat_key, rule.name)
        if groups:
            graph = contract(graph, groups)
            specs[repeat_key] = Spec(rule.name, origin=Origin("rule", rule.texts))
        notices += _tell_hidden(rule, patterns[rule.name], asked, idle)
        for number in idle:
            text = f"{rule.name!r} in {rule.place} matches nothing ({rule.texts[number]})"
            why = _unmatched(asked[number], graph, grammar, patterns)
            single = get_single_atom(asked[number])
            why = (find_regions(graph, network, single.text)[1] if single else "") or why
            text = f"unknown group: {text}" + (f"; {why}" if why else "")
            about = ("group", rule.name)
            notices.append(Notice("unmatched-group", text, about, rule.place))
    return graph, specs, tuple(notices)


def _tell_hidden(
    rule: GroupRule, written: Sequence[Series], asked: Sequence[Series], idle: Sequence[int]
) -> Iterator[Notice]:
    """Tell of patterns of which a single layer is left, since all others are hidden."""
    for number, (pattern, visible) in enumerate(zip(written, asked, strict=True)):
        kept = [atom.text for atom in atoms(visible)]
        words = [atom.text for atom in atoms(pattern)]
        if number in idle or len(kept) != 1 or len(words) < 2:
            continue
        hidden = list(dict.fromkeys(word for word in words if word not in kept))
        text = (
            f"of {rule.name!r} in {rule.place} only {kept[0]!r} is drawn: {', '.join(hidden)}"
            f" {'does' if len(hidden) == 1 else 'do'} not count while not drawn; show = {hidden}"
        )
        yield Notice("hidden-pattern", text, ("group", rule.name), rule.place)


def _size_scopes(graph: Graph, network: Network, patterns: Sequence[Series]) -> int:
    """Return how many nodes the largest scope has that a pattern names alone."""
    atoms = [atom for atom in map(get_single_atom, patterns) if atom]
    found = [find_regions(graph, network, atom.text)[0] for atom in atoms]
    return max((len(region) for regions in found for region in regions), default=0)


def _contract_scopes(
    graph: Graph, network: Network, asked: Sequence[Series]
) -> tuple[Graph, dict[str, Spec]]:
    """Return the graph with the scopes contracted that longer patterns name, and their groups."""
    specs: dict[str, Spec] = {}
    for pattern in asked:
        for atom in () if get_single_atom(pattern) else atoms(pattern):
            if any(atom.text in _words(node) for node in graph.nodes.values()):
                continue
            regions, _ = find_regions(graph, network, atom.text)
            if regions and not (atom.any or atom.kind or is_form(atom.text)):
                key = f"scope {atom.text}"
                specs[key] = Spec(atom.text, origin=Origin("model"))
                graph = contract(graph, list(_make_groups(graph, regions, key, atom.text)))
    return graph, specs


def _make_groups(
    graph: Graph, regions: Sequence[Region], repeat_key: str, name: str
) -> Iterator[Node]:
    """Yield the regions of a scope as groups; those of another form are variants."""
    from net2fig.group.patterns.variants import OTHER

    for region, number in zip(regions, mark_forms(graph, regions), strict=True):
        variant = f"{OTHER} {number}" if number else ""
        yield group_node(graph, region, repeat_key, name=name, variant=variant)


def _occurrences(
    graph: Graph, network: Network, asked: Sequence[Series], repeat_key: str, name: str
) -> tuple[list[Node], list[int]]:
    """Return the nodes of a group, and which of its patterns match nothing.

    Of matches that overlap, that of the earlier pattern counts.
    """
    from net2fig.group.patterns.variants import Membership, membership_of

    words = {word for node in graph.nodes.values() for word in _words(node)}

    groups: list[Node] = []
    idle: list[int] = []
    taken: set[str] = set()
    first: tuple[Node, ...] = ()
    for number, pattern in enumerate(asked):
        single = get_single_atom(pattern)
        if single and single.text not in words:
            regions, _ = find_regions(graph, network, single.text)
            free = [r for r in regions if taken.isdisjoint(member.key for member in r)]
            if free:
                taken.update(member.key for region in free for member in region)
                groups += _make_groups(graph, free, repeat_key, name)
                continue
        # One node may stand for a group only where the pattern asks for no more than one.
        found = matches(graph, pattern) if pattern.items else []
        found = [each for each in found if taken.isdisjoint(member.key for member in each)]
        if not found:
            idle.append(number)
        for members in found:
            first = first or members
            membership = membership_of(first, members, number) if len(asked) > 1 else Membership()
            taken.update(member.key for member in members)
            groups.append(
                group_node(
                    graph,
                    members,
                    repeat_key,
                    name=name,
                    variant=membership.variant,
                    core=membership.core,
                )
            )
    return groups, idle


def _patterns(rules: Sequence[GroupRule]) -> dict[str, tuple[Series, ...]]:
    """Return the patterns of all rules by the names of the groups, which must differ."""
    patterns: dict[str, tuple[Series, ...]] = {}
    for rule in rules:
        if rule.name in patterns:
            message = f"duplicate group: {rule.name!r} in {rule.place}"
            raise UsageError(message, place=rule.place)
        patterns[rule.name] = rule.patterns
    return patterns


def _inner_first(
    rules: Sequence[GroupRule], patterns: Mapping[str, tuple[Series, ...]]
) -> list[GroupRule]:
    """Order the rules so that a group comes after those that its pattern names."""
    by_name = {rule.name: rule for rule in rules}
    order: dict[str, GroupRule] = {}

    def visit(name: str, above: tuple[str, ...]) -> None:
        if name in above:
            chain = " > ".join(repr(step) for step in (*above, name))
            place = by_name[name].place
            raise UsageError(
                f"invalid group: {name!r} in {place} holds itself ({chain})", place=place
            )
        for atom in [atom for pattern in patterns[name] for atom in atoms(pattern)]:
            if atom.text == name and any(map(get_single_atom, patterns[name])):
                continue  # a class or a scope under its own name
            if atom.text in by_name and atom.text not in order:
                visit(atom.text, (*above, name))
        order[name] = by_name[name]

    for rule in rules:
        if rule.name not in order:
            visit(rule.name, ())
    return list(order.values())


def _visible(pattern: Series, graph: Graph, grammar: Grammar, hidden: Mapping[str, str]) -> Series:
    """Return what a pattern asks of the layers that are drawn."""
    return without(pattern, lambda atom: _hidden(atom, graph, grammar, hidden))


def _hidden(atom: Atom, graph: Graph, grammar: Grammar, hidden: Mapping[str, str]) -> bool:
    """Tell whether an atom speaks only of layers that are hidden."""
    if atom.any or any(atom.text in _words(node) for node in graph.nodes.values()):
        return False
    if atom.kind is not None:
        return any(grammar.kind(op).id == atom.kind for op in hidden.values())
    if atom.text in hidden or atom.text in hidden.values():
        return True
    # "ReLU" may be written as Activation("relu") in the model, or as a setting of the layer before.
    return grammar.knows(atom.text) and grammar.kind(atom.text).id == ACTIVATION


def _words(node: Node) -> tuple[str, ...]:
    block = node.block
    return tuple(filter(None, (block.type, block.op, f":{block.kind}", block.name)))


def _unmatched(
    pattern: Series, graph: Graph, grammar: Grammar, patterns: Mapping[str, tuple[Series, ...]]
) -> str:
    """Return why a pattern matches nothing, and what comes nearest to it."""
    if not pattern.items:
        return "all that it names is hidden"
    words = list(dict.fromkeys(word for node in graph.nodes.values() for word in _words(node)))
    for atom in atoms(pattern):
        known = atom.any or atom.text in words or atom.text in patterns
        if not known and not grammar.knows(atom.text):
            hint = suggestion(atom.text, words)
            return f"the network has no {atom.text!r}" + (f", {hint}" if hint else "")
    why = next(filter(None, (_unmet(graph, atom) for atom in atoms(pattern))), "")
    if why:
        return why
    if any(matches(graph, each) for each in told_apart(pattern)):
        return "its paths begin at several tensors: say at which, as in (.1 > A | .2 > B) > Add"
    wanted = [atom.text for atom in atoms(pattern)]
    near = _nearest(graph, wanted)
    if near == " > ".join(wanted):
        return f"{near} is there, but data come in or go out in the middle of it"
    if near and _is_pattern(near, graph):
        return f"the nearest thing is {near}"
    return f"the nearest layers are {near} (in their order, not as a pattern)" if near else ""


def _unmet(graph: Graph, atom: Atom) -> str:
    """Return which condition of an atom no layer meets; empty where one meets them all."""
    plain = Atom(atom.text, quoted=atom.quoted)
    blocks = [node.block for node in graph.nodes.values()]
    found = [each for each in blocks if accepts(plain, each.words, each.kind, each.attributes)]
    for key, value in atom.where:
        if not found:
            return ""
        known = [each.attributes for each in found]
        values = [at.value(key) for at in known if at.states(key)]
        if not values:
            hint = suggestion(key, dict.fromkeys(name for at in known for name in at.stated))
            return f"{atom.text} has no {key!r}" + (f", {hint}" if hint else "")
        one = Atom(atom.text, ((key, value),), atom.quoted)
        found = [each for each in found if accepts(one, each.words, each.kind, each.attributes)]
        if not found:
            others = list(dict.fromkeys(map(_value, values)))[:MOST_VALUES]
            return f"no {atom.text} has {key}={_value(value)} (there is {', '.join(others)})"
    return ""


def _value(value: object) -> str:
    """Return a value of a configuration as a pattern writes it.

    >>> _value([3, 3]), _value([1, 2]), _value("same"), _value(True)
    ('3', '1x2', 'same', 'true')
    """
    if isinstance(value, Mapping):
        return str(value.get("class_name", "a table"))
    if isinstance(value, list | tuple):
        axes = [_value(axis) for axis in value]
        return axes[0] if len(set(axes)) == 1 else "x".join(axes)
    return str(value).lower() if isinstance(value, bool) or value is None else str(value)


def _nearest(graph: Graph, wanted: Sequence[str]) -> str:
    """Return the part of the network whose layers are most like those of a pattern.

    Of several that are alike, one that is a pattern itself.
    """
    import difflib  # nearly all patterns match something

    best: list[str] = []
    most = 0.0
    length = len(wanted)
    nodes = list(graph.nodes.values())
    seen: set[tuple[str, ...]] = set()
    for start in range(max(1, len(nodes) - length + 1)):
        part = nodes[start : start + length]
        types = tuple(node.block.type for node in part)
        if types in seen:
            continue
        seen.add(types)
        likeness = difflib.SequenceMatcher(None, types, wanted, autojunk=False).ratio()
        if likeness > most:
            best, most = [], likeness
        if most and likeness == most:
            best.append(_pattern_of(part))
    patterns = (text for text in best[:MOST_TRIED] if _is_pattern(text, graph))
    return next(patterns, best[0] if best else "")


def _is_pattern(text: str, graph: Graph) -> bool:
    """Tell whether a text may be written as a pattern that matches."""
    try:
        return bool(matches(graph, parse(text)))
    except UsageError:
        return False


def _pattern_of(part: Sequence[Node]) -> str:
    """Return neighbours as a pattern: joined where one feeds the next."""
    words = [part[0].block.type]
    for before, node in pairwise(part):
        fed = any(source == before.key for source, _ in node.sources)
        words.append(f"{' > ' if fed else ', '}{node.block.type}")
    return "".join(words)
