"""What a person would see go wrong with the boxes of a page: it scrolls sideways, words leave the
screen, are cut off, spill out of their button or stand on other words.
"""

from collections.abc import Iterable

from playwright.sync_api import Page

#: Every width of window this is asked at, in CSS pixels: phones, tablets, small laptops at 125 and
#: 150 %, desks, large desks.
WIDTHS = (320, 360, 390, 600, 700, 768, 820, 911, 1024, 1093, 1180, 1280, 1366, 1440, 1920, 2560)

# A box of words is where the letters themselves are: the inline box without what the typeface
# keeps free above and below. What lies in something that scrolls counts only where it shows.
_MISFITS = """([within, sideways]) => {
  const found = [], wide = document.documentElement.clientWidth;
  const name = (el) => {
    const label = el.className && typeof el.className === "string" ? "." + el.className.trim().replace(/\\s+/g, ".") : "";
    return el.tagName.toLowerCase() + label + " “" + (el.textContent || el.value || "").trim().replace(/\\s+/g, " ").slice(0, 50) + "”";
  };
  if (document.documentElement.scrollWidth > wide + 1) found.push("the page scrolls sideways: " + document.documentElement.scrollWidth + " > " + wide);
  const seen = (el) => el.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && !el.closest(".unseen");
  const clips = (style) => ({ x: style.overflowX !== "visible", y: style.overflowY !== "visible" });
  const scrolls = (el, axis) => {
    const style = getComputedStyle(el);
    return ["auto", "scroll"].includes(axis === "x" ? style.overflowX : style.overflowY);
  };
  const shownPart = (el, box) => {
    let part = { ...box };
    for (let up = el; up && up !== document.body && up !== document.documentElement; up = up.parentElement) {
      const style = getComputedStyle(up), cut = clips(style);
      if (!cut.x && !cut.y) continue;
      const own = up.getBoundingClientRect(), lost = { x: 0, y: 0 };
      if (cut.x) {
        lost.x = Math.max(0, own.left - part.left, part.right - own.right);
        part.left = Math.max(part.left, own.left); part.right = Math.min(part.right, own.right);
      }
      if (cut.y) {
        lost.y = Math.max(0, own.top - part.top, part.bottom - own.bottom);
        part.top = Math.max(part.top, own.top); part.bottom = Math.min(part.bottom, own.bottom);
      }
      const dots = style.textOverflow === "ellipsis" || style.webkitLineClamp !== "none";
      if (!dots && lost.x > 2 && !scrolls(up, "x")) found.push("cut at the side by " + name(up).slice(0, 40) + ": " + name(el));
      if (!dots && lost.y > 2 && !scrolls(up, "y")) found.push("cut by " + name(up).slice(0, 40) + ": " + name(el));
      if (part.right <= part.left || part.bottom <= part.top) return null;
    }
    return part;
  };
  const words = [];
  for (const el of document.querySelectorAll((within || "body") + " *")) {
    if (el.closest("svg, iframe, option, noscript, script, style, template") || !seen(el)) continue;
    for (const node of el.childNodes) {
      if (node.nodeType !== 3 || !node.textContent.trim()) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      for (const r of range.getClientRects()) {
        if (!r.width || !r.height) continue;
        const box = { left: r.left, right: r.right, top: r.top + r.height * 0.22, bottom: r.bottom - r.height * 0.24 };
        const part = shownPart(el, box);
        if (part) words.push({ el, ...part });
      }
    }
    if (el.matches("input:not([type=hidden]):not([type=file]), select, textarea, img, video")) {
      const r = el.getBoundingClientRect();
      const part = r.width && shownPart(el.parentElement, { left: r.left, right: r.right, top: r.top, bottom: r.bottom });
      if (part) words.push({ el, ...part });
    }
  }
  for (const w of words) {
    if (!sideways && (w.left < -1 || w.right > wide + 1)) found.push("off the page: " + name(w.el));
    const button = w.el.closest("button, .btn, .go, .badge, .plate");
    if (button) {
      const own = button.getBoundingClientRect();
      if (w.left < own.left - 1 || w.right > own.right + 1 || w.top < own.top - 1 || w.bottom > own.bottom + 1) found.push("spills out of its button: " + name(button));
    }
  }
  for (let i = 0; i < words.length; i++) for (let j = i + 1; j < words.length; j++) {
    const a = words[i], b = words[j];
    if (a.el === b.el || Math.min(a.right, b.right) - Math.max(a.left, b.left) < 2 || Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) < 2) continue;
    found.push("one over the other: " + name(a.el) + " and " + name(b.el));
  }
  return [...new Set(found)];
}"""


def misfits(page: Page, within: str = "", sideways: bool = False) -> list[str]:
    """What is wrong with the boxes of the page as it stands, each in a sentence; empty if nothing.

    `within` is a CSS selector: only what lies inside counts. `sideways`: leaving the screen at the
    side is allowed, as for what is looked at in a frame.
    """
    faults: list[str] = page.evaluate(_MISFITS, [within, sideways])
    return faults


def misfits_by_width(
    page: Page, widths: Iterable[int] = WIDTHS, height: int = 768
) -> dict[int, list[str]]:
    """The misfits of a page at each width of window that has some."""
    faults = {}
    for width in widths:
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate(
            "() => new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(r)))"
        )
        page.wait_for_timeout(60)  # what watches sizes (ResizeObserver) may draw once more
        if there := misfits(page):
            faults[width] = there
    return faults
