"""Unmasking: the same bytes as byte by byte."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.serving.masks import unmasked


@given(st.binary(max_size=300), st.binary(min_size=4, max_size=4), st.integers(0, 9))
def test_a_frame_is_unmasked_wherever_a_piece_of_it_begins(data, mask, offset):
    expected = bytes(byte ^ mask[(offset + place) % 4] for place, byte in enumerate(data))
    assert unmasked(data, tuple(mask), length=len(data), offset=offset) == expected


@pytest.mark.parametrize("size", [0, 1, 3, 4, 5, 16_384])
def test_masking_twice_gives_the_data_back(size):
    data, mask = bytes(range(256)) * 64, (7, 0, 255, 1)
    once = unmasked(data, mask, size)
    assert len(once) == size and unmasked(once, mask) == data[:size]
