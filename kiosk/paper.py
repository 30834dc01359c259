"""The paper of the virtual printer: commands in, a picture of dots out.

Knows nothing of sockets.
"""

from PIL import Image, ImageDraw, ImageFont

TEXT_HIGH, TEXT_WIDE = 24, 12
LONGEST_ROWS = 20_000


class Paper:
    """What a thermal head would have burnt so far, row by row, until the cut."""

    def __init__(self, dots: int) -> None:
        self.dots = dots
        self._font = ImageFont.load_default(20)
        self.fresh()

    def fresh(self) -> None:
        self._picture = Image.new("1", (self.dots, 512), 1)
        self._y = 0
        self._line: list[tuple[str, int, int]] = []
        self.reset()

    def reset(self) -> None:
        """ESC @."""
        self.wide = self.high = 1
        self.align = 0
        self._line = []

    @property
    def rows(self) -> int:
        return self._y

    def feed(self, rows: int) -> None:
        self._end_line()
        self._room(rows)
        self._y += rows

    def raster(
        self, width_bytes: int, rows: int, data: bytes, scale_x: int = 1, scale_y: int = 1
    ) -> None:
        """GS v 0: a set bit is a black dot; what is wider than the paper is lost, as on a real
        head.
        """
        self._end_line()
        strip = Image.frombytes("1", (width_bytes * 8, rows), bytes(byte ^ 0xFF for byte in data))
        if (scale_x, scale_y) != (1, 1):
            strip = strip.resize(
                (strip.width * scale_x, strip.height * scale_y), Image.Resampling.NEAREST
            )
        self._room(strip.height)
        left = {0: 0, 1: (self.dots - strip.width) // 2, 2: self.dots - strip.width}[self.align]
        self._picture.paste(strip, (max(0, left), self._y))
        self._y += strip.height

    def letters(self, text: str) -> None:
        for letter in text:
            if (
                sum(TEXT_WIDE * wide for _, wide, _ in self._line) + TEXT_WIDE * self.wide
                > self.dots
            ):
                self.new_line()
            self._line.append((letter, self.wide, self.high))

    def new_line(self) -> None:
        if not self._line:
            self._room(TEXT_HIGH * self.high)
            self._y += TEXT_HIGH * self.high
        self._end_line()

    def cut(self) -> Image.Image | None:
        """The slip that falls off, and fresh paper; `None` when nothing was printed on it."""
        self._end_line()
        picture = self._picture.crop((0, 0, self.dots, self._y)) if self._y else None
        wide, high, align = self.wide, self.high, self.align
        self.fresh()
        self.wide, self.high, self.align = wide, high, align
        return picture

    def _end_line(self) -> None:
        if not self._line:
            return
        tall = max(high for _, _, high in self._line) * TEXT_HIGH
        wide = sum(TEXT_WIDE * wide for _, wide, _ in self._line)
        self._room(tall)
        x = {0: 0, 1: (self.dots - wide) // 2, 2: self.dots - wide}[self.align]
        for letter, across, up in self._line:
            glyph = Image.new("1", (TEXT_WIDE, TEXT_HIGH), 1)
            pen = ImageDraw.Draw(glyph)
            pen.fontmode = "1"
            pen.text((0, 19), letter, font=self._font, fill=0, anchor="ls")
            glyph = glyph.resize((TEXT_WIDE * across, TEXT_HIGH * up), Image.Resampling.NEAREST)
            self._picture.paste(glyph, (x, self._y + tall - TEXT_HIGH * up))
            x += TEXT_WIDE * across
        self._y += tall
        self._line = []

    def _room(self, rows: int) -> None:
        if self._y + rows > LONGEST_ROWS:
            self._y = 0  # a runaway job must not fill the memory: the roll just goes on
        if self._y + rows > self._picture.height:
            taller = Image.new("1", (self.dots, self._y + rows + 512), 1)
            taller.paste(self._picture, (0, 0))
            self._picture = taller
