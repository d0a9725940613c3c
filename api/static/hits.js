/** The hits as cards, best first. */

import { matchMarks, sheetOf } from "./overlay.js";

const THUMBNAIL_WIDTH_PX = 640;

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
  const sheet = sheetOf(`${hit.image_url}?width=${THUMBNAIL_WIDTH_PX}`, "", matchMarks(hit, "hit_box"));
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
  const again = element("button", "again", "Search with this sheet");
  again.type = "button";
  again.addEventListener("click", () => on.again(hit));
  facts.append(again);
  return facts;
}

function element(tag, className, text = "") {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}
