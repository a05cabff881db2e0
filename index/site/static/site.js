"use strict";
// Marks the quotation that the address names, searches the page, follows the reader in the contents, and switches the theme.
(() => {
  const main = document.getElementById("main");
  const $ = (id) => document.getElementById(id);

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

  // The other language opens at the same passage, with the same quotation marked.
  const other = $("switch");
  const plain = other.getAttribute("href");
  const follow = () => other.setAttribute("href", plain + location.search + location.hash);

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
    const anchor = decodeURIComponent(location.hash.slice(1));
    follow();
    if (!anchor || anchor === "main") return;
    const passage = passages.find((each) => each.id === anchor);
    const found = /^(\d{1,6})-(\d{1,6})$/.exec(new URLSearchParams(location.search).get("mark") ?? "");
    if (!passage) {
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
    (passage.querySelector("mark.quotation") ?? passage).scrollIntoView({ block: found ? "center" : "start" });
  }

  // Search: the text of each passage stands folded beside it; what is typed is folded the same way.
  const search = $("search"), query = $("query"), count = $("count");
  search.hidden = false;
  const fold = (text) =>
    [...text.normalize("NFKC").toLowerCase()].filter((c) => !/\s/.test(c)).map((c) => window.FOLD[c] ?? c).join("");
  let hits = [], at = 0;

  function show(step) {
    passages.forEach((each) => each.classList.remove("here"));
    if (hits.length) {
      at = (at + step + hits.length) % hits.length;
      hits[at].classList.add("here");
      hits[at].scrollIntoView({ block: "center" });
    }
    $("next").disabled = $("previous").disabled = hits.length < 2;
    count.textContent = !fold(query.value) ? ""
      : hits.length ? count.dataset.found.replace("{count}", hits.length).replace("{n}", at + 1) : count.dataset.none;
  }
  function look() {
    unmark("match");
    const wanted = fold(query.value);
    hits = wanted ? passages.filter((each) => each.dataset.folded.includes(wanted)) : [];
    for (const line of hits.flatMap((each) => [...each.querySelectorAll("[data-at]")])) markMatches(line, wanted);
    at = 0;
    show(0);
  }
  function markMatches(line, wanted) {
    // Folded characters and the units of the line that they stand for.
    const folded = [], places = [];
    let unit = 0;
    for (const character of line.textContent) {
      for (const each of fold(character)) { folded.push(each); places.push([unit, unit + character.length]); }
      unit += character.length;
    }
    const text = folded.join(""), length = [...wanted].length, spans = [];
    const start = (index) => [...text.slice(0, index)].length;
    for (let index = text.indexOf(wanted); index >= 0; index = text.indexOf(wanted, index + wanted.length)) {
      const first = start(index);
      spans.push([places[first][0], places[first + length - 1][1]]);
    }
    for (const [from, to] of spans.reverse()) markIn(line, from, to, "match");
  }
  let waiting;
  query.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(look, 120); });
  query.addEventListener("keydown", (event) => {
    if (event.key === "Enter") { clearTimeout(waiting); if (!hits.length) look(); else show(event.shiftKey ? -1 : 1); }
    if (event.key === "Escape") { query.value = ""; look(); query.blur(); }
  });
  $("next").addEventListener("click", () => show(1));
  $("previous").addEventListener("click", () => show(-1));
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !event.target.closest("input") && !event.ctrlKey && !event.metaKey) { event.preventDefault(); query.focus(); }
  });

  // The contents show where the reader is.
  const links = new Map([...document.querySelectorAll(".contents a")].map((a) => [a.hash.slice(1), a]));
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries.filter((each) => each.isIntersecting && links.has(each.target.id))) {
      links.forEach((a) => a.classList.remove("now"));
      links.get(entry.target.id).classList.add("now");
    }
  }, { rootMargin: "-20% 0px -60% 0px" });
  passages.forEach((each) => seen.observe(each));
  if (matchMedia("(max-width: 62rem)").matches) document.querySelector(".contents details").open = false;

  addEventListener("hashchange", showQuotation);
  showQuotation();
})();
