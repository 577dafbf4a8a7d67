"""Says line by line what a change consists of, from its detail; a key that is not known is passed over. Pure."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from monitor.commands.drawing import Part, Pen
from monitor.fingerprint import dated
from monitor.runs import Shown, shown_runs
from monitor.sentences import exact_span, parted

Detail = Mapping[str, Any]
Local = Callable[[str], str]
"""A stored time as a person reads it."""

INDENT = "      "
_READINGS = 4
"""Readings told one by one; of more only the first and the last."""
_FOUND = {
    "there": "it is there",
    "elsewhere": "another agency has it",
    "gone": "the portal tells nothing of it",
}


def gist(weight: str, detail: Detail) -> str:
    """An edit in a few words: its weight, its classes, its fields."""
    classes = [str(name).replace("_", " ") for name in detail.get("classes", ())]
    fields = [str(name) for name in detail.get("fields", ())]
    said = ": ".join(filter(None, (weight, ", ".join(classes))))
    return f"{said} in {' and '.join(filter(None, (', '.join(fields[:-1]), fields[-1])))}" if fields else said


def lines_of(detail: Detail, pen: Pen, local: Local) -> Iterator[str]:
    """What a change says, for `jarshy show`."""
    yield from _nature(detail, pen, local)
    for run in shown_runs(detail):
        yield from pen.drawn(_replaced(run), indent=INDENT, hanging="  ", marked=False)
    if more := detail.get("more_words"):
        yield f"{INDENT}and {more} more places"
    yield from files_and_date(detail, pen, indent=INDENT)
    if (was := detail.get("from")) and (now := detail.get("to")):
        yield f"{INDENT}from {was} to {now}"
    if single := detail.get("single"):
        yield from pen.said(_single(single, local), indent=INDENT)
    yield from differing(detail.get("against", {}), pen, indent=INDENT)
    for lang, proof in detail.get("evidence", {}).items():
        for said in evidence(proof, local):
            yield from pen.said(f"[{lang}] {said}", indent=INDENT)


def diff_of(detail: Detail, pen: Pen) -> Iterator[str]:
    """An edit field by field, for `jarshy diff`."""
    drawn = detail.get("diff")
    for field in ("title", "text"):
        if field not in detail.get("fields", ()):
            continue
        yield pen.bold(field)
        for block in (block for block in drawn or () if block["field"] == field):
            place = f"¶ {block['paragraph']}  " if field == "text" else ""
            parts: list[Part] = [("=", place), *_numbered(block, field)]
            yield from pen.drawn(parts, indent="  ")
        if drawn is None:  # a detail of an earlier version carries the replaced words alone
            for words in (words for words in detail.get("words", ()) if words["field"] == field):
                yield from pen.drawn([("-", words["before"]), ("+", words["after"])], indent="  ")
    if more := detail.get("more_paragraphs" if drawn is not None else "more_words"):
        yield f"  and {more} more that differ; `jarshy show` has both wordings in full"
    yield from files_and_date(detail, pen, indent="")


def _numbered(block: Mapping[str, Any], field: str) -> Iterator[Part]:
    """The parts of a block; each further paragraph of the wording of now begins with its number."""
    number = block["paragraph"]
    for sign, words in block["parts"]:
        if field != "text" or sign == "-":
            yield sign, words
            continue
        first, *others = words.split("\n")
        yield sign, first
        for paragraph in others:
            number += 1
            yield "=", f"\n¶ {number}  "
            yield sign, paragraph


def files_and_date(detail: Detail, pen: Pen, *, indent: str) -> Iterator[str]:
    """What an edit did to the date, the attachments and the images."""
    if date := detail.get("date"):
        parts = [("=", "date: "), ("-", dated(date["before"])), ("=", " → "), ("+", dated(date["after"]))]
        yield from pen.drawn(parts, indent=indent, marked=False)
    for kind in ("attachments", "images"):
        files = detail.get(kind, {})
        one = kind.removesuffix("s")
        for pair in files.get("replaced", ()):
            yield from pen.drawn(
                [("=", f"{one} replaced: "), ("-", pair["before"])], indent=indent, marked=False
            )
            yield from pen.drawn([("=", "by "), ("+", pair["after"])], indent=f"{indent}  ", marked=False)
        # The second names are those of earlier versions.
        for names, said, sign in (
            (("removed", "gone"), "taken away", "-"),
            (("added", "come"), "added", "+"),
        ):
            for address in (address for name in names for address in files.get(name, ())):
                yield from pen.drawn([("=", f"{one} {said}: "), (sign, address)], indent=indent, marked=False)


def evidence(proof: Mapping[str, Any], local: Local) -> Iterator[str]:
    """What proves that a copy is not listed: readings that had its place without it, and what else was tried."""
    readings: Sequence[Mapping[str, Any]] = proof.get("readings", ())
    if readings:
        said = [_reading(reading, local) for reading in readings]
        if len(said) > _READINGS:
            said[1:-1] = [f"by {len(said) - 2} further readings"]
        yield f"not listed {'; again '.join(said)}"
    elif crawls := proof.get("crawls"):  # as an earlier version kept it
        yield f"not listed by {'readings' if len(crawls) > 1 else 'reading'} {', '.join(map(str, crawls))}"
    if proof.get("mass"):
        yield "together with too many others: the portal was suspected first"
    if single := proof.get("single"):
        yield _single(single, local)


def lateness(after: Mapping[str, float]) -> str:
    """How late a copy came, as `3 h 20 min after ru`."""
    return ", ".join(
        f"{exact_span(timedelta(seconds=seconds))} after {lang}" for lang, seconds in after.items()
    )


def _nature(detail: Detail, pen: Pen, local: Local) -> Iterator[str]:
    """What kind of edit it was, beside its words."""
    if detail.get("replaced"):
        yield f"{INDENT}another text under the same number"
    if (number := detail.get("back_to")) is not None:
        yield f"{INDENT}went back to wording {number}"
    if flapping := detail.get("flapping"):
        since = f" since {local(flapping['since'])}" if flapping.get("since") else ""
        reason = flapping.get("reason") or f"{flapping.get('returns', 0)} times back to an earlier wording"
        yield from pen.said(f"flapping{since}: {reason}", indent=INDENT)
    if detail.get("rested"):
        yield f"{INDENT}flapping no more: no other wording was seen for a day"
    if mass := detail.get("mass"):
        yield from pen.said(f"one of {mass['count']} that are alike: {mass['reason']}", indent=INDENT)


def _replaced(run: Shown) -> list[Part]:
    classes = ", ".join(name.replace("_", " ") for name in run.classes)
    said = f" ({classes})" if classes else ""
    field = f"{run.field}: "
    left, right = f"{run.left} " if run.left else "", f" {run.right}" if run.right else ""
    if run.before and run.after:
        was: list[Part] = [("=", f"{field}«{left}"), ("-", run.before), ("=", f"{right}» → «{left}")]
        return [*was, ("+", run.after), ("=", f"{right}»{said}")]
    came: Part = ("+", run.after) if run.after else ("-", run.before)
    verb = "added" if run.after else "taken away"
    whole: list[Part] = [("=", f" in «{left}"), came, ("=", f"{right}»")] if left or right else []
    return [("=", f"{field}{verb} «"), came, ("=", "»"), *whole, ("=", said)]


def differing(others: Mapping[str, Any], pen: Pen, *, indent: str) -> Iterator[str]:
    """In which numbers and dates a copy differs from others, by their languages."""
    for lang, differing in others.items():
        said = [
            f"{what} {where}: {', '.join(parted(str(one)) for one in found)}"
            for what in ("numbers", "dates")
            for key, where in (("only_here", "only here"), ("only_there", f"only in {lang}"))
            if (found := differing.get(what, {}).get(key))
        ]
        if said:
            yield from pen.said(f"against {lang}: {'; '.join(said)}", indent=indent)


def _reading(reading: Mapping[str, Any], local: Local) -> str:
    at = f"at {local(reading['at'])} " if reading.get("at") else ""
    of = f" of {reading['agency']}" if reading.get("agency") else ""
    return f"{at}by reading {reading.get('crawl')}{of}{_place(reading.get('above'), reading.get('below'))}"


def _place(above: object, below: object) -> str:
    if above and below:
        return f" between release {above} and release {below}"
    if below:
        return f" at the top, above release {below}"
    return f" at the end, below release {above}" if above else ""


def _single(single: Mapping[str, Any], local: Local) -> str:
    """What the portal said when it was asked for the release itself."""
    at = f" at {local(single['at'])}" if single.get("at") else ""
    lang = f" in {single['lang']}" if single.get("lang") else ""
    found = _FOUND.get(str(single.get("found")), "no answer that tells")
    more = [f"listed by {', '.join(single['agencies'])}"] if single.get("agencies") else []
    more += [str(single["reason"])] if single.get("reason") else []
    said = f" ({'; '.join(more)})" if more else ""
    return f"asked for by itself{at}{lang}: {found}{said}"
