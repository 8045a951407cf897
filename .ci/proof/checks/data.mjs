// Checks what pages tell programs in their heads against what they show to people: structured data with
// what Google's documentation of Article, BreadcrumbList and ProfilePage requires and recommends,
// social cards, and the weight of a story.

import { brotliCompressSync, constants } from "node:zlib";
import { attribute, find, graph, links, metas, text } from "../site.mjs";

const DATE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$/;

const TYPES = { story: "Article", author: "ProfilePage", page: "WebPage", guide: "WebPage", archive: "WebPage" };

export function check(site, findings) {
  const addresses = new Set(site.pages.filter((p) => !p.redirects).map((p) => p.url));
  for (const page of site.pages) policy(site, page, findings);
  for (const page of site.pages) {
    if (page.redirects || page.kind === "404") continue;
    const where = `${site.name}: ${page.file}`;
    const expect = (rule, holds, message, snippet) => {
      findings.count("facts of structured data and social cards");
      if (!holds) findings.add("data", where, rule, message, typeof snippet === "string" ? snippet : JSON.stringify(snippet));
    };
    let nodes;
    try {
      nodes = graph(page);
    } catch (error) {
      expect("json-ld", false, `it cannot be read: ${error.message}`);
      continue;
    }
    const of = (type) => nodes.filter((n) => n["@type"] === type);
    expect("json-ld", of("WebSite").length === 1, "every page has one WebSite", nodes.map((n) => n["@type"]));
    const own = nodes.find((n) => n.url === page.url && n["@type"] !== "WebSite");
    expect("json-ld", own, "one node is the page itself", nodes.map((n) => n.url));
    if (!own) continue;
    const h1 = find(page.dom, (n) => n.nodeName === "h1").map(text)[0]?.trim();
    const type = TYPES[page.kind] ?? "CollectionPage";
    expect("json-ld", own["@type"] === type, `it should be a ${type}`, own["@type"]);
    expect("json-ld", own.inLanguage === attribute(find(page.dom, (n) => n.nodeName === "html")[0], "lang"), "inLanguage is that of the page", own.inLanguage);
    if (own["@type"] === "Article") article(page, own, h1, expect, addresses);
    if (own["@type"] === "ProfilePage") profile(page, own, h1, expect);
    if (page.kind === "person") {
      expect("person", own.about?.["@type"] === "Person" && own.about.name === h1, "about is the person", own.about);
    }
    breadcrumbs(page, of("BreadcrumbList"), expect, addresses);
    social(page, own, expect);
    identifiers(nodes, expect);
  }
}

// What kisah promises; `connect-src` lets Lighthouse read robots.txt, which it does from the page.
const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; connect-src 'self'";

/** Every page has it, before it loads anything, and so has the host. */
function policy(site, page, findings) {
  const where = `${site.name}: ${page.file}`;
  const nodes = find(page.dom, (n) => ["meta", "link", "script", "style"].includes(n.nodeName));
  const at = nodes.findIndex((n) => attribute(n, "http-equiv") === "Content-Security-Policy");
  const said = at < 0 ? undefined : attribute(nodes[at], "content");
  if (said !== POLICY) findings.add("policy", where, "meta", "the page says another policy", said);
  if (nodes.slice(0, at).some((n) => n.nodeName !== "meta")) findings.add("policy", where, "meta", "it comes too late");
  if (!site.text("_headers").includes(`  Content-Security-Policy: ${POLICY}; frame-ancestors 'none'\n`)) {
    findings.add("policy", `${site.name}: _headers`, "header", "the host says another policy");
  }
  const inline = find(page.dom, (n) => n.nodeName === "style" || attribute(n, "style") !== undefined || n.attrs?.some((a) => a.name.startsWith("on")));
  const scripts = find(page.dom, (n) => n.nodeName === "script" && attribute(n, "type") !== "application/ld+json");
  for (const node of [...inline, ...scripts]) findings.add("policy", where, "inline", "a style or script stands in the page", `<${node.nodeName}>`);
}

/** https://developers.google.com/search/docs/appearance/structured-data/article */
function article(page, node, h1, expect, addresses) {
  const head = metas(page);
  expect("article", node.headline === h1, "headline is the heading", `${node.headline} ≠ ${h1}`);
  expect("article", node.mainEntityOfPage === page.url, "mainEntityOfPage is the page", node.mainEntityOfPage);
  const authors = find(page.dom, (n) => n.nodeName === "a" && attribute(n, "rel")?.split(" ").includes("author"));
  for (const author of node.author ?? []) {
    expect("article", ["Person", "Organization"].includes(author["@type"]), "author is a person or an organisation", author);
    expect("article", author.name && !/\bby\b/i.test(author.name), "author.name is a name alone", author);
    expect("article", addresses.has(author.url), "author.url is a page", author);
  }
  const shown = new Set(authors.map((a) => text(a).trim()));
  expect("article", (node.author?.length ?? 0) >= Math.max(1, shown.size), "every author is named", node.author);
  for (const name of shown) {
    expect("article", node.author?.some((a) => a.name === name), "author is the one shown", name);
  }
  for (const [key, meta] of [["datePublished", "article:published_time"], ["dateModified", "article:modified_time"]]) {
    if (head[meta]) expect("article", node[key] === head[meta][0], `${key} is that of the card`, node[key]);
    if (node[key]) expect("article", DATE.test(node[key]), `${key} has an offset`, node[key]);
  }
  const times = find(page.dom, (n) => n.nodeName === "time").map((n) => attribute(n, "datetime"));
  if (times.length > 0) expect("article", node.datePublished && node.dateModified, "it is dated", times);
  if (head["og:image"]) {
    expect("article", node.image?.length > 0, "it has its picture", head["og:image"]);
  }
  for (const image of node.image ?? []) {
    expect("article", image["@type"] === "ImageObject" && URL.canParse(image.url), "image is a whole address", image);
    expect("article", image.width > 0 && image.height > 0, "the size of its picture is known", image);
  }
  expect("article", node.publisher?.["@type"] === "Organization" && node.publisher.name && addresses.has(node.publisher.url), "publisher is an organisation", node.publisher);
  expect("article", node.isPartOf?.some((whole) => whole["@id"]?.endsWith("#website")), "it is part of the site", node.isPartOf);
  for (const person of node.about ?? []) {
    expect("article", person["@type"] === "Person" && person.name && addresses.has(person.url), "about is a person with a page", person);
  }
  const people = find(page.dom, (n) => n.nodeName === "a" && /\/people\/[^/]+\/$/.test(attribute(n, "href") ?? "")).map((n) => text(n).trim());
  if (people.length > 0) expect("article", node.about?.length > 0, "it is about the people shown", people);
}

