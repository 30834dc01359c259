"""What many screens took is given back when they have gone."""

import pytest

from server.serving.memory import GONE, Memory


class Hub:
    """Counts how often memory was given back, and where."""

    def __init__(self):
        self.sockets, self.given_back, self.off_the_loop = 0, 0, 0
        self.memory = Memory(lambda: self.sockets, self.off_loop, self.give_back)

    def off_loop(self, work):
        self.off_the_loop += 1
        return work()

    def give_back(self):
        self.given_back += 1

    def sees(self, *counts):
        for self.sockets in counts:
            self.memory.refresh()
        return self.given_back


# each time whole memory is gone through
@pytest.mark.slow
@pytest.mark.parametrize(
    "counts, times",
    [
        ((3000, 3000), 0),
        ((3000, 3000 - GONE + 1), 0),
        ((3000, 3000 - GONE), 1),
        ((3000, 0, 0, 0), 1),
        ((3000, 0, 3000, 0), 2),
        ((3000, 2900, 2850, 2800, 2799), 1),
        ((0, 0), 0),
    ],
)
def test_memory_is_given_back_once_when_many_have_gone(counts, times):
    hub = Hub()
    assert hub.sees(*counts) == times
    assert hub.off_the_loop == times, "beside the loop"


def test_the_machines_own_way_works_here():
    here = [3000]
    memory = Memory(lambda: here[0], lambda work: work())
    memory.refresh()
    here[0] = 0
    memory.refresh()
