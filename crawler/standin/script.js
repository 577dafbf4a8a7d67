// What the page for people does in a browser: asks for its ticket, asks REST for its list, draws it.
"use strict";

const DELAY = 0;
const MONTHS = {
  ru: ["января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября", "декабря"],
  kk: ["қаңтар", "ақпан", "наурыз", "сәуір", "мамыр", "маусым", "шілде", "тамыз", "қыркүйек", "қазан", "қараша", "желтоқсан"],
  en: ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"],
};
const path = location.pathname.match(/^\/memleket\/entities\/([^/]+)\/press\/news(?:\/(\d+))?\/?$/);
const lang = new URLSearchParams(location.search).get("lang") || "ru";

function made(name, classes, text) {
  const element = document.createElement(name);
  element.className = classes;
  if (text) element.textContent = text;
  return element;
}

function day(written) {
  const [year, month, number] = written.slice(0, 10).split("-").map(Number);
  return `${number} ${(MONTHS[lang] || MONTHS.ru)[month - 1]} ${year}`;
}

function card(item, agency) {
  const drawn = made("div", "card-news-list__item");
  const link = made("a", "card-news-list__link");
  link.href = `/memleket/entities/${agency}/press/news/details/${item.id}?lang=${lang}`;
  link.title = item.title;
  link.append(made("div", "inner-html", item.title));
  const line = made("div", "categories");
  for (const direction of item.directions || []) {
    line.append(made("p", "typography typography__variant-caption categories__item", `${direction.title}/`));
  }
  line.append(made("p", "typography typography__variant-caption categories__item color_grey", day(item.created_date)));
  drawn.append(link, line);
  return drawn;
}

function draw(items, agency, page) {
  const list = made("div", "card-news-list");
  list.append(...items.map((item) => card(item, agency)));
  const next = made("button", "pagination__next", "›");
  next.setAttribute("aria-label", "Next page");
  next.onclick = () => location.assign(`/memleket/entities/${agency}/press/news/${page + 1}?lang=${lang}`);
  document.getElementById("root").replaceChildren(list, next);
}

async function items(agency, page) {
  const embedded = document.getElementById("embedded");
  if (embedded) return JSON.parse(embedded.textContent);
  await fetch("/api/v1/public/_/c/k6", {
    method: "POST", headers: { "Content-Type": "application/json" }, body: "{}",
  });
  const query = `sort-by=created_date:DESC&projects=eq:${agency}&page=${page}&size=10`;
  const answer = await fetch(`/api/v1/public/content-manager/news?${query}`, {
    headers: { "Accept-Language": lang },
  });
  return answer.json();
}

async function main() {
  new Image().src = "/static/media/banner.png";
  if (!path) return;
  const [agency, page] = [path[1], Number(path[2] || 1)];
  await new Promise((done) => setTimeout(done, DELAY * 1000));
  draw(await items(agency, page), agency, page);
}

main();
