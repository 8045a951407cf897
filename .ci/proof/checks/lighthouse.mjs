// Lighthouse as on a phone, each page three times: the median must be perfect.

import lighthouse from "lighthouse";
import { launch } from "./browser.mjs";

const CATEGORIES = ["performance", "accessibility", "best-practices", "seo"];
const METRICS = ["cumulative-layout-shift", "total-blocking-time"];
const RUNS = Number(process.env.RUNS ?? 3);
const ROUNDS = 3;

export async function check(site, findings) {
  const browser = await launch();
  const port = Number(new URL(browser.wsEndpoint()).port);
  try {
    for (const kind of ["home", "story", "section", "author"]) {
      const page = site.sample(kind);
      if (!page) {
        findings.add("lighthouse", site.name, kind, "there is no such page");
        continue;
      }
      await one(site, page, port, findings);
    }
  } finally {
    await browser.close();
  }
}

async function one(site, page, port, findings) {
  const where = `${site.name}: ${page.file}`;
  // Other work on the machine makes a page slower and never faster, so a round that falls short is
  // tried again; what is wrong with the page falls short each time.
  let short = [];
  for (let round = 0; round < ROUNDS; round++) {
    short = await measure(page, port, where, findings);
    if (short.length === 0) return;
  }
  for (const [rule, message, snippet] of short) findings.add("lighthouse", where, rule, message, snippet);
}

/** What the medians of some runs lack. */
async function measure(page, port, where, findings) {
  const results = [];
  for (let run = 0; run < RUNS; run++) {
    const { lhr } = await lighthouse(page.url, { port, output: "json", logLevel: "error", onlyCategories: CATEGORIES });
    results.push(lhr);
    findings.count("runs of Lighthouse");
  }
  const median = (value) => results.map(value).sort((a, b) => a - b)[Math.floor(RUNS / 2)];
  const scores = CATEGORIES.map((name) => [name, median((r) => r.categories[name].score)]);
  const metrics = METRICS.map((id) => [id, median((r) => r.audits[id].numericValue)]);
  const shown = scores.map(([name, score]) => `${name} ${Math.round(score * 100)}`);
  console.log(`Lighthouse, ${where}: ${[...shown, ...metrics.map(([id, value]) => `${id} ${value}`)].join(", ")}`);
  const short = [];
  for (const [name, score] of scores.filter(([, score]) => score < 1)) {
    const refs = results[0].categories[name].auditRefs.filter((ref) => ref.weight > 0);
    const audits = refs.map((ref) => results[0].audits[ref.id]).filter((audit) => audit.score !== null && audit.score < 1);
    const list = audits.map((audit) => `${audit.id}: ${audit.displayValue ?? audit.title} ${items(audit)}`);
    short.push([name, `${Math.round(score * 100)}, not 100`, list.join("\n")]);
  }
  for (const [id, value] of metrics.filter(([, value]) => value > 0)) short.push([id, "it should be 0", value]);
  return short;
}

const items = (audit) => (audit.details?.items ?? []).slice(0, 2).map((i) => i.node?.snippet ?? JSON.stringify(i)).join(" ");
