"""README and the pages under docs/, cut into what a test can try."""

import re
import shlex
import unicodedata
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGES = {
    str(path.relative_to(ROOT)): path.read_text("utf-8")
    for path in (
        *(ROOT / name for name in ("README.md", "CONTRIBUTING.md")),
        *sorted((ROOT / "docs").glob("*.md")),
    )
}
README = PAGES["README.md"]


def blocks(text: str, kind: str) -> list[str]:
    """What stands between fences of that kind."""
    return re.findall(rf"^```{kind}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def typed(text: str, program: str) -> list[list[str]]:
    """Every call of a program that a reader is told to type, from the program's name on, wherever it stands."""
    lines = [
        line.removeprefix("$ ")
        for kind in ("console", "sh")
        for block in blocks(text, kind)
        for line in block.splitlines()
    ]
    calls = [shlex.split(call) for line in lines for call in line.split(" && ")]
    found = []
    for words in calls:
        places = [
            at
            for at, word in enumerate(words)
            # After `exec` it is the name of a container.
            if (word == program and words[at - 1] != "exec") or word.endswith(f"/bin/{program}")
        ]
        # The last one; without a command it is the name of an image.
        if places and places[-1] < len(words) - 1 and re.fullmatch(r"[a-z]+", words[places[-1] + 1]):
            found.append([program, *words[places[-1] + 1 :]])
    return found


def mentioned(text: str, program: str) -> list[list[str]]:
    """Every call of it that a sentence or a table names; placeholders in it are whatever they are."""
    return [found.split() for found in re.findall(rf"`({program} [a-z][^`\n]*)`", prose(text))]


def prose(text: str) -> str:
    """The page without its fenced blocks."""
    return re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE)


def links(text: str) -> list[str]:
    """The targets of its links, without what only looks like one in a code span."""
    spoken = re.sub(r"`[^`\n]*`", "", prose(text))
    return re.findall(r"\]\(([^)\s]+)\)", spoken)


def anchors(text: str) -> set[str]:
    """The anchors that a forge gives its headings."""
    found: set[str] = set()
    for heading in re.findall(r"^#{1,6} (.+)$", prose(text), re.MULTILINE):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "").strip().lower()
        slug = "".join(c for c in plain if c in " -_" or unicodedata.category(c)[0] in "LNM").replace(
            " ", "-"
        )
        number, unique = 1, slug
        while unique in found:
            unique, number = f"{slug}-{number}", number + 1
        found.add(unique)
    return found
