"""The page where agents work: rendered on the server, live by events, and nothing without a login.

`app.py` puts it together from the one table of routes in `routes.py`; each route says who may ask
for it, and what of the desk its path names, so that no page can forget to check.
"""
