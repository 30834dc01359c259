"""The look as a process beside the hub: standard input `{settings, backups}` as JSON, standard
output the findings as JSON.
"""

import json
import sys
from pathlib import Path

from ..config import Settings
from . import examine

asked = json.load(sys.stdin)
found = examine(Settings(**asked["settings"]), Path(asked["backups"]))
json.dump([finding.as_dict() for finding in found], sys.stdout, ensure_ascii=False)
