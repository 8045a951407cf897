// Lighthouse as on a phone. First the medians must be perfect. If a page falls short, only its time may be
// at fault, and only as far as the machine slows down any page: its best run, because other work on the
// machine makes a page slower and never faster, may not be slower than the median of a page of one word.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import lighthouse from "lighthouse";
import { serve } from "../serve.mjs";
import { launch } from "./browser.mjs";

const CATEGORIES = ["performance", "accessibility", "best-practices", "seo"];
const RUNS = Number(process.env.RUNS ?? 3);
const ROUNDS = 5;
const EMPTY = '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Empty</title><p>Empty.';

export async function check(site, findings, work) {
  const browser = await launch();
  const port = Number(new URL(browser.wsEndpoint()).port);
  const empty = await emptyPage(work);
  let isSlow = false;
  try {
    for (const kind of ["home", "story", "section", "author"]) {
      const page = site.sample(kind);
      if (!page) {
        findings.add("lighthouse", site.name, kind, "there is no such page");
        continue;
      }
      isSlow = await one(site, page, empty.url, port, isSlow, findings);
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

/** Whether the machine is too slow for a perfect page; `isSlow` if that is already known. */
async function one(site, page, empty, port, isSlow, findings) {
  const where = `${site.name}: ${page.file}`;
  const run = async (url) => {
    findings.count("runs of Lighthouse");
    const { lhr } = await lighthouse(url, { port, output: "json", logLevel: "error", onlyCategories: CATEGORIES });
    return lhr;
  };
  if (!isSlow) {
    const alone = [];
    for (let i = 0; i < RUNS; i++) alone.push(await run(page.url));
    show(where, alone);
    if (shortOf(alone, usual(alone), { performance: 1, blocking: 0 }).length === 0) return false;
  }
  // The runs of all rounds count.
  const [ours, theirs] = [[], []];
  let short = [];
  for (let round = 0; round < ROUNDS; round++) {
    for (let i = 0; i < RUNS; i++) {
      theirs.push(await run(empty));
      ours.push(await run(page.url));
    }
    show("an empty page", theirs);
    show(where, ours);
    short = shortOf(ours, best(ours), usual(theirs));
    if (short.length === 0) break;
  }
  for (const [rule, message, snippet] of short) findings.add("lighthouse", where, rule, message, snippet);
  return true;
}

const sorted = (runs, value) => runs.map(value).sort((a, b) => a - b);
const median = (runs, value) => sorted(runs, value)[Math.floor((runs.length - 1) / 2)];
const scoreOf = (category) => (lhr) => lhr.categories[category].score;
const metric = (id) => (lhr) => lhr.audits[id].numericValue;
const performance = scoreOf("performance");
const blocking = metric("total-blocking-time");
const shift = metric("cumulative-layout-shift");

/** The time that a page takes, in its usual run and in its best. */
const usual = (runs) => ({ performance: median(runs, performance), blocking: median(runs, blocking) });
const best = (runs) => ({ performance: sorted(runs, performance).at(-1), blocking: sorted(runs, blocking)[0] });

/** What some runs lack: with `time`, compared with what the machine allows; otherwise, in their medians, compared with perfection. */
function shortOf(runs, time, machine) {
  const short = [];
  for (const name of CATEGORIES) {
    const [is, least] = name === "performance" ? [time.performance, machine.performance] : [median(runs, scoreOf(name)), 1];
    if (is >= least) continue;
    const refs = runs[0].categories[name].auditRefs.filter((ref) => ref.weight > 0);
    const audits = refs.map((ref) => runs[0].audits[ref.id]).filter((audit) => audit.score !== null && audit.score < 1);
    const list = audits.map((audit) => `${audit.id}: ${audit.displayValue ?? audit.title} ${items(audit)}`);
    short.push([name, `${percent(is)}, not ${percent(least)}`, list.join("\n")]);
  }
  if (median(runs, shift) > 0) short.push(["cumulative-layout-shift", "it should be 0", median(runs, shift)]);
  if (time.blocking > machine.blocking) {
    short.push(["total-blocking-time", `it should be at most ${Math.round(machine.blocking)} ms`, time.blocking]);
  }
  return short;
}

const percent = (value) => Math.round(value * 100);

function show(where, runs) {
  const scores = CATEGORIES.map((name) => `${name} ${percent(median(runs, scoreOf(name)))}`);
  const times = sorted(runs, blocking).map(Math.round);
  console.log(`Lighthouse, ${where}: ${scores.join(", ")}, layout shift ${median(runs, shift)}, blocking ${times.join(" ")} ms`);
}

const items = (audit) => (audit.details?.items ?? []).slice(0, 2).map((i) => i.node?.snippet ?? JSON.stringify(i)).join(" ");
