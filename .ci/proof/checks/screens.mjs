// Pictures of eight pages, light and dark, as on a phone and on a desktop, for people to look at.

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { launch } from "./browser.mjs";

const PAGES = ["home", "story", "section", "person", "author", "term", "archive", "404"];

export async function take(site, folder, languages) {
  mkdirSync(folder, { recursive: true });
  const browser = await launch();
  try {
    const tab = await browser.newPage();
    for (const kind of PAGES) {
      for (const language of languages) {
        const page = site.sample(kind, language);
        if (!page) continue;
        for (const scheme of ["light", "dark"]) {
          for (const width of [360, 1280]) {
            await tab.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
            await tab.setViewport({ width, height: 900 });
            await tab.goto(page.url, { waitUntil: "load" });
            const name = `${site.name}-${language}-${kind}-${scheme}-${width}.png`;
            await tab.screenshot({ path: join(folder, name), fullPage: true });
          }
        }
      }
    }
  } finally {
    await browser.close();
  }
}
