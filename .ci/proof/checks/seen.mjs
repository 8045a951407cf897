// What runs inside a page. Each function is self-contained: it is sent to the browser as text.

/** Elements wider than the screen: a reader would have to scroll sideways (WCAG 1.4.10). */
export function overflow() {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  const scrolls = (node) => {
    for (let at = node.parentElement; at && at !== document.body; at = at.parentElement) {
      if (/(auto|scroll|hidden|clip)/.test(getComputedStyle(at).overflowX)) return true;
    }
    return false;
  };
  const wide = [...document.body.querySelectorAll("*")].filter((node) => {
    const { left, right } = node.getBoundingClientRect();
    return (right > width + 1 || left < -1) && !scrolls(node);
  });
  const inner = wide.filter((node) => !wide.some((other) => other !== node && node.contains(other)));
  const message = `the page is wider than the screen`;
  const size = `${document.documentElement.scrollWidth} > ${width}: `;
  return (inner.length > 0 ? inner.slice(0, 3) : [document.body]).map((node) => [message, size + node.outerHTML.slice(0, 300)]);
}

/** Scrolls to a part of the page: 0 is its beginning, 1 its end. */
export function scrollTo(part) {
  const far = document.documentElement.scrollHeight - innerHeight;
  window.scrollTo({ top: part * far, behavior: "instant" });
}

/** Parts of a story that cover one another, or stand out of the page. */
export function overlaps() {
  const parts = ".related, .read-next, .toc, .series, .sidenote, .prose > *, .story-head, .lead, .story-end > *";
  const width = document.documentElement.clientWidth;
  const boxes = [...document.querySelectorAll(parts)]
    .filter((node) => node.checkVisibility())
    .map((node) => ({ node, box: node.getBoundingClientRect() }))
    .filter(({ box }) => box.width > 1 && box.height > 1);
  const name = ({ node, box }) => {
    const [x, y, w, h] = [box.x, box.y, box.width, box.height].map(Math.round);
    return `${node.localName}.${node.className} ${x},${y} ${w} × ${h}`;
  };
  const covers = (one, other) => {
    const across = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
    const down = Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top);
    return across > 1 && down > 1;
  };
  const found = [];
  boxes.forEach((one, at) => {
    if (one.box.left < -1 || one.box.right > width + 1) found.push(["it stands out of the page", name(one)]);
    for (const other of boxes.slice(at + 1)) {
      if (one.node.contains(other.node) || other.node.contains(one.node)) continue;
      if (covers(one, other)) found.push(["one covers the other", `${name(one)} and ${name(other)}`]);
    }
  });
  return found.slice(0, 5);
}

/** On a wide screen, the first related story is in sight: whole at the top of the page, and as far as the text goes. */
export function related(part) {
  const first = document.querySelector(".related li");
  const text = document.querySelector(".prose")?.getBoundingClientRect();
  if (!first || !text) return [];
  const { top, bottom, left } = first.getBoundingClientRect();
  const place = `${Math.round(top)} to ${Math.round(bottom)} of ${innerHeight}`;
  const isBeside = document.dir === "rtl" ? left < text.left : left > text.right;
  if (!isBeside) return [["the related stories are not beside the text", place]];
  // A text shorter than the list ends before it.
  const isRead = part === 0 || text.bottom > innerHeight;
  const isSeen = top >= 0 && bottom <= innerHeight;
  return isRead && !isSeen ? [["the first related story is out of sight", place]] : [];
}

