"""What the kiosk knows of each kind of printer. A profile is chosen in the printer's address: `?profile=NAME`."""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Profile:
    """One kind of printer: how wide it prints, how much it takes at once, how it cuts and what it answers."""

    name: str
    dots: int = 576
    dpi: int = 203
    slice_rows: int = 128        # small buffers turn longer rasters into rubbish text
    slice_delay_ms: int = 0
    cut: str = "partial"         # partial: the slip hangs until it is taken; full; none: torn off by hand
    feed_rows: int = 0           # blank rows before the cut, beyond what the cut itself feeds
    status: str = "eot"          # eot: answers DLE EOT; none: says nothing
    fence: str = "gs_r"          # gs_r: answers GS r 1 once it has come to it; none

    def __post_init__(self):
        if self.dots % 8 or not 1 <= self.slice_rows <= 255 or self.cut not in ("partial", "full", "none"):
            raise ValueError(f"profile {self.name}: dots must be a multiple of 8, slice_rows 1 to 255, cut partial, full or none")


_80MM = Profile("80mm")
_58MM = Profile("58mm", dots=384, cut="none", feed_rows=96)

PROFILES = {
    profile.name: profile
    for profile in (
        _80MM,
        _58MM,
        replace(_58MM, name="58mm-cutter", cut="partial", feed_rows=0),
        replace(_80MM, name="tm-t20"),
        replace(_80MM, name="tm-t88", dots=512, dpi=180),
        replace(_80MM, name="tm-p80", dots=546 // 8 * 8),
        replace(_80MM, name="ct-s651", dots=640),
        replace(_80MM, name="xp-80", slice_rows=64, slice_delay_ms=5),
        replace(_80MM, name="blind-80mm", status="none", fence="none"),
        replace(_58MM, name="blind-58mm", status="none", fence="none"),
        replace(_58MM, name="pos-5890"),
        replace(_58MM, name="zj-5870"),
    )
}
