"""How pages look, and what a browser may do with them; plain HTML without a script. Pure."""

import base64
import hashlib
from html import escape

STYLE = """
:root { color-scheme: light dark; --ground: #fdfdfc; --ink: #1b1f24; --quiet: #5c6470; --line: #dfe3e8;
  --link: #0a5c8a; --mark: #9a3412; --gone: #a12622; --come: #116a3a; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #14171b; --ink: #e6e9ed; --quiet: #9aa3af; --line: #2c333d; --link: #74c0ee; --mark: #f0a878;
    --gone: #f0928c; --come: #7fd0a0; }
}
body { margin: 0 auto; max-width: 46rem; padding: 2.5rem 1.25rem 4rem; background: var(--ground); color: var(--ink);
  font: 1rem/1.55 system-ui, "Noto Sans", sans-serif; overflow-wrap: anywhere; }
a { color: var(--link); text-decoration-thickness: 1px; text-underline-offset: .2em; }
h1 { font-size: 1.7rem; margin: 0 0 1rem; letter-spacing: -.01em; }
h2 { font-size: 1.05rem; margin: 2.75rem 0 .5rem; padding-bottom: .4rem; border-bottom: 1px solid var(--line); }
h1 small, h2 span + span, .quiet { color: var(--quiet); font-weight: normal; }
h1 small { font-size: 1rem; margin-left: .35rem; }
h2 span + span::before { content: " · "; }
header p { margin: .35rem 0; }
ol, ul { list-style: none; margin: 0; padding: 0; }
li { padding: .6rem 0; border-bottom: 1px solid var(--line); }
li p { margin: .1rem 0 0; font-size: .875rem; }
.note { color: var(--mark); }
blockquote { margin: .6rem 0; padding-left: .9rem; border-left: 3px solid var(--line); }
del { color: var(--gone); }
ins { color: var(--come); }
.feed { display: flex; flex-wrap: wrap; gap: .15rem 1rem; justify-content: space-between; font-size: .9375rem; }
.feed span:first-child { flex: 1 1 20rem; }
.feed a { margin-left: .75rem; white-space: nowrap; }
"""

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; style-src 'sha256-"
    + base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    + "'"
)
"""What a browser may do with the page: apply its own style, and nothing else."""


def framed(body: str, *, title: str, lang: str, head: str = "") -> bytes:
    """A whole page around this body; `head` is mark-up, `title` is text."""
    return f"""<!doctype html>
<html lang="{escape(lang)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title>
{head}
<style>{STYLE}</style>
</head>
<body>
{body}
</body>
</html>
""".encode()
