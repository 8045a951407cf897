// What stands beside a story, at every width and however far it is read: nothing covers anything
// else, and the related stories are in sight from the first screen.

import { launch } from "./browser.mjs";
import * as seen from "./seen.mjs";

const WIDTHS = [320, 768, 1024, 1280, 1920];
const WIDE = 1280;
const BROWSERS = 2;

export async function check(sites, findings) {
  const jobs = sites.flatMap((site) => site.pages.filter((page) => page.kind === "story").map((page) => ({ site, page })));
  const work = async () => {
    const browser = await launch();
    try {
      const tab = await browser.newPage();
      for (let job = jobs.shift(); job; job = jobs.shift()) await one(tab, job, findings);
    } finally {
      await browser.close();
    }
  };
  await Promise.all(Array.from({ length: BROWSERS }, work));
}

async function one(tab, { site, page: { file, url } }, findings) {
  await tab.goto(url, { waitUntil: "load" });
  for (const width of WIDTHS) {
    await tab.setViewport({ width, height: 800 });
    for (const part of [0, 0.3, 0.7, 1]) {
      await tab.evaluate(seen.scrollTo, part);
      const wrong = await tab.evaluate(seen.overlaps);
      if (width >= WIDE) wrong.push(...(await tab.evaluate(seen.related, part)));
      for (const [message, snippet] of wrong) findings.add("own", `${site.name}: ${file} (${width}, at ${part})`, "beside", message, snippet);
    }
  }
  findings.count("stories and what is beside them");
}
