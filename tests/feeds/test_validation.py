"""The validators themselves: a document that is sound, and for each rule one that breaks it."""

import pytest

from tests.feeds.validation import FAULTS

ATOM = """<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:fh="http://purl.org/syndication/history/1.0"
      xmlns:at="http://purl.org/atompub/tombstones/1.0" xml:lang="kk">
  <id>urn:uuid:0b4585ea-0000-5000-8000-000000000000</id>
  <title>Барлық релиз</title>
  <updated>2031-05-14T11:00:00Z</updated>
  <author><name>Жаршы</name></author>
  <link rel="self" type="application/atom+xml" href="https://herald.example/feeds/all/archive/1..2.atom"/>
  <link rel="current" href="https://herald.example/feeds/all.atom"/>
  <link rel="prev-archive" href="https://herald.example/feeds/all/archive/-1..0.atom"/>
  <link rel="hub" href="https://hub.example/"/>
  <fh:archive/>
  <at:deleted-entry ref="urn:uuid:0b4585ea-0000-5000-8000-000000000009" when="2031-05-14T10:00:00Z">
    <at:comment>Алып тасталды</at:comment>
  </at:deleted-entry>
  <entry xml:lang="kk">
    <id>urn:uuid:0b4585ea-0000-5000-8000-000000000001</id>
    <title>Өңір қаржысы &lt;жоба&gt;</title>
    <published>2031-05-14T09:00:00Z</published>
    <updated>2031-05-14T11:00:00Z</updated>
    <author><name>Әкімдік</name></author>
    <category term="abay" label="Абай"/>
    <content type="html">&lt;p&gt;Мәтін &lt;a href="https://a.example/ү"&gt;мұнда&lt;/a&gt;&lt;/p&gt;</content>
    <summary>Мәтін</summary>
    <link rel="alternate" type="text/html" hreflang="kk" href="https://a.example/1?lang=kk"/>
    <link rel="alternate" type="text/html" hreflang="ru" href="https://a.example/1?lang=ru"/>
    <link rel="enclosure" type="application/pdf" length="20" href="https://a.example/%D2%AF.pdf"/>
  </entry>
  <entry>
    <id>urn:uuid:0b4585ea-0000-5000-8000-000000000002</id>
    <title>Second</title>
    <updated>2031-05-14T10:00:00+05:00</updated>
    <link href="https://a.example/2"/>
  </entry>
</feed>
"""

RSS = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:dc="http://purl.org/dc/elements/1.1/"
     xmlns:content="http://purl.org/rss/1.0/modules/content/"
     xmlns:fh="http://purl.org/syndication/history/1.0">
  <channel>
    <title>Барлық релиз</title>
    <link>https://herald.example/</link>
    <description>Не шықты</description>
    <language>kk</language>
    <lastBuildDate>Wed, 14 May 2031 11:00:00 +0000</lastBuildDate>
    <atom:link rel="self" type="application/rss+xml" href="https://herald.example/feeds/all/archive/1..2.rss"/>
    <atom:link rel="current" href="https://herald.example/feeds/all.rss"/>
    <fh:archive/>
    <item>
      <title>Өңір қаржысы</title>
      <link>https://a.example/1?lang=kk</link>
      <description>Мәтін</description>
      <content:encoded>&lt;p&gt;Мәтін&lt;/p&gt;</content:encoded>
      <guid isPermaLink="false">urn:uuid:0b4585ea-0000-5000-8000-000000000001</guid>
      <pubDate>Wed, 14 May 2031 09:30:00 GMT</pubDate>
      <category>Абай</category>
      <dc:creator>Әкімдік</dc:creator>
      <enclosure url="https://a.example/1.pdf" length="0" type="application/pdf"/>
      <atom:updated>2031-05-14T11:00:00Z</atom:updated>
    </item>
    <item>
      <title>Second</title>
      <guid>https://a.example/2</guid>
      <author>press@a.example (Press)</author>
    </item>
  </channel>
