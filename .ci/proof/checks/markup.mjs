// Every page, style sheet and picture through the Nu Html Checker, every page through html-validate.

import { execFile } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { HtmlValidate } from "html-validate";

const VNU = fileURLToPath(import.meta.resolve("vnu-jar/build/dist/vnu.jar"));

/** What the Nu Html Checker says. This process is the server, so it must not block meanwhile. */
async function judge(options, subjects) {
  const run = await promisify(execFile)(
    "java",
    ["-Xmx1g", "-Dnu.validator.servlet.allow-forbidden-hosts=true", "-jar", VNU, "--format", "json",
      "--stdout", "--exit-zero-always", ...options, ...subjects],
    { encoding: "utf8", maxBuffer: 1 << 28 },
  );
  try {
    return JSON.parse(run.stdout).messages;
  } catch {
    throw new Error(`the Nu Html Checker failed: ${run.stderr}`);
  }
}

export async function nu(site, findings) {
  const files = site.files.filter((f) => /\.(html|css)$/.test(f));
  // By address, not by file: otherwise nothing would be same-origin to the page's policy.
  const urls = new Map(files.map((file) => [`${site.base}/${encodeURI(file).replace(/(^|\/)index\.html$/, "$1")}`, file]));
  const messages = await judge(["--also-check-css"], [...urls.keys()]);
  // It recognises a picture only if it is a file.
  const pictures = site.files.filter((f) => f.endsWith(".svg"));
  if (pictures.length > 0) {
    messages.push(...(await judge(["--svg"], pictures.map((file) => join(site.folder, file)))));
  }
  for (const { type, subType, url, lastLine, message, extract } of messages) {
    if (type === "info" && subType !== "warning") continue;
    // To the checker of 2026, data in a script element is a script. It is not, by the standard
    // (https://html.spec.whatwg.org/multipage/scripting.html#prepare-the-script-element); the
    // browser check makes sure that nothing violates the policy.
    const isData = extract?.includes('<script type="application/ld+json">');
    if (isData && message.startsWith("Inline script violates Content Security Policy")) continue;
    findings.add("nu", `${site.name}: ${urls.get(url) ?? url}:${lastLine}`, subType ?? type, message, extract);
  }
  findings.count("files by the Nu Html Checker", files.length + pictures.length);
}

export async function htmlValidate(site, findings) {
  const htmlvalidate = new HtmlValidate({
    root: true,
    extends: ["html-validate:standard", "html-validate:a11y", "html-validate:document"],
  });
  for (const page of site.pages) {
    const report = await htmlvalidate.validateString(page.text, page.file);
    for (const { messages } of report.results) {
      for (const { ruleId, message, line, offset, size } of messages) {
        const snippet = page.text.slice(Math.max(0, offset - 40), offset + size + 80);
        findings.add("html-validate", `${site.name}: ${page.file}:${line}`, ruleId, message, snippet);
      }
    }
    findings.count("pages by html-validate");
  }
}