/** The spacing that readers may set without losing anything (WCAG 1.4.12). */
export function space() {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
    p { margin-block-end: 2em !important }`);
  document.adoptedStyleSheets.push(sheet);
}

export function unspace() {
  document.adoptedStyleSheets.pop();
}

/** Text that is cut off. */
export function clipped() {
  return [...document.body.querySelectorAll("*")]
    .filter((node) => {
      const style = getComputedStyle(node);
      if (!/(hidden|clip)/.test(style.overflowX + style.overflowY) || !node.innerText?.trim()) return false;
      // For screen readers only, until it has the focus.
      if (node.clientWidth <= 1 || node.clientHeight <= 1 || style.clipPath !== "none") return false;
      return node.scrollWidth > node.clientWidth + 1 || node.scrollHeight > node.clientHeight + 1;
    })
    .map((node) => ["text is cut off", node.outerHTML.slice(0, 300)]);
}

/** Pointer targets: 24 by 24, or that far apart (WCAG 2.5.8). */
export function targets() {
  const SIZE = 24;
  const shown = (node) => node.checkVisibility({ visibilityProperty: true }) && node.getBoundingClientRect().width > 1;
  const all = [...document.querySelectorAll("a[href], button, input, select, textarea, summary")].filter(shown);
  const isInText = (node) =>
    getComputedStyle(node).display === "inline" &&
    [...node.parentElement.childNodes].some((n) => n.nodeType === Node.TEXT_NODE && /[\p{L}\p{N}]{2}/u.test(n.data));
  const boxes = all.map((node) => ({ node, box: node.getBoundingClientRect() }));
  const small = ({ box }) => box.width < SIZE - 0.5 || box.height < SIZE - 0.5;
  const middle = (box) => [box.x + box.width / 2, box.y + box.height / 2];
  const near = (one, other) => {
    const [x, y] = middle(one.box);
    const dx = Math.max(other.box.left - x, 0, x - other.box.right);
    const dy = Math.max(other.box.top - y, 0, y - other.box.bottom);
    if (Math.hypot(dx, dy) < SIZE / 2) return true;
    if (!small(other)) return false;
    const [u, v] = middle(other.box);
    return Math.hypot(u - x, v - y) < SIZE;
  };
  return boxes
    .filter((one) => small(one) && !isInText(one.node))
    .filter((one) => boxes.some((other) => other !== one && !one.node.contains(other.node) && !other.node.contains(one.node) && near(one, other)))
    .map(({ node, box }) => ["a target is small, and another is near", `${Math.round(box.width)} × ${Math.round(box.height)}: ${node.outerHTML.slice(0, 200)}`]);
}

/** Records what can have the focus, and how it looks without it. Returns how many there are. */
export function prepareKeyboard() {
  const look = (node) => {
    const s = getComputedStyle(node);
    return [s.outlineStyle, s.outlineWidth, s.outlineColor, s.boxShadow, s.backgroundColor, s.borderColor, s.color, s.textDecorationLine].join();
  };
  scrollTo(0, 0);
  document.activeElement?.blur();
  getSelection().removeAllRanges();
  const fits = "a[href], button, input:not([type=hidden]), select, textarea, summary, audio[controls], video[controls], [tabindex]";
  const nodes = [...document.querySelectorAll(fits)].filter((n) => n.tabIndex >= 0 && !n.disabled && n.checkVisibility({ visibilityProperty: true }));
  window.kisahStops = nodes.map((node) => ({ node, look: look(node) }));
  window.kisahLook = look;
  return nodes.length;
}

export function all() {
  return window.kisahStops.map((_, index) => index);
}

export function describe(index) {
  return window.kisahStops[index].node.outerHTML.slice(0, 200);
}

/** What has the focus now: its number, and whether it is visible. */
export function focused() {
  const node = document.activeElement;
  const index = window.kisahStops.findIndex((stop) => stop.node === node);
  if (index < 0) return { index: null, problems: [] };
  const problems = [];
  const say = (message) => problems.push([message, node.outerHTML.slice(0, 200)]);
  if (node.tabIndex > 0) say("it has an order of its own");
  const style = getComputedStyle(node);
  const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1;
  const differs = window.kisahLook(node) !== window.kisahStops[index].look;
  if (!differs || !(outlined || style.boxShadow !== "none")) say("the focus cannot be seen");
  const box = node.getClientRects()[0] ?? node.getBoundingClientRect();
  const inside = box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth;
  if (!inside) {
    say("what has the focus is off the screen");
  } else {
    const x = Math.min(Math.max(box.left + box.width / 2, 1), innerWidth - 2);
    const y = Math.min(Math.max(box.top + Math.min(box.height, innerHeight) / 2, 1), innerHeight - 2);
    const top = document.elementFromPoint(x, y);
    if (top && !node.contains(top) && !top.contains(node)) say("what has the focus is covered");
  }
  return { index, problems };
}

/** The first stop is a link to a place on the page, and is visible while it has the focus. */
export function firstStop() {
  const node = document.activeElement;
  const { top, left, width, height } = node.getBoundingClientRect();
  if (!node.getAttribute("href")?.startsWith("#")) return [["the first stop does not skip the header", node.outerHTML.slice(0, 200)]];
  const seen = top >= 0 && left >= 0 && width > 24 && height >= 24;
  return seen ? [] : [["the first stop cannot be seen", node.outerHTML]];
}

/** After following the first link of the page, the next stop is in the main part or below. */
export function skipped() {
  const main = document.querySelector("main");
  const node = document.activeElement;
  if (!main) return [["there is no main part", ""]];
  const after = main.contains(node) || main.compareDocumentPosition(node) & Node.DOCUMENT_POSITION_FOLLOWING;
  return after || node === document.body ? [] : [["the first link does not lead to the main part", node.outerHTML.slice(0, 200)]];
}

/** Whether the first element that can be opened is open; it then has the focus. */
export function focusSummary() {
  const summary = [...document.querySelectorAll("details > summary")].find((n) => n.checkVisibility());
  if (!summary) return null;
  summary.focus();
  return summary.parentElement.open;
}
