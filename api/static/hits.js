/** The hits as cards, best first. */

import { matchMarks, sheetOf, symbolMarks } from "./overlay.js";

const THUMBNAIL_WIDTH_PX = 640;
const NAMED = 5;

/** The name of a hit, for people. */
export function titleOf(hit) {
  return `${hit.source}, page ${hit.sheet}`;
}

/** How the query had to be turned, in words; empty where it had not. */
export function orientationText({ rotation_deg: turned, mirrored }) {
  const parts = [];
  if (mirrored) parts.push("mirrored 鏡像");
  if (turned) parts.push(`turned ${turned}°${turned === 180 ? "" : " counter-clockwise"} 回転`);
  return parts.length ? `Matches the query ${parts.join(", then ")}` : "";
}

/** Fill the list. on: {open(hit), again(hit), point(hit)}. */
export function showHits(list, hits, on) {
  list.replaceChildren(...hits.map((hit) => cardOf(hit, on)));
}

function cardOf(hit, on) {
  const card = document.createElement("li");
  card.className = "hit";
  card.append(pictureOf(hit, on), factsOf(hit, on));
  card.addEventListener("pointerenter", () => on.point(hit));
  card.addEventListener("focusin", () => on.point(hit));
  return card;
}

function pictureOf(hit, on) {
  const open = document.createElement("button");
  open.type = "button";
  open.className = "open";
  open.setAttribute("aria-label", `Open ${titleOf(hit)}`);
  const marks = [...matchMarks(hit, "hit_box"), ...symbolMarks(hit.symbols)];
  const sheet = sheetOf(`${hit.image_url}?width=${THUMBNAIL_WIDTH_PX}`, "", marks);
  sheet.querySelector("img").loading = "lazy";
  open.append(sheet);
  open.addEventListener("click", () => on.open(hit));
  return open;
}

function factsOf(hit, on) {
  const facts = element("div", "facts");
  const first = element("div", "first");
  first.append(element("span", "rank", `${hit.rank}.`), element("span", "source", hit.source));
  const score = element("span", "score", hit.score.toFixed(3));
  score.title = "Similarity: 1 is the same picture";
  first.append(score);
  facts.append(first, element("span", "quiet", `Page ${hit.sheet}`));
  const turned = orientationText(hit.orientation);
  if (turned) facts.append(element("span", "turned", turned));
  if (hit.symbols) facts.append(...symbolFacts(hit));
  const again = element("button", "again", "Search with this sheet");
  again.type = "button";
  again.addEventListener("click", () => on.again(hit));
  facts.append(again);
  return facts;
}

/** What the hit's symbols have in common with the query's, and what they lack. */
function symbolFacts({ symbols, lacks }) {
  const shared = counted(symbols.filter((one) => one.shared).map((one) => one.class));
  const lines = [["Shares 共通", shared], ["Lacks 不足", lacks]];
  return lines.filter(([, counts]) => Object.keys(counts).length)
    .map(([what, counts]) => element("span", "quiet", `${what}: ${listed(counts)}`));
}

function counted(names) {
  const counts = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

/** The most frequent first, not more than fit on a card. */
function listed(counts) {
  const sorted = Object.entries(counts).sort(([, a], [, b]) => b - a);
  const named = sorted.slice(0, NAMED).map(([name, count]) => (count > 1 ? `${name} × ${count}` : name));
  const more = sorted.length - named.length;
  return named.join(", ") + (more > 0 ? `, ${more} more` : "");
}

function element(tag, className, text = "") {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}
