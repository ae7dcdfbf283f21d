"""Reports: figures of a time, as pure functions, and their plots, pages and JSON."""
