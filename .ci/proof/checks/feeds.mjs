// Every feed, read by two readers that know nothing of each other (feedparser in Python, and
// rss-parser or, for JSON Feed, feedsmith), compared field by field with each other, with the other
// formats of the same feed, and with the pages that the entries lead to.

import { parseJsonFeed } from "feedsmith";
import Parser from "rss-parser";
import { metas } from "../site.mjs";

const FILES = /(^|\/)(atom\.xml|rss\.xml|feed\.json)$/;

export async function check(site, findings, python) {
  const files = site.files.filter((f) => FILES.test(f));
  const first = python("feeds", site, files.filter((f) => f.endsWith(".xml")));
  const pages = new Map(site.pages.map((p) => [p.url, p]));
  const lists = new Map();
  for (const file of files) {
    const where = `${site.name}: ${file}`;
    findings.count("feeds");
    const feed = await read(site, file);
    if (file.endsWith(".xml")) {
      compare(findings, where, "two readers differ", feed, first[file]);
    }
    entries(findings, where, feed, pages, site, file);
    const list = file.replace(FILES, "$1");
    if (!lists.has(list)) lists.set(list, []);
    lists.get(list).push([file, feed]);
  }
  for (const [, [[, model], ...others]] of lists) {
    for (const [file, feed] of others) {
      compare(findings, `${site.name}: ${file}`, "two formats differ", feed, model);
    }
  }
}

async function read(site, file) {
  const text = site.text(file);
  if (file.endsWith(".json")) {
    const feed = parseJsonFeed(text);
    return {
      title: feed.title,
      link: feed.home_page_url,
      entries: feed.items.map((i) => ({
        id: i.id,
        link: i.url,
        title: i.title,
        published: instant(i.date_published),
        updated: instant(i.date_modified),
        authors: i.authors?.map((a) => a.name),
        tags: i.tags ?? [],
        summary: i.summary ?? "",
        content: i.content_html,
      })),
    };
  }
  const isAtom = file.endsWith("atom.xml");
  const parser = new Parser({
    customFields: {
      item: [["author", "people", { keepArray: true }], ["dc:creator", "creators", { keepArray: true }], ["category", "topics", { keepArray: true }], "published", "updated", "description", "summary", ["content:encoded", "encoded"], ["guid", "guid"], ["id", "id"]],
    },
  });
  const feed = await parser.parseString(text);
  return {
    title: feed.title,
    link: feed.link,
    updated: instant(isAtom ? /<updated>([^<]*)/.exec(text)[1] : feed.lastBuildDate),
    entries: feed.items.map((i) => ({
      id: isAtom ? i.id : i.guid,
      link: i.link,
      title: i.title,
      published: instant(isAtom ? i.published : i.pubDate),
      updated: isAtom ? instant(i.updated) : undefined,
      authors: isAtom ? i.people?.map((p) => p.name[0]) : i.creators,
      tags: (i.topics ?? []).map((t) => t.$?.term ?? t),
      summary: (isAtom ? i.summary : i.description) ?? "",
      content: isAtom ? (text.includes("<content") ? i.content : undefined) : i.encoded,
    })),
  };
}

const instant = (date) => (date === undefined ? undefined : new Date(date).getTime());

function compare(findings, where, rule, one, other) {
  const same = (name, a, b) => {
    findings.count("fields of feeds");
    // Not every format can express everything.
    if (a === undefined || b === undefined) return;
    const [left, right] = [a, b].map((v) => JSON.stringify(typeof v === "string" ? v.trim() : v));
    if (left !== right) findings.add("feeds", where, rule, name, `${left}\n${right}`);
  };
  for (const key of ["title", "link", "updated"]) same(key, one[key], other[key]);
  same("number of entries", one.entries.length, other.entries.length);
  one.entries.forEach((entry, at) => {
    const twin = other.entries[at] ?? {};
    for (const key of Object.keys(entry)) same(`entry ${key}`, entry[key], twin[key]);
  });
}

function entries(findings, where, feed, pages, site, file) {
  const wrong = (rule, snippet) => findings.add("feeds", where, "entry", rule, snippet);
  if (!pages.has(feed.link)) wrong("the feed follows no page", feed.link);
  const ids = new Set();
  let last = Infinity;
  for (const entry of feed.entries) {
    if (!/^tag:[^,]+,\d{4}(-\d\d){0,2}:\S+$/.test(entry.id)) wrong("the id is no tag: URI", entry.id);
    if (ids.has(entry.id)) wrong("the id stands there twice", entry.id);
    ids.add(entry.id);
    if (entry.published > last) wrong("the newest is not first", entry.link);
    last = entry.published;
    const page = pages.get(entry.link);
    if (!page) {
      wrong("it leads to no page", entry.link);
      continue;
    }
    const head = metas(page);
    if (head["og:title"][0] !== entry.title) wrong("the title is not that of the page", entry.title);
    if (instant(head["article:published_time"]?.[0]) !== entry.published) wrong("the date is not that of the page", entry.link);
    for (const [, address] of (entry.content ?? "").matchAll(/(?:href|src)="([^"]*)"/g)) {
      if (!/^[a-z]+:/.test(address)) wrong("an address in the text is not whole", address);
    }
  }
  if (/^(..\/)?[^/]*$/.test(file) && feed.entries.some((e) => e.content === undefined)) {
    wrong("the feed of the site does not hold whole texts", file);
  }
}
