// A made-up site of some 200 pages in English, Indonesian and Arabic that has something of
// everything: whatever the stories of the demo lack, one of these has.

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

export const LANGUAGES = ["en", "id", "ar"];

const STORIES = 24;

const WORDS = {
  en: "the school letters river engine archive garden voyage teacher press ministry harbour notebook exile theorem radio portrait stood wrote before after between and with from until her his their".split(" "),
  id: "sekolah surat sungai mesin arsip kebun pelayaran guru percetakan kementerian pelabuhan catatan pengasingan radio potret berdiri menulis sebelum sesudah antara dan dengan dari sampai yang itu".split(" "),
  ar: "المدرسة الرسائل النهر الآلة الأرشيف الحديقة الرحلة المعلم المطبعة الوزارة الميناء الدفتر المنفى الراديو الصورة وقف كتب قبل بعد بين مع من إلى حتى كان كانت هذا هذه".split(" "),
};
const TITLES = {
  en: (n) => `The life of person number ${n}`,
  id: (n) => `Kisah hidup tokoh nomor ${n}`,
  ar: (n) => `حياة الشخص رقم ${n}`,
};
const HEADINGS = {
  en: ["Early years", "At work", "A quarrel", "What came after"],
  id: ["Masa kecil", "Bekerja", "Pertengkaran", "Sesudahnya"],
  ar: ["السنوات الأولى", "في العمل", "خلاف", "ما حدث بعد ذلك"],
};
const PEOPLE = {
  en: (n) => `Person ${n}`,
  id: (n) => `Tokoh ${n}`,
  ar: (n) => `الشخص ${n}`,
};
const TAGS = {
  en: ["science", "education", "letters & art", "exile", "a rather long tag about independence movements"],
  id: ["sains", "pendidikan", "surat & seni", "pengasingan", "kemerdekaan"],
  ar: ["علوم", "تعليم", "رسائل وفن", "منفى", "استقلال"],
};
const SITE = {
  en: { title: "Lives & letters", about: "People, and how they became who they were." },
  id: { title: "Kisah & surat", about: "Orang-orang, dan jalan hidup mereka." },
  ar: { title: "حيوات ورسائل", about: "أناس، وكيف صاروا ما هم عليه." },
};
const PAGE = {
  en: ["About", "Who writes here, and why."],
  id: ["Tentang", "Siapa yang menulis di sini, dan mengapa."],
  ar: ["حول", "من يكتب هنا ولماذا."],
};
const SECTION = { en: "Stories", id: "Kisah", ar: "قصص" };
const AUTHOR = { en: "The Editors", id: "Para Redaktur", ar: "المحررون" };

