// Lighthouse as on a phone, each page three times: the median must be perfect.

import lighthouse from "lighthouse";
import { launch } from "./browser.mjs";

const CATEGORIES = ["performance", "accessibility", "best-practices", "seo"];
const RUNS = Number(process.env.RUNS ?? 3);
const ROUNDS = 6;

// Lighthouse makes a phone of a machine by slowing its processor down four times, which is meant for
// one that its own benchmark gives 1,500 or more. A slower one, slowed down as much, would be a
// phone that nobody has: the same pages blocked for 0 ms on one day and for 109 on another. So it is
// slowed down by what its benchmark leaves; and blocking, which jumps from 0 with the length of the
// longest task, must be 0 on the machine as it is, where only a page that does too much blocks.
const MACHINE = 1;
const phone = (benchmark) => Math.min(4, Math.max(1, (4 * benchmark) / 1500));

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
  const runs = async (categories, cpuSlowdownMultiplier) => {
    const results = [];
    for (let run = 0; run < RUNS; run++) {
      const flags = { port, output: "json", logLevel: "error", onlyCategories: categories };
      results.push((await lighthouse(page.url, { ...flags, throttling: { cpuSlowdownMultiplier } })).lhr);
      findings.count("runs of Lighthouse");
    }
    return results;
  };
  const median = (results, value) => results.map(value).sort((a, b) => a - b)[Math.floor(RUNS / 2)];
  const audit = (results, id) => median(results, (r) => r.audits[id].numericValue);
  const machine = await runs(["performance"], MACHINE);
  const slowdown = phone(Math.max(...machine.map((r) => r.environment.benchmarkIndex)));
  const results = await runs(CATEGORIES, slowdown);
  const scores = CATEGORIES.map((name) => [name, median(results, (r) => r.categories[name].score)]);
  const metrics = [
    ["cumulative-layout-shift", audit(results, "cumulative-layout-shift")],
    ["total-blocking-time", audit(machine, "total-blocking-time")],
  ];
  const shown = [...scores.map(([name, score]) => [name, Math.round(score * 100)]), ...metrics];
  const slowed = audit(results, "total-blocking-time");
  const all = shown.map((pair) => pair.join(" ")).join(", ");
  console.log(`Lighthouse, ${where}: ${all} (${Math.round(slowed)} slowed down ${slowdown.toFixed(1)} times)`);
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
