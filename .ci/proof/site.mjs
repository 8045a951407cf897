// A built site as the checks see it: its files, its pages parsed once, and which page represents
// which template.

import { readFileSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { parse } from "parse5";

export class Site {
  /** `base` is its base URL without a trailing slash, `folder` the output of the build. */
  constructor(name, base, folder, languages) {
    Object.assign(this, { name, base, folder, languages });
    this.files = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
      .sort();
    this.pages = this.files.filter((f) => f.endsWith(".html")).map((file) => this.#page(file));
  }

  text(file) {
    return readFileSync(join(this.folder, file), "utf8");
  }

  #page(file) {
    const text = this.text(file);
    const path = file.replace(/(^|\/)index\.html$/, "$1");
    const url = `${this.base}/${encodeURI(path)}`;
    const page = { file, path, url, text, dom: parse(text, { sourceCodeLocationInfo: true }) };
    page.redirects = find(page.dom, (n) => attribute(n, "http-equiv") === "refresh").length > 0;
    const language = this.languages.find((l) => path.startsWith(`${l}/`));
    page.language = language ?? this.languages[0];
    page.kind = kindOf(language ? path.slice(language.length + 1) : path);
    return page;
  }

  /** One page for each kind and language: the largest, since it contains the most. */
  samples() {
    const best = new Map();
    for (const page of this.pages) {
      if (page.redirects) continue;
      const key = `${page.language} ${page.kind}`;
      if (!best.has(key) || best.get(key).text.length < page.text.length) best.set(key, page);
    }
    return [...best.values()];
  }

  sample(kind, language = this.languages[0]) {
    return this.samples().find((p) => p.kind === kind && p.language === language);
  }
}

const TAXONOMIES = { people: "person", authors: "author", series: "series" };

function kindOf(path) {
  const parts = path.split("/").filter(Boolean);
  if (parts.length === 0) return "home";
  if (path === "404.html") return "404";
  if (parts.at(-2) === "page") return "further";
  const [first, second] = parts;
  if (first === "archive") return second ? "year" : "archive";
  if (["people", "authors", "tags", "categories", "series"].includes(first)) {
    return second ? (TAXONOMIES[first] ?? "term") : "taxonomy";
  }
  if (["posts", "guide"].includes(first)) return second ? (first === "posts" ? "story" : "guide") : "section";
  return "page";
}

export function attribute(node, name) {
  return node.attrs?.find((a) => a.name === name)?.value;
}

/** All matching nodes, in document order. */
export function find(node, fits, found = []) {
  if (fits(node)) found.push(node);
  for (const child of node.childNodes ?? []) find(child, fits, found);
  return found;
}

export function text(node) {
  if (node.nodeName === "#text") return node.value;
  return (node.childNodes ?? []).map(text).join("");
}

/** The values of `<meta>` by name or property, as lists. */
export function metas(page) {
  const found = {};
  for (const node of find(page.dom, (n) => n.nodeName === "meta")) {
    const key = attribute(node, "property") ?? attribute(node, "name");
    if (key) (found[key] ??= []).push(attribute(node, "content"));
  }
  return found;
}

export function links(page, rel) {
  const fits = (n) => n.nodeName === "link" && attribute(n, "rel")?.split(" ").includes(rel);
  return find(page.dom, fits).map((n) => Object.fromEntries(n.attrs.map((a) => [a.name, a.value])));
}

/** The nodes of the page's structured data graph. */
export function graph(page) {
  const scripts = find(
    page.dom,
    (n) => n.nodeName === "script" && attribute(n, "type") === "application/ld+json",
  );
  return scripts.flatMap((n) => {
    const data = JSON.parse(text(n));
    return data["@graph"] ?? [data];
  });
}