/** The same numbers every time. */
function random(seed) {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

export function generate(folder) {
  const write = (path, text) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  write("kisah.toml", config());
  for (const language of LANGUAGES) {
    const suffix = language === "en" ? "" : `.${language}`;
    const { title, about } = SITE[language];
    write(`content/_index${suffix}.md`, `+++\ntitle = "${title}"\ndescription = "${about}"\npaginate_by = 10\n+++\n`);
    write(`content/posts/_index${suffix}.md`, `+++\ntitle = "${SECTION[language]}"\npaginate_by = 10\n+++\n`);
    const [name, says] = PAGE[language];
    write(`content/about${suffix}.md`, `+++\ntitle = "${name}"\ndescription = "${says}"\n+++\n\n${says}\n`);
    write(`content/authors/editors${suffix}.md`, `+++\ntitle = "${AUTHOR[language]}"\ndescription = "${says}"\n+++\n\n${says}\n`);
    for (let n = 1; n <= STORIES; n++) {
      write(`content/posts/story-${n}/index${suffix}.md`, story(n, language));
    }
  }
  for (let n = 1; n <= STORIES; n++) {
    if (n % 2) write(`content/posts/story-${n}/portrait.svg`, picture(n));
  }
}

function config() {
  const menu = (l) =>
    ["posts", "people", "archive"]
      .map((part) => `\n[[languages.${l}.menus.main]]\nname = "${{ posts: SECTION, people: PEOPLE_MENU, archive: ARCHIVE_MENU }[part][l]}"\nurl = "/${l === "en" ? "" : `${l}/`}${part}/"\n`)
      .join("") + `\n[[languages.${l}.menus.main]]\nname = "${PAGE[l][0]}"\npage = "@/about${l === "en" ? "" : `.${l}`}.md"\n`;
  const language = (l) =>
    `\n[languages.${l}]\ntitle = "${SITE[l].title}"\ndescription = "${SITE[l].about}"\n${menu(l)}`;
  return `title = "${SITE.en.title}"
description = "${SITE.en.about}"
language = "en"
timezone = "Asia/Jakarta"
author = "The Editors"

[assets]
fingerprint = true

[sitemap]
limit = 150

[markdown]
components = true
${LANGUAGES.map(language).join("")}`;
}

const PEOPLE_MENU = { en: "People", id: "Tokoh", ar: "أشخاص" };
const ARCHIVE_MENU = { en: "Archive", id: "Arsip", ar: "أرشيف" };

function story(n, language) {
  const next = random(n * 31 + language.charCodeAt(0));
  const sentence = () => {
    const words = Array.from({ length: 8 + next(10) }, () => WORDS[language][next(WORDS[language].length)]);
    const text = words.join(" ");
    return `${text[0].toUpperCase()}${text.slice(1)}.`;
  };
  const paragraph = () => Array.from({ length: 3 + next(4) }, sentence).join(" ");
  const tags = [TAGS[language][n % 5], TAGS[language][(n + 2) % 5]];
  const front = [
    `title = "${TITLES[language](n)}"`,
    `date = ${2008 + (n % 12)}-0${1 + (n % 9)}-1${n % 10}${n % 3 ? "" : "T09:30:00"}`,
    n % 4 === 0 ? "updated = 2024-05-06" : "",
    `people = ["${PEOPLE[language](1 + (n % 8))}"]`,
    `authors = ["${AUTHOR[language]}"]`,
    `tags = ["${tags.join('", "')}"]`,
    n % 2 ? 'image = "portrait.svg"' : "",
    n % 6 < 3 ? `series = "${SECTION[language]} ${1 + (n % 2)}"` : "",
    n % 7 === 0 ? `aliases = ["/${language}-old-${n}/"]` : "",
    `description = "${sentence()}"`,
  ];
  const parts = [paragraph(), "<!-- more -->", paragraph()];
  HEADINGS[language].forEach((heading, at) => {
    parts.push(`## ${heading}`, paragraph() + (at === 0 ? "[^1]" : ""), extra(at + n, language, sentence), paragraph());
  });
  parts.push(`[^1]: ${sentence()}`);
  return `+++\n${front.filter(Boolean).join("\n")}\n+++\n\n${parts.filter(Boolean).join("\n\n")}\n`;
}

/** One of the things that a story may contain. */
function extra(which, language, sentence) {
  const suffix = language === "en" ? "" : `.${language}`;
  return [
    `> ${sentence()}\n>\n> — ${AUTHOR[language]}`,
    `- ${sentence()}\n- ${sentence()}\n  1. ${sentence()}\n  2. ${sentence()}`,
    `| ${HEADINGS[language][0]} | ${HEADINGS[language][1]} |\n|:--|--:|\n| 1901 | 12 |\n| 1902 | 13 |`,
    `{{<figure src="../story-1/portrait.svg" alt="${HEADINGS[language][0]}" caption="${sentence()}"/>}}`,
    "```rust\nfn main() {\n    println!(\"a rather long line of code that has to scroll on a narrow screen, or else the page would\");\n}\n```",
    `**${sentence()}** *${sentence()}* [${SECTION[language]}](../story-2/index${suffix}.md) \`code\` <https://example.org/a/very/long/address/that/has/no/blank/to/break/at/anywhere/in/it>`,
    `### ${HEADINGS[language][2]} 1\n\n${sentence()}`,
    `> [!NOTE]\n> ${sentence()}`,
  ][which % 8];
}

/** A deterministic portrait. */
function picture(n) {
  const hue = (n * 47) % 360;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="600" height="${n % 4 === 1 ? 750 : 400}" viewBox="0 0 6 ${n % 4 === 1 ? 7.5 : 4}"><rect width="6" height="7.5" fill="hsl(${hue} 40% 80%)"/><circle cx="3" cy="1.6" r="1" fill="hsl(${hue} 40% 40%)"/></svg>\n`;
}
