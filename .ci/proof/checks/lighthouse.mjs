// Lighthouse as on a phone. Perfect is asked first. Where a page falls short, only its time may be at
// fault, and only as far as the machine takes it from any page: a page of one word, measured in turn with it.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import lighthouse from "lighthouse";
import { serve } from "../serve.mjs";
import { launch } from "./browser.mjs";

const CATEGORIES = ["performance", "accessibility", "best-practices", "seo"];
const RUNS = Number(process.env.RUNS ?? 3);
const ROUNDS = 3;
const EMPTY = '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Empty</title><p>Empty.';

export async function check(site, findings, work) {
  const browser = await launch();
  const port = Number(new URL(browser.wsEndpoint()).port);
  const empty = await emptyPage(work);
  try {
    for (const kind of ["home", "story", "section", "author"]) {
      const page = site.sample(kind);
      if (!page) {
        findings.add("lighthouse", site.name, kind, "there is no such page");
        continue;
      }
      await one(site, page, empty.url, port, findings);
    }
  } finally {
    empty.host.close();
    await browser.close();
  }
}

/** What any page costs on this machine. */
async function emptyPage(work) {
  const folder = join(work, "empty");
  mkdirSync(folder, { recursive: true });
  for (const name of ["index.html", "404.html"]) writeFileSync(join(folder, name), EMPTY);
  const host = await serve();
  host.show(folder);
  return { host, url: `${host.origin}/` };
}

async function one(site, page, empty, port, findings) {
  const where = `${site.name}: ${page.file}`;
  const run = async (url) => {
    findings.count("runs of Lighthouse");
    const { lhr } = await lighthouse(url, { port, output: "json", logLevel: "error", onlyCategories: CATEGORIES });
    return lhr;
  };
  let ours = [];
  for (let i = 0; i < RUNS; i++) ours.push(await run(page.url));
  show(where, ours);
  let short = shortOf(ours, { performance: 1, blocking: 0 });
  // Both are measured anew, and all runs of the rounds count.
  const theirs = [];
  for (let round = 1; round < ROUNDS && short.length > 0; round++) {
    if (round === 1) ours = [];
    for (let i = 0; i < RUNS; i++) {
      theirs.push(await run(empty));
      ours.push(await run(page.url));
    }
    show("an empty page", theirs);
    show(where, ours);
    short = shortOf(ours, { performance: score(theirs, "performance"), blocking: blocking(theirs) });
  }
  for (const [rule, message, snippet] of short) findings.add("lighthouse", where, rule, message, snippet);
}

const median = (runs, value) => runs.map(value).sort((a, b) => a - b)[Math.floor((runs.length - 1) / 2)];
const score = (runs, category) => median(runs, (lhr) => lhr.categories[category].score);
const blocking = (runs) => median(runs, (lhr) => lhr.audits["total-blocking-time"].numericValue);
const shift = (runs) => median(runs, (lhr) => lhr.audits["cumulative-layout-shift"].numericValue);

/** What the medians of some runs lack; `machine` says what an empty page gets. */
function shortOf(runs, machine) {
  const short = [];
  for (const name of CATEGORIES) {
    const least = name === "performance" ? machine.performance : 1;
    if (score(runs, name) >= least) continue;
    const refs = runs[0].categories[name].auditRefs.filter((ref) => ref.weight > 0);
    const audits = refs.map((ref) => runs[0].audits[ref.id]).filter((audit) => audit.score !== null && audit.score < 1);
    const list = audits.map((audit) => `${audit.id}: ${audit.displayValue ?? audit.title} ${items(audit)}`);
    short.push([name, `${percent(score(runs, name))}, not ${percent(least)}`, list.join("\n")]);
  }
  if (shift(runs) > 0) short.push(["cumulative-layout-shift", "it should be 0", shift(runs)]);
  if (blocking(runs) > machine.blocking) {
    short.push(["total-blocking-time", `it should be at most ${Math.round(machine.blocking)} ms`, blocking(runs)]);
  }
  return short;
}

const percent = (value) => Math.round(value * 100);

function show(where, runs) {
  const scores = CATEGORIES.map((name) => `${name} ${percent(score(runs, name))}`);
  console.log(`Lighthouse, ${where}: ${scores.join(", ")}, layout shift ${shift(runs)}, blocking ${Math.round(blocking(runs))} ms`);
}

const items = (audit) => (audit.details?.items ?? []).slice(0, 2).map((i) => i.node?.snippet ?? JSON.stringify(i)).join(" ");
