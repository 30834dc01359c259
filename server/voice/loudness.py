"""How loud a clip is, in LUFS, and how loud it shall be.

The measure is ITU-R BS.1770-5 (K-weighting, mean square, gates at -70 LUFS and 10 LU under the
mean) for one channel, with one honest change: gating blocks of 100 ms
instead of 400 ms, because most clips ("hai", "A") are shorter than one block of the standard, which
is undefined for them. For a steady tone both give the same figure.
The libraries that measure this (pyloudnorm) bring numpy and scipy, some 100 MB, for two filters of
five factors;
so the filters stand here, held by a test to the standard's own figures.
"""

import math
from collections.abc import Sequence

#: What every clip is brought to, and how far off one may be.
TARGET_LUFS, TOLERANCE_LU = -20.0, 1.5
#: No sample goes over this (-1 dB of full scale); a very peaky clip may therefore stay this much
#: under the target.
PEAK, PEAKY_LU = 0.89, 4.0
#: b0, b1, b2, a1, a2
Filter = tuple[float, float, float, float, float]
BLOCK_S, OVERLAP = 0.1, 0.75
ABSOLUTE_GATE, RELATIVE_GATE = -70.0, -10.0


def filters(rate: float) -> tuple[Filter, Filter]:
    """The two K-weighting filters at a sampling rate, each (b0, b1, b2, a1, a2):

    BS.1770's analogue prototypes by the bilinear transform; at 48 kHz the standard's own table.
    """
    k = math.tan(math.pi * 1681.974450955533 / rate)
    q, high = 0.7071752369554196, 10 ** (3.999843853973347 / 20)
    band = high**0.4996667741545416
    norm = 1 + k / q + k * k
    high_shelf = (
        (high + band * k / q + k * k) / norm,
        2 * (k * k - high) / norm,
        (high - band * k / q + k * k) / norm,
        2 * (k * k - 1) / norm,
        (1 - k / q + k * k) / norm,
    )
    k, q = math.tan(math.pi * 38.13547087602444 / rate), 0.5003270373238773
    norm = 1 + k / q + k * k
    return high_shelf, (1.0, -2.0, 1.0, 2 * (k * k - 1) / norm, (1 - k / q + k * k) / norm)


def _energy(samples: Sequence[float], rate: int) -> list[float]:
    """The running sum of the squares of the K-weighted samples, from 0."""
    (b0, b1, b2, a1, a2), (_, _, _, c1, c2) = filters(rate)  # the second filter's b is 1, -2, 1
    x1 = x2 = y1 = y2 = z1 = z2 = total = 0.0
    sums = [0.0]
    add = sums.append
    for x in samples:
        y = b0 * x + b1 * x1 + b2 * x2 - a1 * y1 - a2 * y2
        z = y - 2 * y1 + y2 - c1 * z1 - c2 * z2
        x2, x1, y2, y1, z2, z1 = x1, x, y1, y, z1, z
        total += z * z
        add(total)
    return sums


def lufs(samples: Sequence[float], rate: int) -> float | None:
    """The loudness of a mono clip in LUFS; None for silence."""
    if not samples:
        return None
    sums = _energy(samples, rate)
    size = max(1, min(len(samples), round(BLOCK_S * rate)))
    step = max(1, round(size * (1 - OVERLAP)))
    blocks = [(sums[i + size] - sums[i]) / size for i in range(0, len(samples) - size + 1, step)]
    heard = [power for power in blocks if power > _power(ABSOLUTE_GATE)]
    if not heard:
        return None
    gate = math.fsum(heard) / len(heard) * 10 ** (RELATIVE_GATE / 10)
    spoken = [power for power in heard if power > gate]
    return -0.691 + 10 * math.log10(math.fsum(spoken) / len(spoken))


def _power(level: float) -> float:
    return 10 ** ((level + 0.691) / 10)


def gain_to_target(loudness: float, peak: float) -> float:
    """The factor that brings a clip to the target without going over the peak."""
    return min(10 ** ((TARGET_LUFS - loudness) / 20), PEAK / peak)


def off_target(loudness: float | None, peak: float) -> str | None:
    """How a finished clip misses the target, as words, or None.

    Under it is right where the peak already stands at its limit.
    """
    if loudness is None:
        return "silent"
    apart = loudness - TARGET_LUFS
    allowed_under = PEAKY_LU if peak > PEAK * 0.9 else TOLERANCE_LU
    if -allowed_under <= apart <= TOLERANCE_LU:
        return None
    return f"{loudness:.1f} LUFS, not {TARGET_LUFS:.0f} ± {TOLERANCE_LU}"
