"""Opens the history in Datasette for whoever wants to ask it: what is described, what is asked, and the server."""
