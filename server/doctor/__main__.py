"""The look as a process beside the hub: standard input `{settings, backups}` as JSON, standard
output the findings as JSON.
"""

import json
import sys
from pathlib import Path

from ..config import Settings
from . import examine

asked = json.load(sys.stdin)
findings = examine(Settings(**asked["settings"]), Path(asked["backups"]))
json.dump([finding.as_dict() for finding in findings], sys.stdout, ensure_ascii=False)
