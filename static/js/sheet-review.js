// A page that was read, judged by keyboard: one key a cell, then the next one by itself; what is wrong among the sure
// ones is tapped. Without this script the same form is filled in by its radio buttons and lists.

import { dropEntered, keepDraft } from "./sheet-draft.js";
import { dressDifferences, dressWritten, showLive } from "./sheet-parts.js";
import { letter, look, makeStrip, meaning, says, tapped } from "./sheet-review-rules.js";

const NARROW = "(max-width: 1099.98px)";
const form = document.querySelector("#lembar");

function start() {
  const doubts = [...form.querySelectorAll("[data-doubt]")];
  const thumbs = [...form.querySelectorAll("[data-sure]")].map(enliven);
  const strip = makeStrip(doubts.map(chosen));
  const decided = form.querySelector("[data-decided]");
  const bar = form.querySelector("[data-says]");
  let wasAllDecided = strip.left() === 0;

  function draw() {
    doubts.forEach((one, place) => {
      one.classList.toggle("cell-now", place === strip.now() && strip.left() > 0);
      one.classList.toggle("is-decided", Boolean(strip.mark(place)));
    });
    if (decided) decided.textContent = `Sudah diputuskan ${strip.size() - strip.left()} dari ${strip.size()}.`;
    if (bar) bar.textContent = says({ doubts: strip.left(), counts: uncounted(), choices: unchosen() });
  }

  function go(place) {
    strip.hold(place);
    const radio = doubts[place].querySelector("input:checked") || doubts[place].querySelector("input");
    radio.focus({ preventScroll: true });
    doubts[place].scrollIntoView({ block: "nearest" });
  }

  function set(mark) {
    const place = strip.now();
    const onto = strip.set(mark);
    choose(doubts[place], mark);
    if (onto >= 0) go(onto);
    else allDecided();
    draw();
  }

  function back() {
    const step = strip.back();
    if (!step) return;
    choose(doubts[step.place], step.mark);
    go(step.place);
    draw();
  }

  // The cells are done: on to what is counted on paper.
  function allDecided() {
    const empty = [...form.querySelectorAll("[name^='jumlah.']")].find((field) => !field.value);
    if (!wasAllDecided && empty) empty.focus();
    wasAllDecided = true;
  }

  form.addEventListener("keydown", (event) => {
    const wish = meaning(event);
    if (!wish || event.target.matches("input:not([type='radio']), select, textarea")) return;
    const thumb = event.target.closest("[data-sure]");
    const isElsewhere = event.target.matches("input") && !event.target.closest("[data-doubt]");
    if (isElsewhere || (!thumb && !doubts.length)) return;
    event.preventDefault();
    if (thumb && wish.act === "set") setThumb(thumb, wish.mark);
    else if (wish.act === "back") back();
    else if (!thumb) set(wish.mark);
  });
  // Whoever looks at the page without having anything in hand goes on with the cell in hand.
  document.addEventListener("keydown", (event) => {
    const wish = meaning(event);
    if (!wish || event.target !== document.body || !doubts.length || (wish.act === "set" && !strip.left())) return;
    event.preventDefault();
    if (wish.act === "back") back();
    else set(wish.mark);
  });
  form.addEventListener("change", ({ target, isTrusted }) => {
    const place = doubts.indexOf(target.closest("[data-doubt]"));
    if (isTrusted && place >= 0) strip.learn(place, target.value);
    const thumb = target.closest("[data-sure]");
    if (thumb) drawThumb(thumb);
    drawCell(target);
    draw();
  });
  form.addEventListener("input", draw);
  form.addEventListener("focusin", ({ target }) => {
    const place = doubts.indexOf(target.closest("[data-doubt]"));
    if (place >= 0 && place !== strip.now()) {
      strip.hold(place);
      draw();
    }
  });
  form.querySelectorAll("svg [data-cell]").forEach((cell) => {
    cell.addEventListener("click", () => meet(cell.dataset.cell));
  });

  // What this browser had kept stands in the form again.
  function takeBack() {
    for (const thumb of thumbs) {
      const select = thumb.querySelector("select");
      if (!select.value) select.value = thumb.dataset.sure;
      drawThumb(thumb);
      drawCell(select);
    }
    doubts.forEach((one, place) => {
      strip.learn(place, chosen(one));
      drawCell(one.querySelector("input"));
    });
  }

  // From the page to the cell that was clicked.
  function meet(anchor) {
    const place = doubts.findIndex((one) => one.dataset.doubt === anchor);
    if (place >= 0) {
      go(place);
      draw();
    } else thumbs.find((one) => one.dataset.cell === anchor)?.querySelector("button").focus();
  }

  fold(form.querySelector("[data-page]"));
  form.querySelectorAll("[data-keys]").forEach((hint) => { hint.hidden = false; });
  dressWritten(form, () => form.querySelector("[name^='jumlah.']").focus());
  dressDifferences(form, () => form.querySelector("[data-save]").focus());
  showLive(form);
  keepDraft(form, { filled: takeBack });
  draw();
  if (!document.querySelector("[autofocus]")) begin();

  // With the first cell that is open; without one, where what is counted goes. A finger would be in the way of a keyboard.
  function begin() {
    const place = doubts.findIndex((_, at) => !strip.mark(at));
    if (place < 0) {
      const count = form.querySelector("[name^='jumlah.']");
      if (count && matchMedia("(pointer: fine)").matches) count.focus({ preventScroll: true });
      return;
    }
    strip.hold(place);
    doubts[place].querySelector("input").focus({ preventScroll: true });
    draw();
  }
}

