// Builds the demo and a generated site, serves each at its base URL, and runs every check.
//
//     node prove.mjs                  everything
//     node prove.mjs nu links         some checks
//
// In: KISAH, the program (otherwise the one in target/). Out: what is wrong, on stdout and in
// target/proof/findings.json; pictures in target/screens. Exit code 1 if anything is wrong.

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import * as beside from "./checks/beside.mjs";
import * as browser from "./checks/browser.mjs";
import * as data from "./checks/data.mjs";
import * as feeds from "./checks/feeds.mjs";
import * as lighthouse from "./checks/lighthouse.mjs";
import * as links from "./checks/links.mjs";
import * as markup from "./checks/markup.mjs";
import * as screens from "./checks/screens.mjs";
import * as sitemap from "./checks/sitemap.mjs";
import { Findings } from "./findings.mjs";
import { LANGUAGES, generate } from "./generate.mjs";
import { serve } from "./serve.mjs";
import { Site } from "./site.mjs";

const here = import.meta.dirname;
const root = resolve(here, "../..");
const built = ["release", "debug"].map((kind) => join(root, "target", kind, "kisah")).find(existsSync);
const kisah = process.env.KISAH ?? built;
const work = join(root, "target/proof");

async function build(name, folder, prefix, languages) {
  const host = await serve(prefix);
  const base = host.origin + prefix;
  const output = join(work, name);
  rmSync(output, { recursive: true, force: true });
  const args = ["--root", folder, "build", "--base-url", base, "--output-dir", output];
  const run = spawnSync(kisah, args, { stdio: "inherit" });
  if (run.status !== 0) throw new Error(`${name} was not built`);
  host.show(output);
  const site = new Site(name, base, output, languages);
  console.log(`${name}: ${site.pages.length} pages at ${base}/`);
  return { site, host };
}

function python(command, site, files = []) {
  const run = spawnSync(process.env.PYTHON ?? "python3", [join(here, "readers.py"), command, site.folder, site.base], {
    input: files.join("\n"),
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  if (run.status !== 0) throw new Error(`readers.py ${command}: ${run.stderr}`);
  return JSON.parse(run.stdout);
}

function microformats(site, findings) {
  for (const [file, rule, message, snippet] of python("microformats", site)) {
    findings.add("microformats", `${site.name}: ${file}`, rule, message, snippet);
  }
  findings.count("sites whose microformats were read");
}

mkdirSync(work, { recursive: true });
const source = join(work, "generated-source");
rmSync(source, { recursive: true, force: true });
generate(source);
const demo = await build("demo", root, "", ["en", "id", "ar"]);
const generated = await build("generated", source, "/stories", LANGUAGES);
const sites = [demo.site, generated.site];
const findings = new Findings();

const each = (check) => async () => {
  for (const site of sites) await check(site, findings, python);
};
const checks = {
  nu: each(markup.nu),
  "html-validate": each(markup.htmlValidate),
  links: each(links.check),
  data: each(data.check),
  weight: () => data.weight(demo.site, findings),
  feeds: each(feeds.check),
  sitemap: each(sitemap.check),
  microformats: each(microformats),
  browser: () => browser.check(sites, findings),
  beside: () => beside.check(sites, findings),
  lighthouse: () => lighthouse.check(demo.site, findings, work),
  screens: async () => {
    const folder = join(root, "target/screens");
    await screens.take(demo.site, folder, ["en"]);
    await screens.take(generated.site, folder, ["ar"]);
  },
};
const wanted = process.argv.slice(2);
for (const name of wanted) {
  if (!(name in checks)) throw new Error(`there is no check ${name}: ${Object.keys(checks).join(", ")}`);
}
for (const [name, check] of Object.entries(checks)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const start = Date.now();
  await check();
  console.log(`-- ${name}: ${((Date.now() - start) / 1000).toFixed(1)} s`);
}
findings.report(join(work, "findings.json"));
demo.host.close();
generated.host.close();
process.exitCode = findings.length === 0 ? 0 : 1;
