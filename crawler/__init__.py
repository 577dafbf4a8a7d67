"""FETCH: reads the portal. Orders in, sightings and reports out; no database, and nothing is decided here."""
