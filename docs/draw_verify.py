"""Checks a draw's record by itself: python3 draw_verify.py RECORD.json (docs/booking.md)."""

import hashlib
import hmac
import json
import sys

with open(sys.argv[1], encoding="utf-8") as file:
    record = json.load(file)
tags = sorted(record["tags"])
as_text = "\n".join(tags).encode()
list_hash = hashlib.sha256(as_text).hexdigest()
ranks = {}
for tag in tags:
    line = f"{list_hash}|{record['value']}|{tag}".encode()
    ranks[hmac.new(record["secret"].encode(), line, "sha256").hexdigest()] = tag
order = [ranks[rank] for rank in sorted(ranks)]
right = hashlib.sha256(record["secret"].encode()).hexdigest() == record["secret_hash"]
right = right and list_hash == record["list_hash"] and order == record["order"]
sys.exit(0 if right and order[: record["places"]] == record["won"] else "not right")
