"""The commands an admin, an operator and an agent type: data on stdout, talk on stderr."""
