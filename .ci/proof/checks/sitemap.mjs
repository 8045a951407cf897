// The sitemap: valid against its schema, with the same pages and language versions as the site.

import { links } from "../site.mjs";

export function check(site, findings, python) {
  for (const [file, rule, message, snippet] of python("sitemaps", site)) {
    findings.add("sitemap", `${site.name}: ${file}`, rule, message, snippet);
  }
  const where = `${site.name}: sitemap.xml`;
  const files = site.files.filter((f) => /^sitemap(-\d+)?\.xml$/.test(f));
  const index = site.text("sitemap.xml");
  const parts = index.includes("<sitemapindex") ? files.filter((f) => f !== "sitemap.xml") : files;
  for (const part of parts) {
    if (part !== "sitemap.xml" && !index.includes(`<loc>${site.base}/${part}</loc>`)) {
      findings.add("sitemap", where, "index", "a part is not listed", part);
    }
  }
  if (!site.text("robots.txt").includes(`Sitemap: ${site.base}/sitemap.xml\n`)) {
    findings.add("sitemap", `${site.name}: robots.txt`, "robots", "it does not name the sitemap");
  }
  const listed = new Map();
  for (const part of parts) {
    for (const [, entry] of site.text(part).matchAll(/<url>(.*?)<\/url>/gs)) {
      listed.set(plain(/<loc>(.*?)<\/loc>/.exec(entry)[1]), entry);
    }
  }
  const pages = site.pages.filter((p) => !p.redirects && p.kind !== "404");
  for (const page of pages) {
    findings.count("pages in sitemaps");
    const entry = listed.get(page.url);
    if (entry === undefined) {
      findings.add("sitemap", where, "pages", "a page is missing", page.url);
      continue;
    }
    const versions = (list) => JSON.stringify([...list].sort());
    const own = versions(links(page, "alternate").filter((l) => l.hreflang).map((l) => `${l.hreflang} ${l.href}`));
    const said = versions([...entry.matchAll(/hreflang="(.*?)" href="(.*?)"/g)].map((m) => `${m[1]} ${plain(m[2])}`));
    if (own !== said) findings.add("sitemap", where, "languages", `not as on ${page.url}`, `${said}\n${own}`);
  }
  if (listed.size !== pages.length) {
    findings.add("sitemap", where, "pages", `it lists ${listed.size} addresses, and there are ${pages.length} pages`);
  }
}

const plain = (xml) => xml.replaceAll("&#39;", "'").replaceAll("&quot;", '"').replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
