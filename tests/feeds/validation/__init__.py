"""Validators of the three formats: what is wrong with a document, as sentences."""

from tests.feeds.validation.atom import faults_of_atom
from tests.feeds.validation.json_feed import faults_of_json_feed
from tests.feeds.validation.rss import faults_of_rss

FAULTS = {"atom": faults_of_atom, "rss": faults_of_rss, "json": faults_of_json_feed}
"""By the ending of an address."""
