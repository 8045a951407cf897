// Follows every address that a page names, as a browser would; and checks that every page can be
// reached, and is linked by its canonical address.

import { attribute, find, links, metas } from "../site.mjs";

const NAMING = { a: "href", area: "href", link: "href", img: "src", source: "src", script: "src", video: "src", audio: "src", track: "src", iframe: "src" };

export async function check(site, findings) {
  const answers = await answersOf(site, findings);
  const ids = new Map(site.pages.map((p) => [p.url, new Set(find(p.dom, (n) => attribute(n, "id")).map((n) => attribute(n, "id")))]));
  const goesTo = new Map();
  for (const page of site.pages) {
    const where = `${site.name}: ${page.file}`;
    const to = new Set();
    for (const { node, address } of addresses(page)) {
      const url = new URL(address, page.url);
      if (url.origin !== new URL(site.base).origin) continue;
      const [plain, fragment] = url.href.split("#");
      const answer = answers.get(plain) ?? (await ask(plain, answers));
      const snippet = `<${node.nodeName} … ${address}>`;
      findings.count("links followed");
      if (answer.status !== 200) {
        findings.add("links", where, "broken", `there is nothing at ${plain} (${answer.status})`, snippet);
      } else if (answer.redirected || (node.nodeName === "a" && isRedirect(site, plain))) {
        findings.add("links", where, "redirected", `${plain} leads on to another address`, snippet);
      } else if (fragment && ids.has(plain) && !ids.get(plain).has(decodeURIComponent(fragment))) {
        findings.add("links", where, "anchor", `${plain} has no #${fragment}`, snippet);
      }
      if (node.nodeName === "a") to.add(plain);
    }
    goesTo.set(page.url, to);
  }
  orphans(site, goesTo, findings);
  for (const page of site.pages) canonical(site, page, findings);
  alternates(site, findings);
}

function addresses(page) {
  const nodes = find(page.dom, (n) => attribute(n, NAMING[n.nodeName] ?? "") !== undefined);
  const own = nodes.map((node) => ({ node, address: attribute(node, NAMING[node.nodeName]) }));
  const sets = find(page.dom, (n) => attribute(n, "srcset")).flatMap((node) =>
    attribute(node, "srcset").split(",").map((part) => ({ node, address: part.trim().split(/\s+/)[0] })),
  );
  return [...own, ...sets].filter(({ address }) => !/^(mailto|tel|data):/.test(address));
}

const isRedirect = (site, url) => site.pages.some((p) => p.url === url && p.redirects);

async function answersOf(site) {
  const answers = new Map();
  for (const page of site.pages) await ask(page.url, answers);
  return answers;
}

async function ask(url, answers) {
  const response = await fetch(url, { redirect: "follow" });
  await response.arrayBuffer();
  const answer = { status: response.status, redirected: response.redirected };
  answers.set(url, answer);
  return answer;
}

/** Pages that cannot be reached from the home page. */
function orphans(site, goesTo, findings) {
  const seen = new Set();
  const todo = [`${site.base}/`];
  while (todo.length > 0) {
    const url = todo.pop();
    if (seen.has(url)) continue;
    seen.add(url);
    todo.push(...(goesTo.get(url) ?? []));
  }
  for (const page of site.pages) {
    if (!page.redirects && page.kind !== "404" && !seen.has(page.url)) {
      findings.add("links", `${site.name}: ${page.file}`, "orphan", "no link leads here");
    }
  }
}

function canonical(site, page, findings) {
  const where = `${site.name}: ${page.file}`;
  const names = links(page, "canonical").map((l) => l.href);
  if (page.kind === "404") {
    if (names.length > 0) findings.add("links", where, "canonical", "the page for what is not there has a name", names);
    if (metas(page).robots?.[0] !== "noindex") findings.add("links", where, "robots", "it should not be found");
  } else if (page.redirects) {
    if (names.length === 1 && !site.pages.some((p) => p.url === names[0] && !p.redirects)) {
      findings.add("links", where, "canonical", "it leads nowhere", names);
    }
  } else if (names.length !== 1 || names[0] !== page.url) {
    findings.add("links", where, "canonical", `it should be ${page.url}`, names.join(" "));
  }
  findings.count("canonical addresses");
}

/** Language versions link to each other, and to themselves. */
function alternates(site, findings) {
  const named = new Map();
  for (const page of site.pages) {
    const list = links(page, "alternate").filter((l) => l.hreflang);
    named.set(page.url, new Map(list.map((l) => [l.hreflang, l.href])));
  }
  for (const page of site.pages) {
    const own = named.get(page.url);
    const where = `${site.name}: ${page.file}`;
    if (own.size > 0 && own.get(page.language) !== page.url) {
      findings.add("links", where, "hreflang", "it does not name itself", [...own].join(" "));
    }
    for (const [language, url] of own) {
      findings.count("language versions");
      if (![...(named.get(url)?.values() ?? [])].includes(page.url)) {
        findings.add("links", where, "hreflang", `its version in ${language} does not name it`, url);
      }
    }
  }
}