// The page lies below all else on a narrow screen, and is folded there; on a wide one it always shows.
function fold(page) {
  const narrow = matchMedia(NARROW);
  const set = () => { page.open = !narrow.matches; };
  narrow.addListener(set); // as the oldest browsers know it
  set();
}

const chosen = (doubt) => doubt.querySelector("input:checked")?.value || "";
const uncounted = () => [...form.querySelectorAll("[name^='jumlah.']")].some((field) => !field.value);

// Differences of which nobody has said which counts.
function unchosen() {
  const names = new Set([...form.querySelectorAll("input[type='radio'][name^='pilih']")].map(({ name }) => name));
  return [...names].filter((name) => !form.elements[name].value).length;
}

function choose(doubt, mark) {
  for (const radio of doubt.querySelectorAll("input[type='radio']")) radio.checked = radio.value === mark;
  const told = doubt.querySelector("input:checked") || doubt.querySelector("input");
  told.dispatchEvent(new Event("change", { bubbles: true }));
}

// ---- Cells that are sure -------------------------------------------------------------------------

// A label over a list becomes a button; the list comes to light once something was changed.
function enliven(thumb) {
  const label = thumb.querySelector("label");
  const button = document.createElement("button");
  button.type = "button";
  button.className = label.className;
  button.append(...label.querySelectorAll("svg"), ...label.querySelectorAll("span[aria-hidden]"));
  const select = thumb.querySelector("select");
  select.setAttribute("aria-label", thumb.dataset.who);
  thumb.dataset.cell = select.name.replace(".", "-");
  button.addEventListener("click", () => setThumb(thumb, tapped(select.value, thumb.dataset.sure)));
  label.replaceWith(button);
  drawThumb(thumb);
  return thumb;
}

function setThumb(thumb, mark) {
  const select = thumb.querySelector("select");
  select.value = mark;
  select.dispatchEvent(new Event("change", { bubbles: true }));
}

function drawThumb(thumb) {
  const select = thumb.querySelector("select");
  const button = thumb.querySelector("button");
  thumb.classList.toggle("is-changed", select.value !== thumb.dataset.sure);
  button.setAttribute("aria-label", `${thumb.dataset.who}: ${select.value}. Ubah`);
}

// ---- The whole page ------------------------------------------------------------------------------

function drawCell({ name, value }) {
  const cell = form.querySelector(`svg [data-cell="${CSS.escape(name.replace(".", "-"))}"]`);
  if (!cell) return;
  const mark = form.elements[name].value || (form.elements[name].length ? "" : value);
  cell.setAttribute("class", `j j-${look(mark)}`);
  cell.querySelector(".j-letter").textContent = letter(mark);
}

dropEntered();
if (form) start();
