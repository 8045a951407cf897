// A small host for static sites: the rules of `_headers`, compression, 404.html, and nothing else.

import { createReadStream, existsSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { createGzip } from "node:zlib";

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
  ".xml": "application/xml; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".txt": "text/plain; charset=utf-8",
  ".png": "image/png",
  ".jpg": "image/jpeg",
  ".gif": "image/gif",
  ".webp": "image/webp",
  ".avif": "image/avif",
  ".woff2": "font/woff2",
};
const TEXT = new Set([".html", ".css", ".js", ".svg", ".xml", ".json", ".txt"]);

/** Serves a folder below a path, on a free port. */
export async function serve(prefix = "") {
  const host = { folder: null, rules: [], prefix };
  const server = createServer((request, response) => answer(host, request, response));
  await new Promise((done) => server.listen(0, "localhost", done));
  return {
    origin: `http://localhost:${server.address().port}`,
    show(folder) {
      host.folder = folder;
      host.rules = rules(join(folder, "_headers"));
    },
    close: () => server.close(),
  };
}

/** `path`, then lines of `  Name: value`. */
function rules(file) {
  if (!existsSync(file)) return [];
  const found = [];
  for (const line of readFileSync(file, "utf8").split("\n")) {
    if (/^\S/.test(line)) found.push({ path: line.trim(), headers: [] });
    const header = /^\s+([\w-]+):\s*(.*)$/.exec(line);
    if (header) found.at(-1)?.headers.push([header[1], header[2]]);
  }
  return found;
}

function fits(pattern, path) {
  return pattern.endsWith("*") ? path.startsWith(pattern.slice(0, -1)) : path === pattern;
}

function answer({ folder, rules, prefix }, request, response) {
  const path = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
  for (const { path: pattern, headers } of rules) {
    if (fits(pattern, path)) for (const [name, value] of headers) response.setHeader(name, value);
  }
  if (!path.startsWith(`${prefix}/`)) return missing(folder, response);
  let file = join(folder, normalize(path.slice(prefix.length)));
  if (existsSync(file) && statSync(file).isDirectory()) {
    if (!path.endsWith("/")) {
      return response.writeHead(301, { Location: `${encodeURI(path)}/` }).end();
    }
    file = join(file, "index.html");
  }
  if (!existsSync(file)) return missing(folder, response);
  send(file, request, response, 200);
}

function missing(folder, response) {
  send(join(folder, "404.html"), { headers: {} }, response, 404);
}

function send(file, request, response, status) {
  const kind = extname(file);
  response.setHeader("Content-Type", TYPES[kind] ?? "application/octet-stream");
  const wants = String(request.headers["accept-encoding"] ?? "");
  if (TEXT.has(kind) && wants.includes("gzip")) {
    response.writeHead(status, { "Content-Encoding": "gzip", Vary: "Accept-Encoding" });
    createReadStream(file).pipe(createGzip()).pipe(response);
  } else {
    response.writeHead(status, { "Content-Length": statSync(file).size });
    createReadStream(file).pipe(response);
  }
}
