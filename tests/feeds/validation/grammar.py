"""The grammars of schemas/ applied to XML."""

from functools import cache
from pathlib import Path

import rnc2rng
from lxml import etree

SCHEMAS = Path(__file__).parent.parent / "schemas"


def root_of(body: bytes) -> etree._Element:
    """The root of a document, read as a careful reader would; raises XMLSyntaxError."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    return etree.fromstring(body, parser)


def faults_of_form(root: etree._Element, grammar: str) -> list[str]:
    """What stands where the grammar has no place for it, or is missing there."""
    document = root.getroottree()
    faults = []
    if document.docinfo.doctype:
        faults.append("there is a document type declaration")
    if (document.docinfo.encoding or "").upper() != "UTF-8":
        faults.append(f"the encoding is {document.docinfo.encoding}, not UTF-8")
    schema = _schema(grammar)
    if not schema.validate(root):
        faults += [f"grammar: {said.message} (line {said.line})" for said in schema.error_log]
    return faults


@cache
def _schema(grammar: str) -> etree.RelaxNG:
    compact = (SCHEMAS / grammar).read_text(encoding="utf-8")
    # The prefix of no namespace is needed in the compact syntax alone, and XML does not allow to declare it.
    written = rnc2rng.dumps(rnc2rng.loads(compact)).replace(' xmlns:local=""', "")
    return etree.RelaxNG(etree.fromstring(written.encode()))