/** https://developers.google.com/search/docs/appearance/structured-data/profile-page */
function profile(page, node, h1, expect) {
  const person = node.mainEntity;
  expect("profile", ["Person", "Organization"].includes(person?.["@type"]), "mainEntity is a person", person);
  expect("profile", person?.name === h1, "mainEntity.name is the heading", person);
  if (metas(page).description) expect("profile", person?.description, "it has its description", person);
  if (metas(page)["og:image"]) expect("profile", person?.image, "it has its picture", person);
}

/** https://developers.google.com/search/docs/appearance/structured-data/breadcrumb */
function breadcrumbs(page, lists, expect, addresses) {
  if (page.path === "" || page.kind === "home" || (page.kind === "further" && page.path.split("/").filter((p) => p !== page.language).length <= 3)) {
    return;
  }
  expect("breadcrumbs", lists.length === 1, "there is one list", lists);
  const items = lists[0]?.itemListElement ?? [];
  expect("breadcrumbs", items.length >= 2, "it has two steps at least", items);
  items.forEach((item, at) => {
    expect("breadcrumbs", item["@type"] === "ListItem" && item.position === at + 1, "positions count from 1", item);
    expect("breadcrumbs", item.name && addresses.has(item.item), "a step has a name and a page", item);
  });
  expect("breadcrumbs", items.at(-1)?.item === page.url, "the last step is the page", items.at(-1));
}

function social(page, own, expect) {
  const head = metas(page);
  for (const key of ["og:type", "og:title", "og:site_name", "og:url", "og:locale", "twitter:card"]) {
    expect("social", head[key]?.length === 1 && head[key][0], `there is one ${key}`, head[key]);
  }
  expect("social", head["og:url"]?.[0] === page.url, "og:url is the address", head["og:url"]);
  if (head.description) expect("social", head["og:description"]?.[0] === head.description[0], "og:description is the description", head["og:description"]);
  if (own["@type"] === "Article") {
    expect("social", head["og:type"]?.[0] === "article", "og:type is article", head["og:type"]);
    expect("social", (head["article:author"]?.length ?? 0) === own.author.filter((a) => /\/authors\//.test(a.url)).length, "article:author are the authors", head["article:author"]);
  }
  if (head["og:image"]) {
    for (const key of ["og:image:width", "og:image:height", "og:image:alt", "twitter:image:alt"]) {
      expect("social", head[key]?.[0], `there is ${key}`, head["og:image"]);
    }
  }
  const feeds = links(page, "alternate").filter((l) => l.type?.includes("+"));
  for (const type of ["atom+xml", "rss+xml", "feed+json"]) {
    expect("feeds", feeds.some((f) => f.type === `application/${type}`), `it names a feed of ${type}`, feeds.map((f) => f.href));
  }
}

/** Nodes that are only referenced are described somewhere on the page. */
function identifiers(nodes, expect) {
  const told = new Set();
  const named = new Set();
  const walk = (value) => {
    if (Array.isArray(value)) return value.forEach(walk);
    if (value === null || typeof value !== "object") return;
    const keys = Object.keys(value);
    if (keys.length === 1 && keys[0] === "@id") named.add(value["@id"]);
    else if (value["@id"]) told.add(value["@id"]);
    Object.values(value).forEach(walk);
  };
  walk(nodes);
  for (const id of named) expect("json-ld", told.has(id), "a name leads to no node", id);
}

/** The most that a reader of a demo story downloads: HTML and CSS, compressed. */
export function weight(site, findings) {
  const size = (bytes) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length;
  const stories = site.pages.filter((p) => p.kind === "story").map((page) => {
    const sheets = links(page, "stylesheet").map((l) => decodeURI(new URL(l.href, page.url).href.slice(site.base.length + 1)));
    const css = sheets.reduce((sum, file) => sum + size(site.text(file)), 0);
    return { page, bytes: size(page.text) + css };
  });
  stories.sort((a, b) => a.bytes - b.bytes);
  const { page, bytes } = stories[Math.floor(stories.length / 2)];
  console.log(`the median story of ${site.name}: ${bytes} bytes of HTML and CSS (brotli)`);
  if (bytes > 14 * 1024) findings.add("weight", `${site.name}: ${page.file}`, "14 KB", "the median story is heavier", `${bytes} bytes`);
}
