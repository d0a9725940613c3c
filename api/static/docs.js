/** The OpenAPI document as a page: every route with its parameters, answers and examples. */

function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

function resolved(document_, schema) {
  return schema?.$ref ? schema.$ref.split("/").slice(1).reduce((part, key) => part[key], document_) : schema;
}

/** Path and query parameters and form fields alike: [{name, place, required, schema, description}]. */
function inputsOf(document_, operation) {
  const parameters = (operation.parameters ?? []).map((one) => ({ ...one, place: one.in }));
  const [media] = Object.values(operation.requestBody?.content ?? {});
  const form = resolved(document_, media?.schema) ?? {};
  const fields = Object.entries(form.properties ?? {}).map(([name, schema]) => ({
    name, place: "form", required: form.required?.includes(name), schema, description: schema.description,
  }));
  return [...parameters, ...fields];
}

function rulesOf(schema) {
  const kind = schema.type ?? (schema.anyOf ?? []).map((one) => one.type).filter((one) => one !== "null").join(" or ");
  const names = { minimum: "at least", maximum: "at most", default: "default" };
  const rules = Object.entries(names).filter(([key]) => key in schema).map(([key, word]) => `${word} ${schema[key]}`);
  return [kind, ...rules].filter(Boolean).join(", ");
}

function tableOf(inputs) {
  const head = element("tr", {}, ...["Name", "In", "Rules", "Meaning"].map((text) => element("th", { scope: "col", textContent: text })));
  const rows = inputs.map(({ name, place, required, schema, description }) => {
    const rules = rulesOf(schema) + (required ? ", required" : "");
    const example = schema.examples?.[0];
    const meaning = (description ?? "") + (example === undefined ? "" : ` Example: ${example}`);
    return element("tr", {}, ...[name, place, rules, meaning].map((text) => element("td", { textContent: text })));
  });
  return element("table", {}, element("thead", {}, head), element("tbody", {}, ...rows));
}

function answersOf(operation) {
  return Object.entries(operation.responses).flatMap(([status, response]) =>
    Object.entries(response.content ?? {}).flatMap(([mediaType, media]) => {
      const examples = media.examples ?? { "": { summary: response.description, value: media.example } };
      return Object.values(examples).map(({ summary, value }) => answerOf(`${status} ${summary} (${mediaType})`, value));
    }));
}

function answerOf(title, value) {
  if (value === undefined) return element("p", { className: "quiet", textContent: title });
  const text = typeof value === "string" ? value : JSON.stringify(value, null, 1);
  return element("details", {}, element("summary", { textContent: title }), element("pre", { tabIndex: 0, textContent: text }));
}

function sectionOf(document_, path, method, operation) {
  const title = element("h2", {}, element("span", { className: "method", textContent: method.toUpperCase() }), ` ${path}`);
  const inputs = inputsOf(document_, operation);
  return element(
    "section", {}, title, element("p", { textContent: operation.description ?? "" }),
    ...(inputs.length ? [tableOf(inputs)] : []), ...answersOf(operation),
  );
}

const described = await (await fetch("openapi.json")).json();
const sections = Object.entries(described.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => sectionOf(described, path, method, operation)));
document.getElementById("operations").replaceChildren(
  element("p", { className: "quiet", textContent: described.info.description }), ...sections);
