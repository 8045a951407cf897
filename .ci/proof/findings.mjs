// Findings, collected from all checks and reported at the end: page, rule, snippet.

import { writeFileSync } from "node:fs";

const SHOWN_PAGES = 3;

export class Findings {
  #list = [];
  #counted = new Map();

  /** One finding. `snippet` is the piece of the page, or what was found there. */
  add(check, page, rule, message, snippet = "") {
    this.#list.push({ check, page, rule, message, snippet: String(snippet).slice(0, 400) });
  }

  /** Counts the things that were looked at: a check that looks at nothing finds nothing. */
  count(what, number = 1) {
    this.#counted.set(what, (this.#counted.get(what) ?? 0) + number);
  }

  get length() {
    return this.#list.length;
  }

  /** Writes all of them to a file, and prints the most important part of each. */
  report(file) {
    writeFileSync(file, JSON.stringify(this.#list, null, 1));
    const groups = new Map();
    for (const finding of this.#list) {
      const key = [finding.check, finding.rule, finding.message].join("\n");
      if (!groups.has(key)) groups.set(key, []);
      groups.get(key).push(finding);
    }
    for (const group of groups.values()) {
      const [{ check, rule, message }] = group;
      console.log(`\n${check}: ${rule}: ${message}`);
      for (const { page, snippet } of group.slice(0, SHOWN_PAGES)) {
        console.log(`  ${page}${snippet ? `\n    ${snippet.replaceAll("\n", "\n    ")}` : ""}`);
      }
      if (group.length > SHOWN_PAGES) {
        console.log(`  … and ${group.length - SHOWN_PAGES} more (${file})`);
      }
    }
    console.log("\nlooked at:");
    for (const [what, number] of [...this.#counted].sort()) {
      console.log(`  ${String(number).padStart(6)} ${what}`);
    }
    console.log(this.length === 0 ? "\nnothing is wrong" : `\n${this.length} findings`);
  }
}
