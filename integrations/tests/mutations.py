"""JSON bent out of shape: any value, and real bodies with one part replaced or taken out."""

import copy

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
