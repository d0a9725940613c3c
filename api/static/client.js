/** Talks to the server. Every failure is a ProblemError with a title and a detail that can be shown. */

export class ProblemError extends Error {
  constructor(title, detail) {
    super(detail);
    this.title = title;
  }
}

async function send(path, options) {
  let response;
  try {
    response = await fetch(path, options);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new ProblemError("The server cannot be reached", "It may be stopped, or the file is larger than it takes.");
  }
  if (response.ok) return response;
  const problem = await response.json().catch(() => ({}));
  throw new ProblemError(problem.title ?? `Error ${response.status}`, problem.detail ?? response.statusText);
}

function formOf(fields) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  return form;
}

/** The answer to a search; fields as in POST /search. */
export async function search(fields, signal) {
  return (await send("search", { method: "POST", body: formOf(fields), signal })).json();
}

/** A page of a file as the search reads it: {url, pageCount}. The caller revokes the url. */
export async function preview(file, page, signal) {
  const response = await send("preview", { method: "POST", body: formOf({ file, page }), signal });
  return { url: URL.createObjectURL(await response.blob()), pageCount: Number(response.headers.get("X-Page-Count")) };
}

/** What serves. */
export async function readiness() {
  return (await send("readyz")).json();
}

/** The classes of symbols that can be required. */
export async function symbolClasses() {
  return (await send("symbols")).json();
}

/** What is known of an indexed drawing. */
export async function drawing(id, signal) {
  return (await send(`drawings/${id}`, { signal })).json();
}
