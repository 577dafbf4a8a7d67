"""DECIDE: what changed, what is stored, when to look again, whom to tell."""
