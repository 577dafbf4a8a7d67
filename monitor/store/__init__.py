"""The one place that knows SQL: a file for each family of tables."""
