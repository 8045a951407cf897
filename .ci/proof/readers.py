"""What is read in Python: feeds (feedparser), microformats (mf2py), sitemaps (xmlschema).

In: a command, the folder of a site and its base URL; for feeds, their files on stdin. Out: JSON on
stdout: for feeds what was read, else what is wrong, each as [page, rule, message, snippet].
"""

import calendar
import json
import pathlib
import sys

COMMAND, FOLDER, BASE = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3]
SCHEMAS = pathlib.Path(__file__).parent / "schemas"
FROM_NPM = pathlib.Path(__file__).parent / "node_modules/sitemap/schema"


def moment(parsed):
    return None if parsed is None else calendar.timegm(parsed) * 1000


def feeds():
    import feedparser

    # Compare with what was written, not with what is safe to show.
    feedparser.SANITIZE_HTML = False
    feedparser.RESOLVE_RELATIVE_URIS = False
    found = {}
    for file in sys.stdin.read().split("\n"):
        if not file:
            continue
        read = feedparser.parse((FOLDER / file).read_bytes())
        is_atom = file.endswith("atom.xml")
        entries = []
        for e in read.entries:
            content = e.get("content")
            entry = {
                "id": e.id,
                "link": e.link,
                "title": e.title,
                "published": moment(e.get("published_parsed")),
                "updated": moment(e.get("updated_parsed")) if is_atom else None,
                "authors": [a["name"] for a in e.get("authors", [])] or None,
                "tags": [t["term"] for t in e.get("tags", [])],
                "summary": e.get("summary", ""),
                "content": content[0]["value"] if content else None,
            }
            # An author of the whole feed is not an author of the entry.
            if is_atom and entry["authors"] == [read.feed.get("author")]:
                entry["authors"] = None
            entries.append({k: v for k, v in entry.items() if v is not None})
        found[file] = {
            "title": read.feed.title,
            "link": read.feed.link,
            "updated": moment(read.feed.get("updated_parsed")),
            "entries": entries,
        }
        if read.bozo:
            found[file]["title"] = f"not well formed: {read.bozo_exception}"
    return found


def sitemaps():
    import xmlschema

    spaces = {
        "http://www.sitemaps.org/schemas/sitemap/0.9": str(FROM_NPM / "sitemap.xsd"),
        "http://www.w3.org/1999/xhtml": str(SCHEMAS / "xhtml-link.xsd"),
    }
    pages = xmlschema.XMLSchema10(
        str(FROM_NPM / "sitemap.xsd"),
        locations={"http://www.w3.org/1999/xhtml": str(SCHEMAS / "xhtml-link.xsd")},
    )
    pages.import_schema("http://www.w3.org/1999/xhtml", spaces["http://www.w3.org/1999/xhtml"])
    pages.build()
    index = xmlschema.XMLSchema10(str(SCHEMAS / "siteindex.xsd"))
    wrong = []
    for file in sorted(FOLDER.glob("sitemap*.xml")):
        is_index = b"<sitemapindex" in file.read_bytes()
        for error in (index if is_index else pages).iter_errors(str(file)):
            wrong.append([file.name, "schema", error.reason, error.path])
    return wrong


def microformats():
    import mf2py

    wrong = []
    stories = 0
    for file in sorted(FOLDER.rglob("index.html")):
        name = str(file.relative_to(FOLDER))
        path = name.removesuffix("index.html")
        html = file.read_text()
        if 'http-equiv="refresh"' in html:
            continue
        items = mf2py.parse(doc=html, url=f"{BASE}/{path}")["items"]
        flat = list(walk(items))
        is_story = '"@type":"Article"' in html
        entries = [i for i in items if "h-entry" in i["type"]]
        if is_story:
            stories += 1
            if len(entries) != 1:
                wrong.append([name, "h-entry", f"a story has one h-entry, not {len(entries)}", ""])
                continue
            wrong += entry(name, entries[0]["properties"], f"{BASE}/{path}")
        elif '"@type":"ListItem"' in html and '"@type":"ItemList"' in html and "/people/" in path:
            if not any("h-card" in i["type"] for i in flat) and path.count("/people/") and not path.endswith("people/"):
                wrong.append([name, "h-card", "the page of a person has an h-card", ""])
        if '"@type":"CollectionPage"' in html and "<article" in html and not is_story:
            if not any("h-feed" in i["type"] for i in flat):
                wrong.append([name, "h-feed", "a list of stories is an h-feed", ""])
    if stories == 0:
        wrong.append(["", "h-entry", "no story was found", ""])
    return wrong


def walk(items):
    for item in items:
        yield item
        yield from walk(item.get("children", []))
        for values in item.get("properties", {}).values():
            yield from walk([v for v in values if isinstance(v, dict) and "type" in v])


def entry(name, properties, url):
    wrong = []
    for key in ["name", "url", "content"]:
        if not properties.get(key):
            wrong.append([name, "h-entry", f"it has no {key}", ", ".join(properties)])
    if properties.get("url", [url])[0] != url:
        wrong.append([name, "h-entry", "its url is that of the page", str(properties["url"])])
    for author in properties.get("author", []):
        if not isinstance(author, dict) or not author["properties"].get("url"):
            wrong.append([name, "h-entry", "its author is an h-card with a url", str(author)])
    return wrong


print(json.dumps({"feeds": feeds, "sitemaps": sitemaps, "microformats": microformats}[COMMAND]()))
