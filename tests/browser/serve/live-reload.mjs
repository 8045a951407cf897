// Live reload in a real browser. Usage: node live-reload.mjs PATH-OF-KISAH
//
// Starts `kisah serve --watch` on a small site, opens a story in Chromium, and edits files: the
// page must follow, and must be loaded again only where that is needed.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtemp, mkdir, rm, unlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import puppeteer from "puppeteer-core";

const kisah = resolve(process.argv[2] ?? "target/debug/kisah");
const chromium = process.env.CHROME_PATH ?? "/usr/bin/chromium";
const PATIENCE = 20_000;

const policy = "default-src 'none'; style-src 'self'; img-src 'self'";
const filler = "<p>filler</p>\n".repeat(200);
const picture = (colour) =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9" fill="${colour}"/></svg>`;
const page = (extra = "") => `<!DOCTYPE html>
<html><head><meta http-equiv="Content-Security-Policy" content="${policy}">
<link rel="stylesheet" href="/page.css"><title>{{ page.title }}</title></head>
<body><h1>{{ page.title }}</h1><img src="/p.svg" alt="">${extra}{{ page.content }}${filler}</body></html>
`;
const story = (title, body) => `+++\ntitle = "${title}"\ndate = 2020-01-01\n+++\n\n${body}\n`;

const root = await mkdtemp(join(tmpdir(), "kisah-browser-"));
const write = async (path, text) => {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), text);
};
await write("kisah.toml", 'title = "T"\n');
await write("content/posts/a.md", story("A story", "first words"));
await write("content/posts/b.md", story("Another", "other words"));
await write("templates/post.html", page());
await write("static/page.css", "h1 { color: rgb(1, 2, 3) }");
await write("static/p.svg", picture("red"));

let server;
async function serve(port) {
  server = spawn(kisah, ["serve", "--watch", "--port", String(port)], { cwd: root });
  let said = "";
  server.stderr.on("data", (data) => (said += data));
  return waitFor("the server", () => {
    assert.equal(server.exitCode, null, said);
    return said.match(/http:\/\/\S+\//)?.[0];
  });
}

async function waitFor(what, look) {
  const end = Date.now() + PATIENCE;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`);
    await new Promise((next) => setTimeout(next, 20));
  }
}

let browser;
const done = (what) => console.log(`ok  ${what}`);
try {
  const url = await serve(3111);
  browser = await puppeteer.launch({
    executablePath: chromium,
    headless: true,
    args: ["--no-sandbox", "--disable-dev-shm-usage"],
  });
  const tab = await browser.newPage();
  const complaints = [];
  tab.on("console", (message) => {
    if (/Content Security Policy/i.test(message.text())) complaints.push(message.text());
  });
  tab.on("pageerror", (error) => complaints.push(String(error)));
  await tab.goto(`${url}posts/a/`);
  await tab.evaluate(() => scrollTo(0, 700));

  // In the page, a mark that a reload takes away.
  const mark = () => tab.evaluate(() => { window.isTheSame = true; });
  const isTheSame = () => tab.evaluate(() => window.isTheSame === true).catch(() => false);
  const shows = (text) =>
    tab.evaluate((t) => document.body.innerText.includes(t), text).catch(() => false);
  const overlay = () =>
    tab.evaluate(() => document.querySelector("kisah-problems")?.shadowRoot.textContent ?? "")
      .catch(() => "");
  await tab.waitForFunction(() => performance.getEntriesByType("resource").some((e) => e.name.includes("client.js")));
  await mark();

  await write("content/posts/a.md", story("A story", "second words"));
  await waitFor("the new words", () => shows("second words"));
  assert.equal(await isTheSame(), false, "it was loaded again");
  await waitFor("the place of before", () => tab.evaluate(() => scrollY === 700));
  done("an edited story is shown without a click, at the same place");

  await mark();
  await write("content/posts/b.md", story("Another", "still other words"));
  await waitFor("the other story", async () =>
    (await (await fetch(`${url}posts/b/`)).text()).includes("still other words"));
  await new Promise((next) => setTimeout(next, 300));
  assert.ok(await isTheSame(), "another story is no reason to load this one again");
  done("an edit of another story leaves the page alone");

  await write("content/posts/a.md", story("A story", "x").replace("title", "titel") + "<img src=x onerror=alert(1)>");
  const text = await waitFor("the overlay", overlay);
  assert.match(text, /content\/posts\/a\.md:2:1/);
  assert.match(text, /did you mean `title`/);
  assert.ok(await shows("second words"), "the last good page is below it");
  assert.ok(await isTheSame());
  const box = await tab.evaluate(() => {
    const section = document.querySelector("kisah-problems").shadowRoot.querySelector("section");
    return getComputedStyle(section).borderTopColor;
  });
  await waitFor("the overlay's style", () => box === "rgb(198, 40, 40)" || tab.evaluate(() =>
    getComputedStyle(document.querySelector("kisah-problems").shadowRoot.querySelector("section")).borderTopColor === "rgb(198, 40, 40)"));
  done("broken front matter: an overlay names file and line");

  await write("content/posts/a.md", story("A story", "second words"));
  await waitFor("the end of the overlay", async () => (await overlay()) === "");
  assert.ok(await isTheSame(), "the page was good all the time");
  done("mended: the overlay goes");

  const colour = () => tab.evaluate(() => getComputedStyle(document.querySelector("h1")).color);
  assert.equal(await colour(), "rgb(1, 2, 3)");
  await write("static/page.css", "h1 { color: rgb(4, 5, 6) }");
  await waitFor("the new colour", async () => (await colour()) === "rgb(4, 5, 6)");
  assert.ok(await isTheSame(), "a style sheet is swapped without a reload");
  await waitFor("one sheet", () => tab.evaluate(() => document.querySelectorAll("link[rel=stylesheet]").length === 1));
  await write("static/page.css", "h1 { color: rgb(7, 8, 9) }");
  await waitFor("the next colour", async () => (await colour()) === "rgb(7, 8, 9)");
  done("an edited style sheet is swapped without a reload");

  const source = () => tab.evaluate(() => document.querySelector("img").src);
  const before = await source();
  await write("static/p.svg", picture("blue"));
  await waitFor("the new picture", async () => (await source()) !== before);
  assert.ok(await isTheSame());
  done("an edited picture is swapped without a reload");

  await write("templates/post.html", page("{{ nothing }}"));
  assert.match(await waitFor("the overlay", overlay), /templates\/post\.html:4/);
  await write("templates/post.html", page("<p>from the template</p>"));
  await waitFor("the template", () => shows("from the template"));
  await waitFor("no overlay", async () => (await overlay()) === "");
  done("a template's mistake, and its end");

  await mark();
  server.kill("SIGINT");
  const code = await new Promise((next) => server.on("exit", next));
  assert.equal(code, 0, "Ctrl-C is a clean end");
  await serve(3111);
  await waitFor("a reload after the restart", async () => !(await isTheSame()));
  done("a restarted server: the page is loaded again");

  await unlink(join(root, "content/posts/a.md"));
  await waitFor("the 404 page", () => shows("Page not found"));
  await write("content/posts/a.md", story("A story", "back again"));
  await waitFor("the story", () => shows("back again"));
  done("deleted and made again");

  assert.deepEqual(complaints, [], "the page's own policy is not offended");
} finally {
  await browser?.close();
  server?.kill();
  await rm(root, { recursive: true, force: true });
}
