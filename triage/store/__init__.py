"""What is kept, and the only thing between the stages.

Three layers, and one name through all of them. `protocol.py` says what a store promises; it is
put together from parts, one a concern: `accounts`, `byhand`, `guarding` (deadlines), `learning`,
`lists` (the page), `ourword` (answers and owed updates), `owners`, `promises`, `recounting`
(clocks), `reporting`, `round` (complaints, gifts, wishes), `switching` (the hour), `versions`
(rules). `sqlite.py` is put together alike from `sqlite_*.py`: each method is one transaction, or
one reading, around a function of the module that is named after what it does. The tables are made
by `schema.py` and `migrations.py`, and in the order of their numbers by `*_schema.py`; the last of
the chain is the one that `connection.py` imports.
"""
