"""Voice packs: sound in plain numbers, what a pack is and where packs lie, what is wrong with one,
how one is made. Nothing here knows of HTTP or SQL.

Decoding and levelling cost processor time, so a running hub has it done by a process of its own
(`python -m server.voice`, called through `child.run`).
"""
