"""PUBLISH: feeds and the terminal view, made from what the monitor stored."""
