// Lighthouse as on a phone, each page three times: the median must be perfect.

import lighthouse from "lighthouse";
import { launch } from "./browser.mjs";

const CATEGORIES = ["performance", "accessibility", "best-practices", "seo"];
const RUNS = Number(process.env.RUNS ?? 3);

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
  const results = [];
  for (let run = 0; run < RUNS; run++) {
    const { lhr } = await lighthouse(page.url, { port, output: "json", logLevel: "error", onlyCategories: CATEGORIES });
    results.push(lhr);
    findings.count("runs of Lighthouse");
  }
  const where = `${site.name}: ${page.file}`;
  const median = (value) => results.map(value).sort((a, b) => a - b)[Math.floor(RUNS / 2)];
  const scores = CATEGORIES.map((name) => [name, median((r) => r.categories[name].score)]);
  console.log(`Lighthouse, ${where}: ${scores.map(([name, score]) => `${name} ${Math.round(score * 100)}`).join(", ")}`);
  for (const [name, score] of scores) {
    if (score < 1) {
      const refs = results[0].categories[name].auditRefs.filter((ref) => ref.weight > 0);
      const short = refs.map((ref) => results[0].audits[ref.id]).filter((audit) => audit.score !== null && audit.score < 1);
      const list = short.map((audit) => `${audit.id}: ${audit.displayValue ?? audit.title} ${items(audit)}`);
      findings.add("lighthouse", where, name, `${Math.round(score * 100)}, not 100`, list.join("\n"));
    }
  }
  for (const id of ["cumulative-layout-shift", "total-blocking-time"]) {
    const value = median((r) => r.audits[id].numericValue);
    if (value > 0) findings.add("lighthouse", where, id, "it should be 0", value);
  }
}

const items = (audit) => (audit.details?.items ?? []).slice(0, 2).map((i) => i.node?.snippet ?? JSON.stringify(i)).join(" ");