</rss>
"""

JSON = """{
 "version": "https://jsonfeed.org/version/1.1",
 "title": "Барлық релиз",
 "home_page_url": "https://herald.example/",
 "feed_url": "https://herald.example/feeds/all.json",
 "next_url": "https://herald.example/feeds/all/archive/1..2.json",
 "language": "kk",
 "authors": [{"name": "Жаршы"}],
 "hubs": [{"type": "WebSub", "url": "https://hub.example/"}],
 "items": [
  {
   "id": "urn:uuid:0b4585ea-0000-5000-8000-000000000001",
   "url": "https://a.example/1?lang=kk",
   "title": "Өңір қаржысы",
   "content_html": "<p>Мәтін</p>",
   "date_published": "2031-05-14T09:00:00Z",
   "date_modified": "2031-05-14T11:00:00Z",
   "tags": ["Абай"],
   "attachments": [{"url": "https://a.example/1.pdf", "mime_type": "application/pdf", "size_in_bytes": 20}],
   "_jarshy": {"place": 1}
  },
  {"id": "urn:uuid:0b4585ea-0000-5000-8000-000000000002", "content_text": ""}
 ]
}
"""

FIRST = "urn:uuid:0b4585ea-0000-5000-8000-000000000001"
SOUND = {"atom": ATOM, "rss": RSS, "json": JSON}

HUB = '<link rel="hub" href="https://hub.example/"/>'
DELETED = (
    '<at:deleted-entry ref="urn:uuid:0b4585ea-0000-5000-8000-000000000009" when="2031-05-14T10:00:00Z"/>'
)

BROKEN_ATOM = [
    ("</feed>", "", "not well-formed"),
    ('encoding="UTF-8"', 'encoding="ISO-8859-1"', "the encoding is ISO-8859-1"),
    ("?>\n<feed", '?>\n<!DOCTYPE feed [<!ENTITY y "ү">]>\n<feed', "document type"),
    ("  <title>Барлық релиз</title>\n", "", "grammar: "),
    ("<title>Барлық релиз</title>", "<title>a</title><title>b</title>", "grammar: "),
    ("<title>Second</title>", "<title>Second</title><pubDate>2031</pubDate>", "grammar: "),
    ("<title>Second</title>", '<title type="markdown">Second</title>', "grammar: "),
    ("<author><name>Әкімдік</name></author>", "<author>Әкімдік</author>", "grammar: "),
    ("<author><name>Әкімдік</name>", "<author><name>Әкімдік</name><email>x</email>", "grammar: "),
    ('term="abay" ', "", "grammar: "),
    ('<link href="https://a.example/2"/>', '<link rel="x" title="y"/>', "grammar: "),
    ('xml:lang="kk">\n    <id>', 'xml:lang="қазақша">\n    <id>', "grammar: "),
    ("2031-05-14T11:00:00Z</updated>\n  <author>", "14.05.2031</updated>\n  <author>", "grammar: "),
    ("000000000002</id>", "000000000001</id>", "stands 2 times"),
    ("000000000002</id>", "000000000000</id>", "the feed has the id of an entry"),
    ("<id>urn:uuid:0b4585ea-0000-5000-8000-000000000002", "<id>900102", "no absolute URI"),
    ('1.0" xml:lang="kk"', '1.0"', "the feed does not say its language"),
    ('rel="self"', 'rel="via"', "0 links to itself"),
    ("2031-05-14T10:00:00+05:00", "2031-05-14T10:00:00", "updated is no moment of RFC 3339"),
    ("2031-05-14T10:00:00+05:00", "2031-05-14T16:00:01+05:00", "an entry after that"),
    ("<published>2031-05-14T09", "<published>2031-05-14T12", "before it was published"),
    ("  <author><name>Жаршы</name></author>\n", "", "000000000002: nobody is its author"),
    ("<name>Әкімдік</name>", "<name> </name>", "author/name is empty"),
    ("<title>Second</title>", "<title/>", "title is empty"),
    ('<link href="https://a.example/2"/>', "", "neither content nor a page"),
    ('<content type="html">', '<content type="text"><b/>', "grammar: "),
    ('<content type="html">', "<content><b xmlns='urn:b'/>", "of type text and holds elements"),
    ("<title>Second</title>", '<title>Second</title><content src="https://a.example/2.pdf"/>', "no summary"),
    ('hreflang="ru"', 'hreflang="kk"', "2 alternate links are of type text/html and language kk"),
    ("1?lang=ru", "1?lang=ru x", "no absolute address"),
    ("https://a.example/1?lang=ru", "/1?lang=ru", "no absolute address"),
    ("%D2%AF.pdf", "ү.pdf", "no absolute address"),
    ("%D2%AF.pdf", "[1].pdf", "no absolute address"),
    ("%D2%AF.pdf", "100%.pdf", "no absolute address"),
    ('rel="enclosure"', 'rel="a:ү"', "no relation of links"),
    ('type="application/pdf"', 'type="application/ pdf"', "has the type"),
    ('hreflang="ru"', 'hreflang="r"', "has the language"),
    ('length="20"', 'length="20 kB"', "has the length"),
    (HUB, f"{HUB}{HUB}", "the hub link to https://hub.example/ stands"),
    (
        '<category term="abay"',
        '<category term="abay"/><category term="abay"',
        "a category is empty or stands twice",
    ),
    ("https://a.example/ү", "/ү", "in the mark-up is no absolute address"),
    ("https://a.example/ү", "javascript:alert(1)", "in the mark-up is no absolute address"),
    ("&lt;p&gt;Мәтін", "&lt;p onclick=x&gt;Мәтін", "there is onclick="),
    ("&lt;p&gt;Мәтін", "&lt;script&gt;x&lt;/script&gt;", "there is <script>"),
    ("<fh:archive/>", "<fh:archive/><fh:archive/>", "one empty element"),
    ("<fh:archive/>", "<fh:archive>1</fh:archive>", "one empty element"),
    ("<fh:archive/>", "<fh:archive/><fh:complete/>", "not complete"),
    ("<fh:archive/>", "", "says that another document is current"),
    (
        "<fh:archive/>",
        '<link rel="next-archive" href="https://b.kz/"/>',
        "no archive has an archive after it",
    ),
    ('<link rel="current" href="https://herald.example/feeds/all.atom"/>', "", "leads to no current"),
    ('rel="prev-archive"', 'rel="next"', "none of pages"),
    ("archive/-1..0.atom", "archive/1..2.atom", "prev-archive leads to no archive"),
    ('rel="prev-archive"', 'rel="current"', "there are 2 links current"),
    ('ref="urn:uuid:0b4585ea-0000-5000-8000-000000000009"', 'ref="9"', "the ref '9' is no absolute"),
    ('when="2031-05-14T10:00:00Z"', 'when="2031-05-14"', "when is no moment"),
    ("<at:comment>", "<at:comment>x</at:comment><at:comment>", "more than one comment"),
    ("000000000009", "000000000001", "is an entry of the same feed"),
    ("</at:deleted-entry>", f"</at:deleted-entry>{DELETED}", "deleted twice"),
]

BROKEN_RSS = [
    ("</rss>", "", "not well-formed"),
    (RSS, '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"/>', "grammar: "),
    ('version="2.0"', 'version="0.92"', "grammar: "),
    ("    <description>Не шықты</description>\n", "", "grammar: "),
    ("<language>kk", "<lang>kk</lang><language>kk", "grammar: "),
    ("<language>kk</language>", "<language>kk</language><language>ru</language>", "grammar: "),
    ("<language>kk</language>", "<language>kk</language><ttl>an hour</ttl>", "grammar: "),
    (
        '<enclosure url="https://a.example/1.pdf" length="0"',
        '<enclosure url="https://a.example/1.pdf"',
        "grammar: ",
    ),
    ('length="0"', 'length="-1"', "grammar: "),
    ('length="0"', 'length="20 kB"', "grammar: "),
    (
        '<enclosure url="',
        '<enclosure url="https://b.kz/" length="0" type="a/b"/><enclosure url="',
        "grammar: ",
    ),
    ("<title>Second</title>", "<title>Second</title><updated>2031</updated>", "grammar: "),
    ("<title>Second</title>", "<title>Second</title><title>Third</title>", "grammar: "),
    ('isPermaLink="false"', 'isPermaLink="no"', "grammar: "),
    ("<title>Барлық релиз</title>", "<title> </title>", "the channel's title is empty"),
    ("<link>https://herald.example/</link>", "<link>/</link>", "the channel's link '/' is no absolute"),
    ("<language>kk</language>", "<language>қазақша</language>", "does not say its language"),
    ('rel="self" type="application/rss+xml"', 'rel="self"', "not the one link to itself"),
    ('rel="self"', 'rel="via"', "not the one link to itself"),
    (
        "<language>",
        "<managingEditor>Жаршы</managingEditor><language>",
        "managingEditor is no address of mail",
    ),
    ("<guid>https://a.example/2</guid>", "<guid isPermaLink='false'>{0}</guid>", "stands 2 times"),
    ("<guid>https://a.example/2</guid>", "<guid>{0}</guid>", "no address, and does not say so"),
    ("<guid>https://a.example/2</guid>", "", "it has no guid"),
    ("<title>Second</title>", "", "neither title nor description"),
    ("Wed, 14 May 2031 11", "Thu, 14 May 2031 11", "lastBuildDate is no moment"),
    ("Wed, 14 May 2031 09", "Wed, 14 May 31 09", "pubDate is no moment"),
    ("Wed, 14 May 2031 09:30:00 GMT", "2031-05-14T09:30:00Z", "pubDate is no moment"),
    ("Wed, 14 May 2031 09", "Wed, 32 May 2031 09", "pubDate is no moment"),
    ("<link>https://a.example/1?lang=kk", "<link>a.example/1", "its link 'a.example/1' is no absolute"),
    ("<author>press@a.example (Press)</author>", "<author/>", "its author is no address of mail"),
    (
        "<author>press@a.example (Press)</author>",
        "<author>Press</author>",
        "its author is no address of mail",
    ),
    ("<dc:creator>", "<dc:creator>Абай</dc:creator><dc:creator>", "creator stands twice"),
    ("<dc:creator>Әкімдік", "<dc:creator>", "its creator is empty"),
    ("https://a.example/1.pdf", "1.pdf", "its enclosure '1.pdf' has no absolute"),
    ("application/pdf", "application/ pdf", "its enclosure has the type"),
    ("<category>Абай</category>", "<category/>", "a category is empty"),
    ("<description>Мәтін", "<description>&lt;img src=1.png&gt;", "in the mark-up is no absolute address"),
    ("&lt;p&gt;Мәтін", "&lt;iframe&gt;", "there is <iframe>"),
    ("2031-05-14T11:00:00Z", "2031-05-14", "atom:updated is no moment"),
    ('href="https://herald.example/feeds/all.rss"', 'href="all.rss"', "the current link leads to 'all.rss'"),
    ('rel="current"', 'rel="alternate" hreflang="r"', "has the language 'r'"),
    ('rel="current"', 'rel="prev-archive"', "an archive leads to no current document"),
]

BROKEN_JSON = [
    ('"title": "Барлық релиз",', '"title": "Барлық релиз"', "not JSON"),
    ('"title": "Барлық', '"title": "Арна", "title": "Барлық', "the key 'title' stands twice"),
    ("Өңір қаржысы", "Өңір \\ud83d", "not JSON that every reader takes"),
    ('"size_in_bytes": 20', '"size_in_bytes": NaN', "NaN is no number"),
    ("version/1.1", "version/1", "schema: $.version"),
    (' "title": "Барлық релиз",\n', "", "'title' is a required property"),
    (' "feed_url": "https://herald.example/feeds/all.json",\n', "", "'feed_url' is a required property"),
    ("https://herald.example/feeds/all.json", "/feeds/all.json", "schema: $.feed_url"),
    ('"language": "kk"', '"language": "қазақша"', "schema: $.language"),
    ('"authors": [{"name": "Жаршы"}]', '"author": {"name": "Жаршы"}', "schema: $: 'author'"),
    ('"authors": [{"name": "Жаршы"}]', '"authors": [{}]', "schema: $.authors[0]"),
    ('"type": "WebSub", ', "", "'type' is a required property"),
    ('"id": "urn:uuid:0b4585ea-0000-5000-8000-000000000002"', '"id": 2', "schema: $.items[1].id"),
    ('"id": "urn:uuid:0b4585ea-0000-5000-8000-000000000002", ', "", "'id' is a required property"),
    (', "content_text": ""', "", "schema: $.items[1]"),
    ("2031-05-14T09:00:00Z", "2031-05-14 09:00", "schema: $.items[0].date_published"),
    ("2031-05-14T09:00:00Z", "2031-02-30T09:00:00Z", "schema: $.items[0].date_published"),
    ('"tags": ["Абай"]', '"tags": ["Абай", "Абай"]', "schema: $.items[0].tags"),
    (', "mime_type": "application/pdf"', "", "'mime_type' is a required property"),
    ('"size_in_bytes": 20', '"size_in_bytes": "20"', "schema: $.items[0].attachments[0].size_in_bytes"),
    ("_jarshy", "jarshy", "schema: $.items[0]"),
    ('{"place": 1}', "1", "1 is not of type 'object'"),
    ("000000000002", "000000000001", "stands 2 times"),
    ("feeds/all/archive/1..2.json", "feeds/all.json", "next_url is the feed itself"),
    ("2031-05-14T11:00:00Z", "2031-05-14T08:59:59Z", "before it was published"),
    ("<p>Мәтін", "<p><a href='/1'>", "in the mark-up is no absolute address"),
]


@pytest.mark.parametrize("ending", FAULTS)
def test_a_sound_document_has_no_faults(ending: str) -> None:
    assert FAULTS[ending](SOUND[ending].encode()) == []


@pytest.mark.parametrize(
    ("ending", "rule", "instead", "said"),
    [
        *(("atom", *broken) for broken in BROKEN_ATOM),
        *(("rss", *broken) for broken in BROKEN_RSS),
        *(("json", *broken) for broken in BROKEN_JSON),
    ],
)
def test_what_breaks_a_rule_is_named(ending: str, rule: str, instead: str, said: str) -> None:
    assert rule in SOUND[ending]
    broken = SOUND[ending].replace(rule, instead.replace("{0}", FIRST), 1)
    assert any(said in fault for fault in FAULTS[ending](broken.encode()))
