"""The paper a slip is drawn on, and every measure of it in dots."""

from dataclasses import dataclass

from PIL import Image, ImageDraw

from kiosk.fonts import UNSEEN, Typeface


@dataclass(frozen=True)
class Sizes:
    """Every measure of one paper width, in dots."""

    margin: int
    head: int
    field: int
    service: int
    matter: int
    number: int
    number_line: int
    band: int
    zone: int
    label: int
    fact: int
    foot: int
    module: int
    rule: int


WIDE = Sizes(
    margin=16,
    head=28,
    field=48,
    service=28,
    matter=36,
    number=214,
    number_line=216,
    band=48,
    zone=28,
    label=28,
    fact=48,
    foot=26,
    module=6,
    rule=6,
)
NARROW = Sizes(
    margin=8,
    head=24,
    field=36,
    service=24,
    matter=28,
    number=150,
    number_line=152,
    band=36,
    zone=24,
    label=24,
    fact=34,
    foot=24,
    module=6,
    rule=4,
)


class Sheet:
    """Paper that grows as it is written on."""

    def __init__(self, dots: int, sizes: Sizes) -> None:
        self.dots, self.sizes = dots, sizes
        self.left, self.right = sizes.margin, dots - sizes.margin
        self.room = self.right - self.left
        self.y = 0
        self.picture = Image.new("1", (dots, 1400), 1)
        self._pen()

    def _pen(self) -> None:
        self.pen = ImageDraw.Draw(self.picture)
        self.pen.fontmode = "1"  # no grey edges: a printer has no grey

    def grow(self, rows: float) -> None:
        """Have room for so many more rows."""
        if self.y + rows + 64 > self.picture.height:
            taller = Image.new("1", (self.dots, self.picture.height + max(400, round(rows))), 1)
            taller.paste(self.picture, (0, 0))
            self.picture = taller
            self._pen()

    def skip(self, rows: float) -> None:
        """Leave so many rows white."""
        self.grow(rows)
        self.y += round(rows)

    def rule(self, thick: int) -> None:
        """A line from margin to margin."""
        self.grow(thick)
        self.pen.rectangle((self.left, self.y, self.right - 1, self.y + thick - 1), fill=0)
        self.y += thick

    def line(
        self,
        face: Typeface,
        text: str,
        size: int,
        high: float,
        at: float | None = None,
        right: bool = False,
    ) -> None:
        """One line of text; `high` is the line height in ems."""
        text = text.translate(UNSEEN)
        self.grow(rows := round(size * face.line(text, high)))
        begin = self.left if at is None else at
        left = self.right - face.width(text, size) if right else begin
        face.draw(self.pen, left, self.y + face.rise(size, rows), text, size, 0)
        self.y += rows

    def cut(self) -> Image.Image:
        """What has been written, no longer than that."""
        return self.picture.crop((0, 0, self.dots, self.y))
