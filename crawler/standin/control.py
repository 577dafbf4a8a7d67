"""The verbs that drive the stand-in portal by hand: JSON to `/_standin/<verb>`, answers in JSON."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from crawler.standin.copies import Copy
from crawler.standin.faults import FAULTS, Answer
from crawler.standin.portal import Portal
from crawler.standin.releases import LANGS, invent

Asked = dict[str, Any]


def control(portal: Portal, method: str, verb: str, body: bytes) -> Answer:
    """The answer to one order; 400 with a sentence where the order cannot be carried out."""
    if method == "GET" and verb == "state":
        return _json(200, _state(portal))
    if method != "POST" or verb not in VERBS:
        return _json(404, {"error": f"GET state, or POST one of: {', '.join(VERBS)}"})
    try:
        result = VERBS[verb](portal, json.loads(body or b"{}"))
    except KeyError as error:
        return _json(400, {"error": f"{verb} needs, or does not know, {error}"})
    except (TypeError, ValueError, AttributeError) as error:
        return _json(400, {"error": f"{verb}: {error}"})
    return _json(200, {"done": verb} if result is None else result)


def _publish(portal: Portal, asked: Asked) -> Asked:
    """{"agency": …, "copies": {"ru": {"title": …, "paragraphs": […]}}}; without copies an invented one"""
    agency, when = asked["agency"], _moment(asked.get("when")) or datetime.now(UTC)
    if "copies" in asked:
        copies = {lang: _copy(words) for lang, words in asked["copies"].items()}
    else:
        copies = invent(agency, asked.get("langs", LANGS), when=when, seed=len(portal.ids(agency)))
    return {"id": portal.publish(agency, copies, when=when)}


def _edit(portal: Portal, asked: Asked) -> None:
    """{"id": …, "lang": …} and any of "title", "paragraphs", "body", "when" """
    given = {name: asked[name] for name in ("title", "paragraphs", "body") if name in asked}
    portal.edit(asked["id"], asked["lang"], **given, when=_moment(asked.get("when")))


def _restyle(portal: Portal, asked: Asked) -> None:
    """{"id": …, "lang": …}: other mark-up, the same words"""
    portal.restyle(asked["id"], asked["lang"])


def _translate(portal: Portal, asked: Asked) -> None:
    """{"id": …, "lang": …, "copy": {"title": …, "paragraphs": […]}}"""
    portal.translate(asked["id"], asked["lang"], _copy(asked["copy"]), when=_moment(asked.get("when")))


def _remove(portal: Portal, asked: Asked) -> None:
    """{"id": …}, with "lang" one copy only"""
    portal.remove(asked["id"], asked.get("lang"))


def _restore(portal: Portal, asked: Asked) -> None:
    """{"id": …}, with "lang" one copy only"""
    portal.restore(asked["id"], asked.get("lang"))


def _move(portal: Portal, asked: Asked) -> None:
    """{"id": …, "agencies": […]}: who lists it from now on"""
    portal.move(asked["id"], *asked["agencies"])


def _misbehave(portal: Portal, asked: Asked) -> None:
    """{"fault": …} and any of times, after, place, agency, lang, status, retry_after, seconds, to"""
    portal.misbehave(asked.pop("fault"), **asked)


def _behave(portal: Portal, _asked: Asked) -> None:
    """{}: ends every misbehaviour"""
    portal.behave()


def _demand_ticket(portal: Portal, asked: Asked) -> None:
    """{"on": true or false}, with "uses": how often a ticket serves"""
    portal.demand_ticket(on=asked.get("on", True), uses=asked.get("uses", 0))


def _ways(portal: Portal, asked: Asked) -> None:
    """any of the settings of crawler/standin/ways.py, as {"graphql_gated": true, "single": "object"}"""
    portal.ways.set(**asked)


def _drop_tickets(portal: Portal, _asked: Asked) -> None:
    """{}: every ticket given so far is void"""
    portal.drop_tickets()


def _project(portal: Portal, asked: Asked) -> None:
    """{"slug": …} with any of "kk", "ru", "en": in the portal's directory; with "gone": true no longer"""
    if asked.pop("gone", False):
        portal.projects.remove(asked["slug"])
    else:
        portal.projects.set(asked.pop("slug"), **asked)


VERBS: Mapping[str, Callable[[Portal, Asked], Asked | None]] = {
    "publish": _publish,
    "edit": _edit,
    "restyle": _restyle,
    "translate": _translate,
    "remove": _remove,
    "restore": _restore,
    "move": _move,
    "misbehave": _misbehave,
    "behave": _behave,
    "demand_ticket": _demand_ticket,
    "drop_tickets": _drop_tickets,
    "ways": _ways,
    "project": _project,
}


def manual() -> str:
    """The verbs with what each takes, a line each."""
    lines = [f"  {name:14} {(act.__doc__ or '').strip()}" for name, act in VERBS.items()]
    return "\n".join([*lines, f"  faults: {' '.join(FAULTS)}"])


def _state(portal: Portal) -> Asked:
    listings = {
        agency: {lang: len(portal.ids(agency, lang)) for lang in LANGS} for agency in portal.agencies()
    }
    newest = [{"id": id_, "title": portal.copy(id_, "ru").title} for id_ in portal.ids(None, "ru")[:5]]
    return {
        "listings": listings,
        "newest": newest,
        "requests": len(portal.requests),
        "most_in_flight": portal.most_in_flight,
        "faults": list(FAULTS),
    }


def _copy(words: Asked) -> Copy:
    return Copy(words["title"], tuple(words.get("paragraphs", ())), body=words.get("body"))


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _json(status: int, body: Asked) -> Answer:
    return Answer(status, json.dumps(body, ensure_ascii=False, indent=1).encode() + b"\n")
