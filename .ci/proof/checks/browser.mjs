// One page for each template and language in Chromium: policy violations, requests to other
// hosts, console messages; axe; and checks of our own for what axe cannot see.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import puppeteer from "puppeteer-core";
import * as seen from "./seen.mjs";

const AXE = readFileSync(fileURLToPath(import.meta.resolve("axe-core/axe.min.js")), "utf8");
const SCHEMES = ["light", "dark"];
const WIDTHS = [320, 1280];
// One for each processor, with a browser of its own, so that each has the keyboard.
const BROWSERS = 2;

export const launch = () =>
  puppeteer.launch({
    executablePath: process.env.CHROME_PATH ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars"],
  });

export async function check(sites, findings) {
  const jobs = sites.flatMap((site) => site.samples().map((page) => ({ site, page })));
  const work = async () => {
    const browser = await launch();
    try {
      for (let job = jobs.shift(); job; job = jobs.shift()) await one(browser, job, findings);
    } finally {
      await browser.close();
    }
  };
  await Promise.all(Array.from({ length: BROWSERS }, work));
}

async function one(browser, { site, page: { file, url } }, findings) {
  const where = `${site.name}: ${file}`;
  const tab = await browser.newPage();
  listen(tab, site, where, findings);
  await tab.setViewport({ width: 1280, height: 900 });
  await tab.goto(url, { waitUntil: "load" });
  const violations = await tab.evaluate(() => window.kisahViolations);
  for (const violation of violations) findings.add("policy", where, violation.directive, "the policy was violated", violation.blocked);
  findings.count("pages in Chromium");
  await tab.evaluate(AXE);
  for (const scheme of SCHEMES) {
    await tab.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }, { name: "prefers-reduced-motion", value: "reduce" }]);
    for (const width of WIDTHS) {
      await tab.setViewport({ width, height: width === 320 ? 640 : 900 });
      const at = `${where} (${scheme}, ${width})`;
      await axe(tab, at, findings);
      if (scheme === "light") await own(tab, at, findings);
    }
  }
  for (const width of WIDTHS) {
    await tab.setViewport({ width, height: width === 320 ? 640 : 900 });
    const fresh = () => tab.goto(url, { waitUntil: "load" });
    for (const [message, snippet] of await keyboard(tab, fresh)) {
      findings.add("own", `${where} (${width})`, "keyboard", message, snippet);
    }
    findings.count("pages by keyboard alone");
  }
  await tab.close();
}

function listen(tab, site, where, findings) {
  tab.evaluateOnNewDocument(() => {
    window.kisahViolations = [];
    document.addEventListener("securitypolicyviolation", (event) =>
      window.kisahViolations.push({ directive: event.effectiveDirective, blocked: `${event.blockedURI} ${event.sourceFile ?? ""}:${event.lineNumber} ${event.sample}` }),
    );
  });
  tab.on("console", (message) => findings.add("console", where, message.type(), message.text(), message.location()?.url));
  tab.on("pageerror", (error) => findings.add("console", where, "exception", error.message));
  tab.on("requestfailed", (request) => findings.add("requests", where, "failed", request.failure()?.errorText, request.url()));
  tab.on("response", (response) => {
    if (response.status() >= 400) findings.add("requests", where, "failed", `${response.status()}`, response.url());
  });
  tab.on("request", (request) => {
    findings.count("requests of pages");
    if (!request.url().startsWith(`${site.base}/`)) findings.add("requests", where, "host", "a request goes elsewhere", request.url());
  });
}

async function axe(tab, where, findings) {
  const { violations } = await tab.evaluate(async () => {
    const rules = Object.fromEntries(window.axe.getRules().map((rule) => [rule.ruleId, { enabled: true }]));
    return await window.axe.run(document, { rules, resultTypes: ["violations"] });
  });
  findings.count("runs of axe");
  for (const { id, help, nodes } of violations) {
    for (const node of nodes) {
      findings.add("axe", where, id, help, `${node.html}\n${node.failureSummary?.split("\n").slice(1, 3).join(" ") ?? ""}`);
    }
  }
}

/** Our own checks: see seen.mjs. */
async function own(tab, where, findings) {
  const add = (rule, list) => {
    findings.count("own checks of pages");
    for (const [message, snippet] of list) findings.add("own", where, rule, message, snippet);
  };
  add("reflow", await tab.evaluate(seen.overflow));
  add("target size", await tab.evaluate(seen.targets));
  await tab.evaluate(seen.space);
  add("text spacing", [...(await tab.evaluate(seen.overflow)), ...(await tab.evaluate(seen.clipped))]);
  await tab.evaluate(seen.unspace);
}

/** From the top of the page with nothing but the keyboard. */
async function keyboard(tab, fresh) {
  await fresh();
  const wrong = await skipping(tab);
  await fresh();
  const total = await tab.evaluate(seen.prepareKeyboard);
  let last = -1;
  const met = new Set();
  // Browsers also stop at elements that scroll.
  for (let presses = 0; presses < 2 * total + 60 && met.size < total; presses++) {
    await tab.keyboard.press("Tab");
    const { index, problems } = await tab.evaluate(seen.focused);
    wrong.push(...problems);
    if (index === null) continue;
    if (index < last) wrong.push(["the focus jumps back", await tab.evaluate(seen.describe, index)]);
    last = index;
    met.add(index);
  }
  for (const index of await tab.evaluate(seen.all)) {
    if (!met.has(index)) wrong.push(["it cannot be reached with the Tab key", await tab.evaluate(seen.describe, index)]);
  }
  wrong.push(...(await disclosing(tab)));
  return wrong;
}

/** The first stop leads past the header. */
async function skipping(tab) {
  await tab.keyboard.press("Tab");
  const problems = await tab.evaluate(seen.firstStop);
  if (problems.length > 0) return problems;
  await tab.keyboard.press("Enter");
  await tab.keyboard.press("Tab");
  return tab.evaluate(seen.skipped);
}

/** Everything that can be opened opens with Enter. */
async function disclosing(tab) {
  const before = await tab.evaluate(seen.focusSummary);
  if (before === null) return [];
  await tab.keyboard.press("Enter");
  const after = await tab.evaluate(() => document.activeElement.parentElement.open);
  if (after === before) return [["Enter does not open it", await tab.evaluate(() => document.activeElement.outerHTML)]];
  await tab.keyboard.press("Enter");
  return [];
}
