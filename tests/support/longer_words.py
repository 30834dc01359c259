"""A language with words 40 % longer and full of marks, made for tests and offered nowhere."""

import json
import re
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
#: What every text of it ends with.
MARK = "ệừ"
_MARKED = str.maketrans("aeiouyAEIOUYd", "ẫễĩỗữỹẪỄĨỖỮỸđ")


def longer(node: Any) -> Any:
    """Texts with marks on their vowels and 40 % more letters; {places} stay as they are."""
    if isinstance(node, dict):
        return {key: longer(part) for key, part in node.items()}
    if isinstance(node, list):
        return [longer(part) for part in node]
    parts = re.split(r"(\{[^}]*\})", node)
    letters = sum(len(part) for part in parts if not part.startswith("{"))
    marked = (part if part.startswith("{") else part.translate(_MARKED) for part in parts)
    return "".join(marked) + f" {MARK}" * max(1, round(letters * 0.4 / 3))


def area_in_longer_words(name: str) -> Any:
    """An area of texts in that language."""
    return longer(json.loads((ROOT / f"ui/texts/en/{name}.json").read_text("utf-8")))


def reads_longer_words(area: str) -> str:
    """A script, run before a page's own, that gives a classic page these words for English."""
    words = json.dumps(json.dumps(area_in_longer_words(area)))
    return f"""(() => {{
  const words = {words}, open = XMLHttpRequest.prototype.open;
  const text = Object.getOwnPropertyDescriptor(XMLHttpRequest.prototype, "responseText");
  XMLHttpRequest.prototype.open = function (method, address, ...rest) {{
    this.isLonger = address.includes("/texts/en/{area}.json");
    return open.call(this, method, address, ...rest);
  }};
  Object.defineProperty(XMLHttpRequest.prototype, "responseText", {{
    get() {{ return this.isLonger ? words : text.get.call(this); }},
  }});
}})()"""
