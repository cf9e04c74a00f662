// The API as a page: our own OpenAPI document, made readable.
import { facts, h, icon, say } from "/static/look/live.js";

const METHODS = ["get", "post", "put", "patch", "delete"];
let whole = {};

/** What a `$ref` points to, or the thing itself. */
function follow(thing) {
  if (!thing?.$ref) return thing || {};
  return thing.$ref.slice(2).split("/").reduce((here, part) => here?.[part.replaceAll("~1", "/")], whole) || {};
}

const nameOf = (schema) => schema?.$ref?.split("/").pop() || "";

/** A schema in a few words: `string`, `A | null`, `Ticket[]`. */
function kind(schema = {}) {
  if (schema.$ref) return nameOf(schema);
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  const several = schema.anyOf || schema.oneOf;
  if (several) return several.map(kind).join(" | ");
  if (schema.type === "array") return `${kind(schema.items)}[]`;
  if (schema.type === "object" && schema.additionalProperties) return `{…: ${kind(schema.additionalProperties)}}`;
  return [].concat(schema.type || "any").join(" | ") + bounds(schema);
}

function bounds({ minimum, maximum, minLength, maxLength }) {
  const low = minimum ?? minLength, high = maximum ?? maxLength;
  return low === undefined && high === undefined ? "" : ` ${low ?? ""}…${high ?? ""}`;
}

/** An example value of a schema, for curl. */
function example(schema, depth = 0) {
  const real = follow(schema);
  if (real.example !== undefined || real.examples) return real.example ?? real.examples[0];
  if (real.default !== undefined) return real.default;
  if (real.enum) return real.enum[0];
  if (real.anyOf || real.oneOf) return example((real.anyOf || real.oneOf)[0], depth);
  if (real.type === "array") return [example(real.items, depth + 1)];
  if (real.properties && depth < 3) {
    const needed = Object.entries(real.properties).filter(([key]) => (real.required || []).includes(key));
    return Object.fromEntries(needed.map(([key, value]) => [key, example(value, depth + 1)]));
  }
  return { integer: real.minimum ?? 1, number: 1, boolean: true, object: {}, null: null }[real.type] ?? "…";
}

function table(rows, withPlace) {
  return h("table", {},
    h("thead", {}, h("tr", {}, ["name", withPlace && "where", "type", "meaning"].filter(Boolean)
      .map((key) => h("th", { scope: "col", class: "soft" }, say(`docs.${key}`))))),
    h("tbody", {}, rows.map((row) => h("tr", {},
      h("th", { scope: "row" }, h("code", {}, row.name)),
      withPlace && h("td", { class: "soft" }, say(`docs.place.${row.in}`)),
      h("td", {}, h("code", {}, kind(row.schema))),
      h("td", {}, row.required && h("span", { class: "badge" }, say("docs.required")), " ", prose(row.description))))));
}

function fields(schema) {
  const real = follow(schema);
  const needed = new Set(real.required || []);
  const rows = Object.entries(real.properties || {})
    .map(([name, schema]) => ({ name, schema, required: needed.has(name), description: schema.description }));
  return rows.length ? table(rows, false) : h("code", {}, kind(schema));
}

/** A description's `words in backticks` as code. */
function prose(text = "") {
  return text.split("`").map((part, at) => (at % 2 ? h("code", {}, part) : part));
}

function curl(method, path, call, body) {
  const verb = method === "get" ? "curl" : `curl -X ${method.toUpperCase()}`;
  const lines = [`${verb} ${location.origin}${path.replace("{hall}", facts.halls[0] ?? "{hall}").replace("{window}", "1")}`];
  if (call.security?.length) lines.push(`  -H "Authorization: Bearer $TOKEN"`);
  if (body) lines.push(`  -H "Content-Type: application/json"`, `  -d '${JSON.stringify(example(body))}'`);
  return h("pre", { tabindex: "0" }, lines.join(" \\\n"));
}

function answerRow([status, given]) {
  const answer = follow(given);
  const content = Object.values(answer.content || {})[0];
  return h("tr", {},
    h("th", { scope: "row" }, h("code", {}, status)),
    h("td", {}, content ? h("code", {}, kind(content.schema)) : say("docs.no_content")),
    h("td", {}, prose(answer.description)));
}

function operation(path, method, call) {
  const given = (call.parameters || []).map(follow);
  const body = call.requestBody && Object.values(follow(call.requestBody).content || {})[0]?.schema;
  return h("details", { class: "call-doc", id: call.operationId || `${method}${path}` },
    h("summary", {},
      h("span", { class: `method ${method.toUpperCase()}` }, method.toUpperCase()),
      h("code", { class: "path" }, path),
      h("span", { class: "about" }, call.summary || call.description || "")),
    h("div", { class: "inside" },
      call.description && call.summary && h("p", {}, prose(call.description)),
      given.length > 0 && h("div", {}, h("h3", {}, say("docs.parameters")), table(given, true)),
      body && h("div", {}, h("h3", {}, say("docs.body"), " ", h("code", { class: "soft" }, nameOf(body))), fields(body)),
      h("div", {},
        h("h3", {}, say("docs.answers")),
        h("table", {}, h("tbody", {}, Object.entries(call.responses || {}).map(answerRow)))),
      h("div", {}, h("h3", {}, say("docs.example")), curl(method, path, call, body))));
}

/** By tag, else by the first word of the path that is not a name. */
function groupOf(path, call) {
  const words = path.replace("/api/v1", "").split("/").filter((word) => word && !word.startsWith("{"));
  return call.tags?.[0] || words[1] || words[0] || say("docs.other");
}

function show() {
  const groups = new Map();
  for (const [path, calls] of Object.entries(whole.paths || {})) {
    for (const method of METHODS.filter((name) => calls[name])) {
      const group = groupOf(path, calls[method]);
      groups.set(group, [...(groups.get(group) || []), operation(path, method, calls[method])]);
    }
  }
  const link = ([name, calls]) => h("a", { href: `#group-${name}` }, `${name} (${calls.length})`);
  document.getElementById("nav").replaceChildren(...[...groups].map(link));
  document.getElementById("calls").replaceChildren(...[...groups].map(([name, calls]) =>
    h("section", { class: "group", id: `group-${name}` }, h("h2", {}, name), calls)));
}

async function read() {
  const answer = await fetch("/api/openapi.json");
  if (!answer.ok) throw new Error(String(answer.status));
  whole = await answer.json();
  show();
}

async function start() {
  try {
    await read();
  } catch {
    const note = h("p", { class: "note warn", role: "status" }, icon("offline"), h("span", {}, say("docs.failed")));
    document.getElementById("calls").replaceChildren(note);
    setTimeout(start, 5000);
  }
}

start();
