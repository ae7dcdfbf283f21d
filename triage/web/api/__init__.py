"""The page for programs: the same deeds and lists, as JSON, with tokens in place of sessions.

`table.py` makes its routes from those of the page: what a program does goes by the very handlers by
which people do it. `described.py` says what each takes, and `openapi.py` writes that down.
"""
