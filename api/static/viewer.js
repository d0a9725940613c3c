/** A sheet large, to move and zoom: drag, wheel, pinch, buttons, keys. */

import { orientationText, titleOf } from "./hits.js";
import { badgeOf, matchMarks, sheetOf, symbolMarks } from "./overlay.js";

const STEP = 1.3;
const MAX_ZOOM = 20;
const ARROW_PX = 80;

export class Viewer {
  #dialog;
  #stage;
  #sheet = null;
  #aspect = 1;
  #view = { x: 0, y: 0, width: 1 };
  #pointers = new Map();

  constructor(dialog) {
    this.#dialog = dialog;
    this.#stage = dialog.querySelector(".stage");
    const actions = { in: () => this.#zoom(STEP), out: () => this.#zoom(1 / STEP), fit: () => this.#fit(), close: () => dialog.close() };
    for (const button of dialog.querySelectorAll("[data-do]")) button.addEventListener("click", actions[button.dataset.do]);
    for (const box of dialog.querySelectorAll("[data-show]")) {
      box.addEventListener("change", () => this.#stage.classList.toggle(`without-${box.dataset.show}`, !box.checked));
    }
    this.#listen();
  }

  open(hit) {
    const marks = matchMarks(hit, "hit_box");
    this.#sheet = sheetOf(hit.image_url, titleOf(hit), [...marks, ...symbolMarks(hit.symbols)]);
    this.#stage.replaceChildren(this.#sheet);
    this.#dialog.querySelector("h2").textContent = titleOf(hit);
    this.#dialog.querySelector(".legend").replaceChildren(...legendOf(hit, marks));
    this.#dialog.showModal();
    const image = this.#sheet.querySelector("img");
    image.addEventListener("load", () => {
      this.#aspect = image.naturalHeight / image.naturalWidth;
      this.#fit();
    });
    this.#stage.focus();
  }

  #listen() {
    const stage = this.#stage;
    stage.addEventListener("wheel", (event) => {
      event.preventDefault();
      this.#zoom(Math.exp(-event.deltaY / 400), this.#place(event));
    }, { passive: false });
    stage.addEventListener("pointerdown", (event) => {
      stage.setPointerCapture(event.pointerId);
      this.#pointers.set(event.pointerId, this.#place(event));
    });
    stage.addEventListener("pointermove", (event) => this.#dragged(event));
    for (const name of ["pointerup", "pointercancel"]) {
      stage.addEventListener(name, (event) => this.#pointers.delete(event.pointerId));
    }
    stage.addEventListener("keydown", (event) => this.#key(event));
    new ResizeObserver(() => this.#fit()).observe(stage);
  }

  #key(event) {
    const moves = { ArrowLeft: [ARROW_PX, 0], ArrowRight: [-ARROW_PX, 0], ArrowUp: [0, ARROW_PX], ArrowDown: [0, -ARROW_PX] };
    if (event.key in moves) this.#move(...moves[event.key]);
    else if (event.key === "+" || event.key === "=") this.#zoom(STEP);
    else if (event.key === "-") this.#zoom(1 / STEP);
    else if (event.key === "0") this.#fit();
    else return;
    event.preventDefault();
  }

  #dragged(event) {
    const before = this.#pointers.get(event.pointerId);
    if (!before) return;
    const now = this.#place(event);
    const [other] = [...this.#pointers].filter(([id]) => id !== event.pointerId).map(([, place]) => place);
    this.#pointers.set(event.pointerId, now);
    if (other) this.#zoom(distance(now, other) / Math.max(1, distance(before, other)), other);
    else this.#move(now.x - before.x, now.y - before.y);
  }

  #place(event) {
    const frame = this.#stage.getBoundingClientRect();
    return { x: event.clientX - frame.left, y: event.clientY - frame.top };
  }

  #fitWidth() {
    return Math.min(this.#stage.clientWidth, this.#stage.clientHeight / this.#aspect) * 0.97;
  }

  #fit() {
    if (!this.#sheet) return;
    const width = this.#fitWidth();
    const { clientWidth, clientHeight } = this.#stage;
    this.#view = { width, x: (clientWidth - width) / 2, y: (clientHeight - width * this.#aspect) / 2 };
    this.#draw();
  }

  #zoom(factor, about = { x: this.#stage.clientWidth / 2, y: this.#stage.clientHeight / 2 }) {
    const fit = this.#fitWidth();
    const width = Math.min(Math.max(this.#view.width * factor, fit / 2), fit * MAX_ZOOM);
    const ratio = width / this.#view.width;
    this.#view = { width, x: about.x - (about.x - this.#view.x) * ratio, y: about.y - (about.y - this.#view.y) * ratio };
    this.#draw();
  }

  #move(x, y) {
    this.#view.x += x;
    this.#view.y += y;
    this.#draw();
  }

  #draw() {
    this.#sheet.style.width = `${this.#view.width}px`;
    this.#sheet.style.transform = `translate(${this.#view.x}px, ${this.#view.y}px)`;
  }
}

function distance(a, b) {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

function legendOf(hit, marks) {
  const rows = hit.matches.map((match, index) => {
    const row = document.createElement("li");
    row.append(badgeOf(marks[index].name, marks[index].label), ` ${match.similarity.toFixed(3)}`);
    return row;
  });
  const turned = document.createElement("li");
  turned.textContent = orientationText(hit.orientation);
  if (turned.textContent) rows.push(turned);
  return [...rows, ...groupRows(hit.symbols)];
}

/** A row a group of symbols: its line, its name, how many there are and how many the query has, too. */
function groupRows(symbols = []) {
  return [...new Set(symbols.map((one) => one.group))].map((group) => {
    const here = symbols.filter((one) => one.group === group);
    const row = document.createElement("li");
    const line = document.createElement("span");
    line.className = `line ${group}`;
    const shared = here.filter((one) => one.shared).length;
    row.append(line, ` ${group.replace("_", " ")} ${here.length}, ${shared} shared`);
    return row;
  });
}
