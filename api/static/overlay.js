/** Boxes over a sheet's picture. Boxes are fractions of the sheet; lines keep their width at any zoom. */

const SVG = "http://www.w3.org/2000/svg";

/** An element to lay over a picture. marks: [{box, name, label?}]; name is the class that gives the colour. */
export function overlayOf(marks) {
  const overlay = document.createElement("div");
  overlay.className = "overlay";
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 1 1");
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("aria-hidden", "true");
  svg.append(...marks.map(rectangleOf));
  overlay.append(svg, ...badgesOf(marks));
  return overlay;
}

/** A picture with boxes over it. */
export function sheetOf(url, alt, marks) {
  const sheet = document.createElement("div");
  sheet.className = "sheet";
  const image = new Image();
  image.src = url;
  image.alt = alt;
  image.draggable = false;
  sheet.append(image, overlayOf(marks));
  return sheet;
}

/** The marks of a hit on one of its sides: "query_box" or "hit_box". Pairs have the same number and colour. */
export function matchMarks(hit, side) {
  return hit.matches.map((match, index) => ({ box: match[side], name: `match-${index + 1}`, label: String(index + 1) }));
}

/** The marks of symbols; of a hit's, those that the query has not are dotted. */
export function symbolMarks(symbols = []) {
  return symbols.map((one) => ({ box: one.box, name: `symbol ${one.group}${one.shared === false ? " alone" : ""}` }));
}

/** A numbered square in a match's colour. */
export function badgeOf(name, label) {
  const badge = document.createElement("span");
  badge.className = `badge ${name}`;
  badge.textContent = label;
  return badge;
}

function rectangleOf({ box: [x0, y0, x1, y1], name }) {
  const rectangle = document.createElementNS(SVG, "rect");
  for (const [key, value] of Object.entries({ x: x0, y: y0, width: x1 - x0, height: y1 - y0, class: name })) {
    rectangle.setAttribute(key, value);
  }
  return rectangle;
}

/** One badge a label at its box's top left; boxes that begin at the same point have theirs side by side. */
function badgesOf(marks) {
  const taken = new Map();
  return marks.filter((mark) => mark.label).map(({ box: [x0, y0], name, label }) => {
    const place = `${Math.round(x0 * 20)} ${Math.round(y0 * 20)}`;
    const before = taken.get(place) ?? 0;
    taken.set(place, before + 1);
    const badge = badgeOf(name, label);
    badge.style.left = `calc(${x0 * 100}% + ${before * 1.25}rem)`;
    badge.style.top = `${y0 * 100}%`;
    return badge;
  });
}
