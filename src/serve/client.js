// Live reload of `kisah serve`. It is in no file that `kisah build` writes.
//
// The server compares what this page shows with what it would show now, and sends one of
//   reload    the page is another one (or is no more)
//   swap      style sheets, pictures or other files changed, but the page did not
//   problems  the site has errors; the page stays, and an overlay shows them
//   mended    the overlay goes
(() => {
  const script = document.currentScript;
  const base = new URL(".", script.src);
  const known = { page: script.dataset.page, assets: script.dataset.assets };
  const scrollKey = "kisah:scroll:" + location.pathname;
  let source = null;
  let wasOpen = false;

  // After a reload that we made, the reader is where they were.
  const scroll = sessionStorage.getItem(scrollKey);
  if (scroll !== null) {
    sessionStorage.removeItem(scrollKey);
    const restore = () => scrollTo({ top: Number(scroll), behavior: "instant" });
    restore();
    // Pictures may have moved the text since.
    if (document.readyState !== "complete") addEventListener("load", restore, { once: true });
  }

  function reload() {
    sessionStorage.setItem(scrollKey, String(scrollY));
    disconnect();
    location.reload();
  }

  function connect() {
    if (source) return;
    const url = new URL("events", base);
    url.search = new URLSearchParams({ path: location.pathname, ...known });
    source = new EventSource(url);
    source.onopen = () => { wasOpen = true; };
    source.onerror = () => {
      // The browser tries again by itself, unless it was refused: then another server answers,
      // which does not know us. If we were never let in, a reload would not help.
      if (source.readyState === EventSource.CLOSED && wasOpen) reload();
    };
    source.addEventListener("reload", reload);
    source.addEventListener("swap", (event) => swap(JSON.parse(event.data)));
    source.addEventListener("problems", (event) => showProblems(JSON.parse(event.data)));
    source.addEventListener("mended", hideProblems);
  }

  function disconnect() {
    source?.close();
    source = null;
  }

  // A browser keeps few connections to one host: tabs that nobody sees give theirs up, and catch
  // up when they are looked at.
  function follow() {
    if (document.hidden) disconnect(); else connect();
  }
  document.addEventListener("visibilitychange", follow);
  addEventListener("pagehide", disconnect);
  addEventListener("pageshow", follow);
  follow();

  // --- Changed files ---

  const pathOf = (url) => new URL(url, location.href).pathname;

  // The same address, but not what the browser has stored for it.
  function fresh(url) {
    const next = new URL(url, location.href);
    next.searchParams.set("kisah", known.assets);
    return next.href;
  }

  function swap({ urls, assets }) {
    known.assets = assets;
    const changed = new Set(urls.map(pathOf));
    const uses = (element, name) =>
      element.hasAttribute(name) && changed.has(pathOf(element.getAttribute(name)));
    const swapped = new Set();
    const scripts = [...document.querySelectorAll("script[src], iframe[src], object[data], embed[src]")];
    if (scripts.some((element) => uses(element, "src") || uses(element, "data"))) return reload();

    for (const element of document.querySelectorAll("img, source, video, audio, track")) {
      for (const name of ["src", "poster"]) {
        if (!uses(element, name)) continue;
        element[name] = fresh(element[name]);
        swapped.add(pathOf(element[name]));
      }
      for (const path of (element.getAttribute("srcset") ?? "").split(",").map((part) => part.trim().split(/\s+/)[0])) {
        if (path && changed.has(pathOf(path))) element.srcset = element.srcset.replace(path, fresh(path));
      }
    }
    // Style sheets name other files: imported sheets, fonts, backgrounds.
    const sheets = [...document.querySelectorAll("link[rel~=stylesheet]")];
    const own = sheets.filter((link) => uses(link, "href"));
    for (const link of own) swapped.add(pathOf(link.href));
    const others = [...changed].some((path) => !swapped.has(path)
      && /\.(css|svg|png|jpe?g|gif|webp|avif|woff2?|ttf|otf)$/i.test(path));
    for (const link of others ? sheets : own) {
      if (new URL(link.href).origin === location.origin) swapSheet(link);
    }
  }

  // The old sheet stays until the new one is there: the page never stands bare.
  function swapSheet(link) {
    const next = link.cloneNode();
    next.href = fresh(link.href);
    next.onload = () => link.remove();
    next.onerror = () => next.remove();
    link.after(next);
  }

  // --- Problems ---

  const OVERLAY = "kisah-problems";

  function make(name, className, ...children) {
    const element = document.createElement(name);
    if (className) element.className = className;
    element.append(...children);  // texts become text, never markup
    return element;
  }

  function showProblems(problems) {
    hideProblems();
    const host = document.createElement(OVERLAY);
    const root = host.attachShadow({ mode: "open" });
    const style = make("link");
    style.rel = "stylesheet";
    style.href = new URL("client.css", base).href;
    const total = problems.reduce((sum, { more }) => sum + Math.max(more, 1), 0);
    const count = total === 1 ? "1 error" : `${total} errors`;
    const close = make("button", "", "Hide");
    close.type = "button";
    close.onclick = hideProblems;
    const box = make("section", "box",
      make("header", "", make("h1", "", `The site has ${count}`), close),
      ...problems.map(problemBox),
      make("footer", "", "This goes away by itself when it is mended."));
    box.setAttribute("role", "alert");
    root.append(style, box);
    document.body.append(host);
  }

  function problemBox({ severity, code, message, at, line, also, notes, help }) {
    const box = make("article", "", make("h2", "", make("span", "code", `${severity}[${code}]`), ` ${message}`));
    if (at) box.append(make("p", "at", at));
    if (line) {
      const number = make("span", "number", `${line.number} `);
      box.append(make("pre", "", number, line.before, make("mark", "", line.mark), line.after));
    }
    for (const other of also) box.append(make("p", "", `${other.at}: ${other.label}`));
    for (const note of notes) box.append(make("p", "", `note: ${note}`));
    if (help) box.append(make("p", "help", `help: ${help}`));
    return box;
  }

  function hideProblems() {
    for (const overlay of document.querySelectorAll(OVERLAY)) overlay.remove();
  }

  addEventListener("keydown", (event) => {
    if (event.key === "Escape") hideProblems();
  });
})();
