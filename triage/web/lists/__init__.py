"""What waits, in its order: views, queues, search, mail that became no ticket, and what is next."""
