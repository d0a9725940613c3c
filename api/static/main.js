/** The page: a drawing comes in by drop, choice or paste, or as a hit, or words do; the nearest sheets go out. */

import { drawing, preview, ProblemError, readiness, search, symbolClasses } from "./client.js";
import { showHits } from "./hits.js";
import { matchMarks, overlayOf, sheetOf, symbolMarks } from "./overlay.js";
import { Viewer } from "./viewer.js";

const at = (id) => document.getElementById(id);
const viewer = new Viewer(at("viewer"));

/** What is searched with: {file, name}, {drawingId, name} or {text}. */
let query = null;
let running = new AbortController();
let previewUrl = null;

function take(next, page = 1) {
  query = next;
  at("page").value = page;
  run();
}

async function run() {
  if (!query) return;
  running.abort();
  running = new AbortController();
  const { signal } = running;
  say("Searching… 検索中", true);
  at("problem").hidden = true;
  at("hits").replaceChildren();
  at("preview").hidden = true;
  try {
    const [answer] = await Promise.all([search(fields(), signal), showPreview(signal)]);
    show(answer);
  } catch (error) {
    if (error.name !== "AbortError") showProblem(error);
  }
}

function fields() {
  if (query.text) return { text: query.text, top_k: at("top-k").value, symbols: at("symbols").value };
  const source = query.file ? { file: query.file } : { drawing_id: query.drawingId };
  return {
    ...source, page: at("page").value || 1, top_k: at("top-k").value, mirror: at("mirror").checked, symbols: at("symbols").value,
  };
}

async function showPreview(signal) {
  if (query.text) return;
  const page = Number(at("page").value) || 1;
  const { url, pageCount } = await (query.file ? preview(query.file, page, signal) : indexedPreview(page, signal));
  if (previewUrl) URL.revokeObjectURL(previewUrl);
  previewUrl = query.file ? url : null;
  at("preview").querySelector(".sheet").replaceWith(sheetOf(url, `The query: ${query.name}`, []));
  at("preview").querySelector("figcaption").textContent = query.name;
  at("preview").hidden = false;
  at("page").max = pageCount;
  at("page-count").textContent = `of ${pageCount}`;
}

async function indexedPreview(page, signal) {
  const known = await drawing(query.drawingId, signal);
  const sheet = known.sheets.find((one) => one.sheet === page);
  if (!sheet) throw new ProblemError("There is no such page", `${query.name} has no page ${page} in the index.`);
  return { url: sheet.image_url, pageCount: known.page_count };
}

function show(answer) {
  const regions = (answer.query.region_boxes ?? []).map((box) => ({ box, name: "region" }));
  const symbols = symbolMarks(answer.query.symbols);
  const point = (hit) => query.text || mark([...(hit ? matchMarks(hit, "query_box") : regions), ...symbols]);
  const again = (hit) => {
    take({ drawingId: hit.drawing_id, name: hit.source }, hit.sheet);
    window.scrollTo({ top: 0 });
  };
  showHits(at("hits"), answer.hits, { open: (hit) => viewer.open(hit), again, point });
  point(answer.hits[0]);
  say(summary(answer), false);
}

function mark(marks) {
  at("preview").querySelector(".overlay").replaceWith(overlayOf(marks));
}

function summary({ hits, query: read, timings_ms: timings, generation }) {
  if (read.regions === 0) return "The sheet is blank: there is nothing to search for. 白紙です";
  const { total, ...stages } = timings;
  const parts = Object.entries(stages).map(([stage, ms]) => `${stage} ${Math.round(ms)}`);
  if (!hits.length && at("symbols").value) return "No sheet has the symbols that are asked for. 該当する図面がありません";
  const count = hits.length === 1 ? "1 sheet" : `${hits.length} sheets`;
  return `${count} in ${(total / 1000).toFixed(2)} s (${parts.join(", ")} ms), index generation ${Number(generation)}`;
}

function say(text, busy) {
  at("status").textContent = text;
  at("status").classList.toggle("busy", busy);
}

function showProblem(error) {
  running.abort();
  say("", false);
  const title = document.createElement("strong");
  title.textContent = error.title ?? "The page made a mistake";
  at("problem").replaceChildren(title, error.message);
  at("problem").hidden = false;
}

async function showIndex() {
  try {
    const index = await readiness();
    if (index.detector) await offerSymbols();
    at("asking").hidden = !index.text;
    at("index").textContent = `${index.sheets.toLocaleString("en")} sheets of ${index.drawings.toLocaleString("en")} drawings indexed`;
  } catch (error) {
    at("index").textContent = "";
    showProblem(error);
  }
}

/** The field for symbols, which completes the name being written. */
async function offerSymbols() {
  const classes = await symbolClasses();
  const names = [...new Set(classes.map((one) => one.group)), ...classes.map((one) => one.class)];
  const japanese = Object.fromEntries(classes.map((one) => [one.class, one.japanese]));
  const offer = () => {
    const [before] = at("symbols").value.match(/^(.*,)?\s*!?/s);
    at("symbol-names").replaceChildren(...names.map((name) => new Option(japanese[name] ?? "", before + name)));
  };
  at("symbols").addEventListener("input", offer);
  offer();
  at("symbols-label").hidden = false;
}

function takeFile(file) {
  if (file) take({ file, name: file.name || "pasted picture" });
}

at("file").addEventListener("change", (event) => {
  takeFile(event.target.files[0]);
  event.target.value = ""; // so that the same file can be chosen again
});
at("asking").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = at("words").value.trim();
  if (text) take({ text });
});
for (const id of ["page", "top-k", "mirror", "symbols"]) at(id).addEventListener("change", run);
at("options").addEventListener("submit", (event) => event.preventDefault());
document.addEventListener("paste", (event) => takeFile(event.clipboardData.files[0]));
document.addEventListener("dragover", (event) => {
  event.preventDefault();
  document.body.classList.add("dragging");
});
document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) document.body.classList.remove("dragging");
});
document.addEventListener("drop", (event) => {
  event.preventDefault();
  document.body.classList.remove("dragging");
  takeFile(event.dataTransfer.files[0]);
});
showIndex();
