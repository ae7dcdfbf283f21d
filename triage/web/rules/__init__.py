"""The rules' views, for admins: what runs and what it did, how good the model is, and a trial."""
