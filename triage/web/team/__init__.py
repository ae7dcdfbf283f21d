"""The team's views: how it went, what is ahead, what holds for the hour, and how the service is."""
