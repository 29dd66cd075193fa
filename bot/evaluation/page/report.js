"use strict";
const { cases, passages } = JSON.parse(document.getElementById("data").textContent);
const STEP = 50;
const find = document.getElementById("find");
const show = document.getElementById("show");
const list = document.getElementById("list");
const more = document.getElementById("more");
let found = [];

function make(name, className, ...children) {
  const element = document.createElement(name);
  if (className) element.className = className;
  element.append(...children.filter((child) => child !== null));
  return element;
}

const kinds = [
  ["all cases", () => true],
  ["wrong", (one) => !one.right],
  ["right", (one) => one.right],
  ["broken", (one) => one.change === "broken"],
  ["fixed", (one) => one.change === "fixed"],
  ...[...new Set(cases.map((one) => one.failure).filter(Boolean))].map((name) => [name, (one) => one.failure === name]),
].map(([name, holds]) => ({ name, holds, count: cases.filter(holds).length }))
  .filter((kind, place) => place === 0 || kind.count);
for (const kind of kinds) show.append(new Option(`${kind.name} (${kind.count})`, kind.name));

for (const one of cases) {
  one.words = [
    one.id, one.question, one.answer, one.failure, ...one.answers, ...one.tags, ...one.citations.map((each) => each.quote),
    ...one.sources.map((each) => each.join(" ")), ...one.hits.slice(0, 1).map((hit) => passages[hit.passage].title),
  ].join("\n").toLowerCase();
}

function update() {
  const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
  const kind = kinds.find((each) => each.name === show.value);
  found = cases.filter((one) => kind.holds(one) && words.every((word) => one.words.includes(word)));
  list.replaceChildren();
  document.getElementById("count").textContent = found.length === 1 ? "1 case" : `${found.length} cases`;
  extend();
}

function extend() {
  const first = list.children.length;
  list.append(...found.slice(first, first + STEP).map(row));
  more.hidden = list.children.length >= found.length;
  more.textContent = `Show more (${found.length - list.children.length} left)`;
}

function row(one) {
  const said = one.status === "searched" ? null
    : make("span", "said", one.status === "answered" ? one.answer : "(refused)");
  const badge = (one.change ? `${one.change}: ` : "") + (one.right ? "right" : one.failure);
  const details = make("details", "", make("summary", "",
    make("strong", "", one.question), make("span", `badge ${one.right ? "good" : "bad"}`, badge), said));
  details.addEventListener("toggle", () => {
    if (details.open && details.children.length === 1) details.append(detail(one));
  });
  const item = make("li", "", details);
  item.dataset.id = one.id;
  return item;
}

function detail(one) {
  const facts = [
    ["Question", one.id + (one.tags.length ? ` · ${one.tags.join(", ")}` : "")],
    ["Asked before", one.history.join(" / ")],
    ["Gold", one.answerable ? one.answers.join(" / ") : "not answerable"],
    ["Said", one.status === "searched" ? "" : (one.answer || "(refused)") + ` (confidence ${one.confidence.toFixed(2)})`],
    ["Beside it", one.notes.join(" ")],
    ["Before", one.before],
    ["Why wrong", one.evidence && `${one.failure}: ${one.evidence}`],
    ["Found nowhere", one.missing.join(" / ")],
    ...one.citations.map((each) => [`Cites ${each.title}`, `“${each.quote}”` + (each.verbatim ? "" : ", which does not stand there")]),
  ].filter((fact) => fact[1]);
  return make("div", "detail",
    make("dl", "", ...facts.flatMap(([name, value]) => [make("dt", "", name), make("dd", "", value)])),
    ...one.hits.map((hit, place) => passage(one, hit, place + 1)));
}

function passage(one, hit, rank) {
  const { article, title, start, text } = passages[hit.passage];
  const cited = one.citations.filter((each) => each.article === article)
    .map((each) => [each.start - start, each.end - start]);
  const cuts = [...new Set([0, text.length, ...hit.marks.flat(), ...cited.flat()])]
    .filter((cut) => cut >= 0 && cut <= text.length).sort((a, b) => a - b);
  const within = (ranges, from, to) => ranges.some(([first, last]) => first <= from && to <= last);
  const characters = [...text];
  const wide = characters.length !== text.length;
  const slice = (from, to) => wide ? characters.slice(from, to).join("") : text.slice(from, to);
  const pieces = cuts.slice(1).map((to, i) => {
    let piece = document.createTextNode(slice(cuts[i], to));
    if (within(cited, cuts[i], to)) piece = make("span", "cite", piece);
    if (within(hit.marks, cuts[i], to)) piece = make("mark", "", piece);
    return piece;
  });
  const head = `${rank}. ${title} · ${hit.score.toFixed(3)}${hit.marks.length ? " · gold" : ""}`;
  return make("div", hit.marks.length ? "passage gold" : "passage", make("small", "", head), make("p", "", ...pieces));
}

find.addEventListener("input", update);
show.addEventListener("change", update);
more.addEventListener("click", () => {
  const next = list.children.length;
  extend();
  list.children[next].querySelector("summary").focus();
});
document.querySelector("form").addEventListener("submit", (event) => event.preventDefault());
document.addEventListener("keydown", (event) => {
  if (event.key === "/" && !event.target.closest("input, select")) {
    event.preventDefault();
    find.focus();
  }
});
for (const button of document.querySelectorAll("[data-kind]")) {
  button.addEventListener("click", () => {
    show.value = button.dataset.kind;
    update();
    document.getElementById("cases").scrollIntoView();
    show.focus({ preventScroll: true });
  });
}
if (cases.some((one) => one.change === "broken")) show.value = "broken";
update();
