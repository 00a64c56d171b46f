"""JSON bent out of shape: any value, and real bodies with one part replaced or taken out."""

import copy
import json
import math

from hypothesis import strategies as st

LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from(["", " ", "\ud83d", "0", "-1", "99999999999999999999", "x" * 300, 10**400]),
)
ANY_JSON = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=8,
)


def places(value, path=()):
    """The path of every part of a JSON value."""
    if path:
        yield path
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        yield from places(child, (*path, key))


@st.composite
def mutated(draw, bodies):
    """One of the bodies, with up to three of its parts changed."""
    body = copy.deepcopy(draw(st.sampled_from(bodies)))
    for _ in range(draw(st.integers(1, 3))):
        *path, last = draw(st.sampled_from(list(places(body)) or [("object",)]))
        parent = body
        for key in path:
            parent = parent[key]
        if isinstance(parent, dict) and draw(st.booleans()):
            parent.pop(last, None)
        else:
            parent[last] = draw(ANY_JSON)
    return body


MONSTERS = (
    lambda chance: "x" * chance.choice((300, 5000, 100_000)),
    lambda chance: chance.choice(("\ud83d", "\x00", "a\x00b", "\u202e", "﷽" * 50, "١٢٣", "1e5", "-0", " ")),
    lambda chance: chance.choice((math.inf, -math.inf, math.nan, 1e308, -0.0, 5e-324, 1.5)),
    lambda chance: chance.choice((10**400, -(10**400), 2**63, -(2**63) - 1, 2**53 + 1, 0, -1)),
    lambda chance: chance.choice((True, False, None, [], {}, [[]], [{}], {"": ""})),
    lambda chance: nested(chance.choice((5, 25, 40, 120)), chance.choice(([], {}))),
    lambda chance: [chance.choice(("x", 1, {}, None))] * chance.choice((10, 1000)),
    lambda chance: {f"k{number}": number for number in range(chance.choice((3, 1000)))},
)
"""Values that break parsers, each drawn anew."""


def nested(depth, leaf):
    for _ in range(depth):
        leaf = [leaf] if isinstance(leaf, list) else {"a": leaf}
    return leaf


def bent(body, chance):
    """A copy with up to four of its parts exchanged for a monster or for another part, taken out or doubled."""
    body = copy.deepcopy(body)
    for _ in range(chance.randint(1, 4)):
        spots = list(places(body))
        if not spots:
            return body
        *path, last = chance.choice(spots)
        parent = body
        for key in path:
            parent = parent[key]
        match chance.randrange(5):
            case 0:
                del parent[last]
            case 1:
                parent[last] = [copy.deepcopy(parent[last])] * 2
            case 2:
                *path, other = chance.choice(spots)
                source = body
                for key in path:
                    source = source[key]
                parent[last] = copy.deepcopy(source[other])
            case _:
                parent[last] = chance.choice(MONSTERS)(chance)
    return body


def written(body, chance):
    """The bytes: at times with a key twice, or cut off."""
    raw = json.dumps(body, ensure_ascii=chance.random() < 0.5).encode("utf-8", "surrogatepass")
    if chance.randrange(20) == 0:
        raw = raw[: chance.randrange(len(raw) + 1)]
    if raw.startswith(b"{") and chance.randrange(10) == 0:
        raw = b'{"object":"x","message":{},' + raw[1:] if len(raw) > 2 else raw
    return raw
