"use strict";
// Marks the quotation that the address names, searches the text, follows the reader in the contents, and switches the theme.
(() => {
  const main = document.getElementById("main");
  const $ = (id) => document.getElementById(id);

  // Links of earlier versions named a passage of the text on what is the start page now.
  const isPassage = /^#p\w/.test(location.hash);
  if (main.dataset.moved && isPassage) location.replace(main.dataset.moved + location.search + location.hash);

  // Theme: the system's unless the reader chose one before.
  const root = document.documentElement;
  let chosen = null;
  try { chosen = localStorage.getItem("theme"); } catch { /* storage may be switched off */ }
  if (chosen) root.dataset.theme = chosen;
  const theme = $("theme");
  theme.hidden = false;
  theme.addEventListener("click", () => {
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
    try { localStorage.setItem("theme", root.dataset.theme); } catch { /* it then lasts for this page */ }
  });

  const passages = [...document.querySelectorAll(".passage")];
  if (!passages.length) return;

  // The other language, and the full text, open at the same passage, with the same quotation marked.
  const switches = ["switch", "in-text"].map($).filter(Boolean).map((link) => [link, new URL(link.href)]);
  function follow() {
    for (const [link, to] of switches) {
      link.href = to.pathname + location.search + (location.hash || to.hash);
    }
  }

  function unmark(kind) {
    for (const each of document.querySelectorAll(`mark.${kind}`)) {
      const parent = each.parentNode;
      each.replaceWith(...each.childNodes);
      parent.normalize();
    }
  }

  // Marks the characters [start, end) of an element's own text.
  function markIn(element, start, end, kind) {
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    const ranges = [];
    for (let at = 0, node; (node = walker.nextNode()); at += node.length) {
      const from = Math.max(start - at, 0), to = Math.min(end - at, node.length);
      if (from < to) ranges.push([node, from, to]);
    }
    for (const [node, from, to] of ranges) {
      const range = document.createRange();
      range.setStart(node, from);
      range.setEnd(node, to);
      const mark = document.createElement("mark");
      mark.className = kind;
      range.surroundContents(mark);
    }
  }

  // Offsets count Unicode characters, JavaScript's strings UTF-16 units.
  const units = (text, characters) => [...text].slice(0, Math.max(0, characters)).join("").length;

  function showQuotation() {
    unmark("quotation");
    document.querySelector(".notice")?.remove();
    const named = decodeURIComponent(location.hash.slice(1));
    follow();
    const anchor = named && named !== "main" ? named : main.dataset.passage;
    if (!anchor) return;
    const passage = passages.find((each) => each.id === anchor);
    const found = /^(\d{1,6})-(\d{1,6})$/.exec(new URLSearchParams(location.search).get("mark") ?? "");
    if (!passage) {
      if ($(anchor)) return;
      const notice = document.createElement("p");
      notice.className = "notice";
      notice.setAttribute("role", "status");
      notice.textContent = main.dataset.gone;
      main.prepend(notice);
      notice.scrollIntoView({ block: "center" });
      return;
    }
    if (found) {
      const [start, end] = [Number(found[1]), Number(found[2])];
      for (const line of passage.querySelectorAll("[data-at]")) {
        const at = Number(line.dataset.at), text = line.textContent;
        markIn(line, units(text, start - at), units(text, end - at), "quotation");
      }
    }
    const mark = passage.querySelector("mark.quotation");
    if (mark || named) (mark ?? passage).scrollIntoView({ block: mark ? "center" : "start" });
  }
  addEventListener("hashchange", showQuotation);
  showQuotation();

  const search = $("search");
  if (!search) return;

  // Search: the lines of each passage, and their readings, are folded as what is typed is.
  const query = $("query"), count = $("count"), results = $("results");
  const CONTEXT = 40;  // characters of a snippet on either side of what was found
  const LISTED = 100;  // results that are listed, and marked before the reader comes to them
  search.hidden = false;
  function fold(text) {
    let to = "";
    for (const character of text.normalize("NFKC").toLowerCase().replace(/\s+/g, "")) to += window.FOLD[character] ?? character;
    return to;
  }
  // The text of a reading without its label is its last text node.
  const own = (element) => (element.matches(".reading") ? element.lastChild : element);
  let folded = null;
  function foldedPassages() {
    folded ??= passages.map((each) => {
      const lines = [...each.querySelectorAll("[data-at], .reading")].map((line) => [line, fold(own(line).textContent)]);
      const of = (kind) => lines.filter(([line]) => line.matches(".reading") === kind).map(([, text]) => text).join("");
      return { passage: each, lines, text: of(false), reading: of(true) };
    });
    return folded;
  }

  let hits = [], wanted = [], at = -1;
  // What was typed as a whole, else every word of it.
  function find(typed) {
    const whole = fold(typed), words = typed.split(/\s+/).map(fold).filter(Boolean);
    if (!whole) return [[], []];
    for (const parts of [[whole], words]) {
      const found = foldedPassages().filter(({ text, reading }) => parts.every((part) => text.includes(part) || reading.includes(part)));
      if (found.length) return [found, parts];
    }
    return [[], []];
  }
  function tell() {
    const pattern = !fold(query.value) ? "" : !hits.length ? count.dataset.none : at < 0 ? count.dataset.hits : count.dataset.found;
    count.textContent = pattern.replace("{count}", hits.length).replace("{n}", at + 1);
    $("next").disabled = $("previous").disabled = !hits.length;
  }
  function show(index) {
    passages.forEach((each) => each.classList.remove("here"));
    at = hits.length ? (index + hits.length) % hits.length : -1;
    results.querySelector(".at")?.classList.remove("at");
    if (at >= 0) {
      const { passage } = hits[at];
      if (!passage.querySelector("mark.match")) markPassage(hits[at]);
      passage.classList.add("here");
      (passage.querySelector("mark.match") ?? passage).scrollIntoView({ block: "center" });
      const listed = results.children[at]?.firstChild;
      listed?.classList.add("at");
      if (!results.hidden) listed?.scrollIntoView({ block: "nearest" });
    }
    tell();
  }
  function look() {
    unmark("match");
    passages.forEach((each) => each.classList.remove("here"));
    [hits, wanted] = find(query.value);
    at = -1;
    const listed = hits.slice(0, LISTED);
    results.replaceChildren(...listed.map(resultOf));
    results.hidden = !hits.length;
    listed.forEach(markPassage);
    tell();
  }
  // Where the words stand in a text: the units of each folded character.
  function spansIn(text) {
    const characters = [], places = [];
    let unit = 0;
    for (const character of text) {
      for (const each of fold(character)) { characters.push(each); places.push([unit, unit + character.length]); }
      unit += character.length;
    }
    const whole = characters.join(""), spans = [];
    const nth = (index) => [...whole.slice(0, index)].length;
    for (const word of wanted) {
      const length = [...word].length;
      for (let index = whole.indexOf(word); index >= 0; index = whole.indexOf(word, index + word.length)) {
        const first = nth(index);
        spans.push([places[first][0], places[first + length - 1][1]]);
      }
    }
    return spans.sort((a, b) => a[0] - b[0]).filter(([from], n, all) => !n || from >= all[n - 1][1]);
  }
  function markPassage({ lines }) {
    for (const [line, folded] of lines) {
      if (!wanted.some((word) => folded.includes(word))) continue;
      const text = own(line).textContent, before = line.textContent.length - text.length;
      for (const [from, to] of spansIn(text).reverse()) markIn(line, before + from, before + to, "match");
    }
  }
  function resultOf({ passage, lines }, index) {
    const [line] = lines.find(([, text]) => wanted.some((word) => text.includes(word))) ?? lines[0];
    const text = own(line).textContent, [first] = spansIn(text);
    const link = document.createElement("a"), where = document.createElement("span"), snippet = document.createElement("span");
    link.href = `#${passage.id}`;
    where.className = "where";
    const page = passage.dataset.page ? results.dataset.page.replace("{page}", passage.dataset.page) : "";
    const label = line.matches(".reading") ? results.dataset.unofficial : "";
    where.textContent = [passage.dataset.section, page, label].filter(Boolean).join(" · ");
    snippet.lang = line.closest("[lang]").lang;
    let from = Math.max(0, (first?.[0] ?? 0) - CONTEXT), to = Math.min(text.length, (first?.[1] ?? 0) + 2 * CONTEXT);
    while (from && /[\p{Script=Latin}\d]/u.test(text[from - 1]) && text[from] !== " ") from -= 1;
    while (to < text.length && /[\p{Script=Latin}\d]/u.test(text[to])) to += 1;
    snippet.textContent = `${from ? "…" : ""}${text.slice(from, to).trim()}${to < text.length ? "…" : ""}`;
    for (const [start, end] of spansIn(snippet.textContent).reverse()) markIn(snippet, start, end, "found");
    link.append(where, snippet);
    link.addEventListener("click", (event) => {
      event.preventDefault();
      results.hidden = true;
      show(index);
    });
    const item = document.createElement("li");
    item.append(link);
    return item;
  }
  let waiting;
  query.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(look, 120); });
  query.addEventListener("focus", () => { results.hidden = !hits.length; });
  search.addEventListener("submit", (event) => event.preventDefault());
  query.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    clearTimeout(waiting);
    if (!hits.length) look();
    show(at < 0 ? (event.shiftKey ? -1 : 0) : at + (event.shiftKey ? -1 : 1));
  });
  search.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { query.value = ""; look(); query.focus(); query.blur(); }
  });
  $("next").addEventListener("click", () => show(at + 1));
  $("previous").addEventListener("click", () => show(at < 0 ? -1 : at - 1));
  document.addEventListener("click", (event) => { if (!search.contains(event.target)) results.hidden = true; });
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !event.target.closest("input") && !event.ctrlKey && !event.metaKey) { event.preventDefault(); query.focus(); }
  });
  const asked = new URLSearchParams(location.search).get("q");
  if (asked) { query.value = asked; look(); query.focus({ preventScroll: true }); }

  // The contents show where the reader is.
  const links = new Map([...document.querySelectorAll(".contents a")].map((a) => [a.hash.slice(1), a]));
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries.filter((each) => each.isIntersecting)) {
      links.forEach((a) => a.classList.remove("now"));
      links.get(entry.target.id).classList.add("now");
    }
  }, { rootMargin: "-20% 0px -60% 0px" });
  for (const id of links.keys()) seen.observe($(id));
  const details = document.querySelector(".contents details");
  if (details && matchMedia("(max-width: 62rem)").matches) details.open = false;
})();
