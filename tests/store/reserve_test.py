"""Room kept on the data disk for the hour in which it fills up."""

from server.store.reserve import Reserve


def test_room_is_laid_aside_once_and_given_back_once(tmp_path):
    reserve = Reserve(tmp_path, size=4096, room=0)
    reserve.lay_aside()
    assert reserve.file.stat().st_size == 4096
    made_at = reserve.file.stat().st_mtime_ns
    reserve.lay_aside()
    assert reserve.file.stat().st_mtime_ns == made_at, "what stands is left alone"
    assert reserve.give_back() is True and not reserve.file.exists()
    assert reserve.give_back() is False, "there is none left to give"


def test_a_small_disk_is_not_filled_by_its_own_reserve(tmp_path):
    reserve = Reserve(tmp_path, size=4096, room=2**62)
    reserve.lay_aside()
    assert not reserve.file.exists()


def test_a_reserve_that_does_not_fit_leaves_nothing_behind(tmp_path):
    reserve = Reserve(tmp_path, size=2**60, room=0)
    reserve.lay_aside()
    assert not reserve.file.exists()
