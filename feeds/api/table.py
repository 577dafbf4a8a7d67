"""Every document of the API, in the order in which addresses are looked up."""

from feeds.api.changes import Changes
from feeds.api.description import Description
from feeds.api.release import Release
from feeds.pages.context import Page

DOCUMENTS: tuple[Page, ...] = (Changes(), Release(), Description())
