"""The ways to the stand-in portal and the form each one has: what is open, what is gated, how an item is worded."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal


@dataclass(slots=True, kw_only=True)
class Ways:
    """Settings that hold until they are changed; what only some answers meet is a fault."""

    graphql: bool = True
    """There is a GraphQL interface at all."""
    graphql_gated: bool = False
    """It asks for the ticket too, wherever listings do; otherwise only REST is gated."""
    graphql_sorts: bool = True
    """It keeps the order asked for in lower case; in upper case it never does."""
    graphql_most: int = 50
    """The `_size` from which on it answers 504; 0: it never does."""
    graphql_fails: str = ""
    """A slug whose listing ends in an error, its neighbours in the same request not."""
    slug_field: str = "slug"
    """What the field of `projectdetails` that holds the slug is called."""
    single: Literal["absent", "object", "list", "empty"] = "absent"
    """What `news/<id>` answers: 404, the item, a list of it, or an empty object."""
    ids: Literal["number", "text"] = "number"
    """How REST writes an id; GraphQL always writes text."""
    projects: Literal["plain", "text", "list", "items", "absent"] = "plain"
    """How an item names its owners; plain: text for one, a list for several."""
    refusal: str = "notAllowed"
    """What is said to whoever has no ticket."""
    ticket_name: str = "ticket"
    """The name of the ticket's cookie."""
    page: Literal["asks", "embeds"] = "asks"
    """Whether the page for people asks REST for its list, or finds it in its own mark-up."""
    page_seconds: float = 0.0
    """How long the page takes before it draws the list."""

    def set(self, **changes: Any) -> None:
        """Changes what is named. Raises ValueError for a name that is no setting."""
        known = {field.name for field in fields(self)}
        if unknown := changes.keys() - known:
            raise ValueError(
                f"no way is called {', '.join(sorted(unknown))}; known are {', '.join(sorted(known))}"
            )
        for name, value in changes.items():
            setattr(self, name, value)

    def reshaped(self, item: dict[str, Any], *, text_id: bool | None = None) -> dict[str, Any]:
        """An item in the form that is set; `text_id` overrules how its id is written."""
        as_text = self.ids == "text" if text_id is None else text_id
        shaped = {**item, "id": str(item["id"])} if as_text else dict(item)
        owners = item["projects"] if isinstance(item["projects"], list) else [item["projects"]]
        if self.projects == "absent":
            del shaped["projects"]
        elif self.projects != "plain":
            shaped["projects"] = _OWNERS[self.projects](owners)
        return shaped

    @property
    def plain(self) -> bool:
        """Whether items go out as they are kept."""
        return self.ids == "number" and self.projects == "plain"


_OWNERS: Mapping[str, Any] = {
    "text": lambda owners: owners[0],
    "list": lambda owners: owners,
    "items": lambda owners: {"items": [{"project_name": owner} for owner in owners]},
}
