// The recap filled in by keyboard: letters set a cell and go on to the next, ticked rows are set at once, Ctrl+Z takes back.
// What is not saved is kept by the browser. Without this script the form sends the column as it is chosen.

import { headers, uuid } from "./device.js";
import { MOST, STATES, button, clock, figures, makeColumn, meaning, range, unsaved } from "./recap-column.js";
import * as kept from "./recap-kept.js";
import { post } from "./sender.js";

const PATIENCE = 30_000; // ms for five hundred marks on a slow line
const KEEP_AFTER = 150; // ms
const A_PAGE = 10; // rows
const AWAY = "Belum ada sambungan. Isian Anda tetap tersimpan di peramban ini; simpan lagi sebentar lagi.";
const BROKEN = "Ada gangguan pada sistem. Isian Anda tetap ada; simpan lagi sebentar lagi.";
const BUSY = "Server sedang sibuk. Isian Anda tetap ada; simpan lagi sebentar lagi.";
const NOT_KEPT = "Peramban ini tidak dapat menyimpan isian sementara. Simpan sering-sering.";

const form = document.querySelector("[data-cells]");
const find = (name) => form.querySelector(`[data-${name}]`);
const thousands = (number) => number.toLocaleString("id-ID");

function start() {
  const { user, session, when, base, back } = form.dataset;
  const token = form.elements.csrfmiddlewaretoken.value;
  const rows = [...form.querySelectorAll("tr[data-ref]")].map(rowOf);
  const places = new Map(rows.map(({ ref }, place) => [ref, place]));
  const column = makeColumn(rows.map(told), uuid);
  const heads = [...form.querySelectorAll("thead th")].slice(3, -1);
  const own = heads.findIndex((head) => head.classList.contains("grid-edit-head"));
  const part = Object.fromEntries(["what", "who", "column", "now", "before", "history", "why", "many", "ticked", "untick", "unsaved", "counts", "problem", "owed", "owed-word", "undo", "save", "elsewhere"].map((name) => [name, find(name)]));
  const reason = form.elements.reason;
  const reasonForAll = form.querySelector("#alasan-semua");
  const sums = [...form.querySelectorAll("tfoot .grid-edit")];
  const leaving = { clock: form.elements.left_at.value, ms: Number(form.dataset.leftMs), from: performance.now() };
  const cameAtFirst = came();
  const sumsAtFirst = sums.map((cell) => Number(cell.textContent.replace(/\./g, "")));
  const channel = globalThis.BroadcastChannel ? new BroadcastChannel(`rekap ${user} ${session}`) : null;

  let cursor = -1;
  let side = own; // the column in hand: another one only to be read
  let ticked = new Set();
  let anchor = null; // {place, before} while Shift is held
  let wantsFocus = false;
  let isBusy = false;
  let isCalm = false; // what is not saved comes along
  let framed = 0;
  let timer = 0;
  const dirty = new Set();
  const touched = new Set();

  // ---- Drawing -----------------------------------------------------------------------------------

  // Draws once for however many keys there were.
  function draw(refs = []) {
    for (const ref of refs) dirty.add(ref);
    if (!framed) framed = requestAnimationFrame(drawNow);
  }

  function drawNow() {
    framed = 0;
    for (const ref of dirty) if (places.has(ref)) paint(rows[places.get(ref)]);
    dirty.clear();
    for (const row of rows) if (row.box.checked !== ticked.has(row.place)) tickRow(row);
    if (wantsFocus && cursor >= 0) focus();
    wantsFocus = false;
    drawBar();
    drawFoot();
  }

  function tickRow(row) {
    row.box.checked = ticked.has(row.place);
    row.line.classList.toggle("cell-picked", row.box.checked);
  }

  function paint(row) {
    const { state, leftAt } = column.shown(row.ref);
    const mark = column.mark(row.ref);
    row.select.value = state;
    row.select.className = `form-select cell cell-${state || "none"}`;
    row.select.title = column.told(row.ref).how;
    row.cell.classList.toggle("cell-changed", Boolean(mark));
    row.cell.querySelectorAll(".cell-leave, .cell-clash, .cell-refusal").forEach((old) => old.remove());
    if (mark && state === "left") row.cell.append(leavingOf(row, leftAt));
    if (mark && mark.refusal) row.cell.append(clashOf(row, mark));
    row.total.nodeValue = String(row.came + Number("begun" in form.dataset) * (Number(isCame(column.told(row.ref).state)) - Number(row.isCame)));
  }

  function leavingOf(row, leftAt) {
    const label = element("label", "cell-leave", "Pulang pukul ");
    const input = element("input", "form-control");
    Object.assign(input, { value: leftAt, inputMode: "numeric", autocomplete: "off", maxLength: 10 });
    input.setAttribute("aria-label", `Pulang pukul, ${row.name}`);
    input.addEventListener("input", () => {
      const time = clock(input.value);
      input.setAttribute("aria-invalid", String(!time));
      column.leaveAt(row.ref, time || input.value);
      keepSoon([row.ref]);
    });
    label.append(input);
    return label;
  }

  // The other's word beside ours, and the choice between them.
  function clashOf(row, mark) {
    const box = element("div", "cell-clash");
    const { how, state } = column.told(row.ref);
    const now = how || STATES[state];
    box.append(element("p", "", mark.clash ? `Sekarang tercatat ${now}.` : mark.refusal));
    const choose = (word, act) => {
      const one = element("button", "btn btn-outline btn-small", word);
      one.type = "button";
      one.setAttribute("aria-label", `${word}: ${row.name}`);
      one.addEventListener("click", () => {
        act(row.ref);
        keepSoon([row.ref]);
        go(row.place);
        draw([row.ref]);
      });
      box.append(one);
    };
    if (mark.clash) choose("Pakai punya saya", column.mine);
    choose(mark.clash ? "Ikuti" : "Batalkan isian", column.theirs);
    return box;
  }

  function drawBar() {
    const number = ticked.size;
    part.many.hidden = !number;
    part.what.hidden = number > 0;
    part.ticked.textContent = `${thousands(number)} baris dipilih, ${when}`;
    const row = rows[cursor];
    const isOwn = side === own;
    part.why.hidden = !(row && isOwn && !number && column.owes(row.ref));
    if (!row || number) return;
    part.who.textContent = `No. ${row.number} ${row.name}`;
    part.history.href = `${base}${row.ref}/${back}`;
    part.history.hidden = false;
    if (isOwn) drawCell(row);
    else drawOther(row);
  }

  function drawCell({ ref }) {
    const { state } = column.shown(ref);
    const mark = column.mark(ref);
    const { how } = column.told(ref);
    part.column.textContent = `, ${when} `;
    part.now.className = `status status-${state || "not-yet"}`;
    part.now.textContent = STATES[state];
    part.before.textContent = mark ? `Sebelumnya ${how || "belum tercatat"}.` : how ? `${how}.` : "Belum ada catatan.";
    if (mark && document.activeElement !== reason) reason.value = mark.reason;
  }

  function drawOther(row) {
    const letter = others(row)[side].querySelector("abbr");
    part.column.textContent = `, ${heads[side].textContent.trim()} `;
    part.now.className = "";
    part.now.textContent = "";
    part.before.textContent = `${letter.title}. Enter membuka kolom ini untuk diisi.`;
  }

  function drawFoot() {
    const number = column.size();
    const far = column.marks().filter(({ ref }) => !column.isHere(ref)).length;
    part.unsaved.textContent = unsaved(number) + (far ? ` (${thousands(far)} di lembar lain)` : "");
    part.counts.textContent = figures(column.counts());
    part.save.textContent = isBusy ? "Menyimpan…" : button(number);
    part.undo.disabled = !column.canUndo();
    const owing = column.owing().length;
    part.owed.hidden = !owing;
    part["owed-word"].textContent = `Alasan untuk ${thousands(owing)} perubahan yang mengganti catatan`;
    if (!owing) {
      reasonForAll.value = "";
      part.owed.classList.remove("cell-asked");
    }
    const more = came() - cameAtFirst;
    sums.forEach((cell, place) => {
      if (!Number.isNaN(sumsAtFirst[place])) cell.textContent = thousands(sumsAtFirst[place] + more);
    });
  }

  function came() {
    return rows.filter(({ ref }) => isCame(column.told(ref).state)).length;
  }

  function problem(text, link = null) {
    part.problem.textContent = text;
    if (link) part.problem.append(" ", link);
  }

  // ---- Going about -------------------------------------------------------------------------------

  const target = () => (side === own ? rows[cursor].select : others(rows[cursor])[side]);

  function focus() {
    const one = target();
    if (side !== own) one.tabIndex = -1;
    if (document.activeElement !== one) one.focus({ preventScroll: true });
    one.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  function go(place) {
    cursor = Math.max(0, Math.min(rows.length - 1, place));
    wantsFocus = true;
    draw();
  }

  function move(where) {
    const far = { up: -1, down: 1, back: -A_PAGE, on: A_PAGE }[where];
    if (far) go(cursor + far);
    else if (where === "top") go(0);
    else if (where === "bottom") go(rows.length - 1);
    else sideways(where);
  }

  // Other columns are there to be read; on a narrow page they are not shown.
  function sideways(where) {
    const shown = others(rows[cursor]).map((cell, place) => (cell.offsetParent ? place : -1)).filter((place) => place >= 0);
    const place = shown.indexOf(side);
    const to = { left: place - 1, right: place + 1, first: 0, last: shown.length - 1 }[where];
    side = shown[Math.max(0, Math.min(shown.length - 1, to))];
    go(cursor);
  }

  // ---- Keys --------------------------------------------------------------------------------------

  const acts = {
    set: ({ state }) => setCells(state),
    move: ({ where }) => move(where),
    range: ({ where }) => tickRange(where),
    tick: () => tick(cursor, !ticked.has(cursor)),
    all: () => tickAll(),
    untick: () => untick(),
    why: () => why(),
    undo: () => undo(),
    redo: () => redo(),
    save: () => save(),
  };

  function onKey(event) {
    const wish = meaning(event);
    if (!wish) return;
    const isCell = event.target.matches("tbody select, tbody td");
    const isBox = event.target.matches("tbody input[type='checkbox']");
    if (!(isCell || isBox)) {
      if (wish.act === "save") take(event, wish);
      else if (["why", "untick"].includes(wish.act) && event.target.matches("input")) backToCell(event, wish);
      return;
    }
    if (isBox && [" ", "Enter"].includes(event.key)) return; // the browser's own
    take(event, wish);
  }

  function take(event, wish) {
    event.preventDefault();
    if (wish.act !== "range") anchor = null;
    if (cursor >= 0 || wish.act === "save") acts[wish.act](wish);
  }

  // Enter in a field ends it: the reason of all is for saving, the others lead back to the cell.
  function backToCell(event, wish) {
    event.preventDefault();
    if (event.target === reasonForAll && wish.act === "why") save();
    else if (cursor >= 0) go(cursor);
  }

  function setCells(state) {
    if (side !== own) {
      problem("Kolom ini hanya dibaca. Tekan Enter untuk membukanya, atau panah untuk kembali.");
      return;
    }
    const meant = ticked.size ? [...ticked].sort((one, other) => one - other) : [cursor];
    changed(column.set(meant.map((place) => rows[place].ref), state, { leftAt: leavingNow(), ticked: ticked.size ? meant : [] }));
    if (ticked.size) ticked = new Set();
    else go(cursor + 1);
    draw();
  }

  // Who leaves early leaves now, while the session runs.
  function leavingNow() {
    const passed = Math.floor(Math.min(performance.now() - leaving.from, leaving.ms) / 60_000);
    const [hour, minute] = leaving.clock.split(".").map(Number);
    const minutes = (hour * 60 + minute + passed) % 1440;
    return [Math.floor(minutes / 60), minutes % 60].map((number) => String(number).padStart(2, "0")).join(".");
  }

  function changed(refs) {
    problem("");
    keepSoon(refs);
    draw(refs);
  }

  function why() {
    if (side !== own) {
      const link = heads[side].querySelector("a");
      if (link) link.click();
    } else if (ticked.size === 0 && column.owes(rows[cursor].ref)) {
      drawNow(); // the field may not be there yet
      reason.focus();
      reason.select();
    } else problem("Alasan hanya perlu bila yang sudah tercatat diganti.");
  }

  // ---- Ticks -------------------------------------------------------------------------------------

  function tick(place, isOn) {
    ticked = new Set(ticked);
    if (isOn) ticked.add(place);
    else ticked.delete(place);
    draw();
  }

  function tickRange(where) {
    anchor = anchor || { place: cursor, before: ticked };
    const to = Math.max(0, Math.min(rows.length - 1, cursor + (where === "up" ? -1 : 1)));
    ticked = range(anchor.before, anchor.place, to);
    go(to);
  }

  function tickAll() {
    ticked = new Set(rows.keys());
    draw();
  }

  function untick() {
    ticked = new Set();
    anchor = null;
    wantsFocus = cursor >= 0;
    draw();
  }

  // ---- Back and forth ----------------------------------------------------------------------------

  async function undo() {
    if (isBusy) {
      problem("Tunggu sampai tersimpan, lalu urungkan.");
      return;
    }
    const taken = column.undo();
    if (!taken) {
      problem("Tidak ada lagi yang dapat diurungkan.");
      return;
    }
    const first = places.get(taken.refs[0]);
    ticked = new Set(taken.ticked);
    if (first !== undefined) go(first);
    changed(taken.refs);
    if (taken.events.length) await takeBack(taken);
  }

  async function takeBack({ events, step }) {
    isBusy = true;
    draw();
    const results = [];
    const said = await undoAll(events, results);
    isBusy = false;
    if (said.kind !== "answered") column.untaken(step);
    const { refs, refusals } = column.taken(results);
    changed(refs);
    tell(results);
    if (said.kind !== "answered") refused(said);
    else problem(refusals.length ? refusals[0] : "");
    if (places.has(refs[0])) go(places.get(refs[0]));
  }

  async function undoAll(events, results) {
    const said = await post(form.action, { user, undo: events.slice(0, MOST) }, headers(token), { limit: PATIENCE });
    if (said.kind === "answered") results.push(...said.results);
    return said.kind === "answered" && events.length > MOST ? undoAll(events.slice(MOST), results) : said;
  }

  function redo() {
    const again = column.redo();
    if (again) changed(again.refs);
  }

  // ---- Saving ------------------------------------------------------------------------------------

  async function save() {
    if (isBusy) return;
    const owing = column.owing();
    if (owing.length && !reasonForAll.value.trim()) {
      ask(owing.length);
      return;
    }
    column.explain(owing, reasonForAll.value.trim());
    for (const ref of owing) touched.add(ref);
    keepNow();
    isBusy = true;
    problem("");
    draw();
    await sendAll().finally(() => {
      isBusy = false;
      keepNow();
      draw();
    });
  }

  // What one press takes along, five hundred at a time; what is refused stays.
  async function sendAll(tried = new Set()) {
    const marks = column.next(tried);
    if (!marks.length) {
      sum();
      return;
    }
    for (const { id } of marks) tried.add(id);
    const said = await post(form.action, { user, marks: marks.map(wire) }, headers(token), { limit: PATIENCE });
    if (said.kind !== "answered") {
      refused(said);
      return;
    }
    const { refs } = column.heard(marks, said.results);
    for (const ref of refs) touched.add(ref);
    draw(refs);
    tell(said.results);
    await sendAll(tried);
  }

  function sum() {
    const left = column.marks().filter(({ refusal }) => refusal).length;
    if (left) problem(`${thousands(left)} isian ditolak: baca keterangannya di sel itu.`);
  }

  function ask(number) {
    part.owed.hidden = false;
    part.owed.classList.add("cell-asked");
    wantsFocus = false;
    problem(`${thousands(number)} perubahan mengganti yang sudah tercatat. Tulis alasannya, lalu simpan lagi.`);
    reasonForAll.focus();
  }

  function refused({ kind, message }) {
    if (kind === "login") problem("Waktu masuk Anda sudah habis. Isian Anda tetap tersimpan di peramban ini.", logIn());
    else problem({ later: BUSY, away: AWAY, doubted: BROKEN }[kind] || message || BROKEN);
  }

  function logIn() {
    const link = element("a", "", "Masuk lagi");
    link.href = `${form.dataset.login}?next=${encodeURIComponent(location.pathname + location.search)}`;
    link.addEventListener("click", () => { isCalm = true; });
    return link;
  }

  // ---- Keeping -----------------------------------------------------------------------------------

  function keepSoon(refs) {
    for (const ref of refs) touched.add(ref);
    if (touched.size && !timer) timer = setTimeout(keepNow, KEEP_AFTER);
  }

  function keepNow() {
    clearTimeout(timer);
    timer = 0;
    if (!touched.size) return;
    const marks = new Map(column.kept().map((mark) => [mark.ref, mark]));
    if (!kept.write(user, session, touched, (ref) => marks.get(ref))) problem(NOT_KEPT);
    touched.clear();
  }

  function adopt() {
    const marks = Object.values(kept.read(user, session));
    const named = new Set(marks.map((mark) => mark && mark.ref));
    column.adopt(marks);
    const gone = [...named].filter((ref) => ref && !column.mark(ref)); // so already, or none of ours
    keepSoon(gone);
    tell(gone.filter((ref) => column.isHere(ref)).map((ref) => asTold(column.told(ref))));
    draw([...named].filter(Boolean));
  }

  // Other tabs of the same account show what this one has saved.
  function tell(results) {
    const heard = results.filter(({ state }) => state !== undefined);
    if (channel) channel.postMessage(heard); // oxlint-disable-line unicorn/require-post-message-target-origin -- it has none
  }

  function hear(results) {
    for (const result of results) {
      const mark = column.mark(result.ref);
      column.learn(result.ref, result);
      if (mark && mark.id === result.event) column.drop([result.ref]);
    }
    draw(results.map(({ ref }) => ref));
  }

  function onOtherTab({ key }) {
    if (!kept.isOurs(key, user, session)) return;
    const marks = kept.read(user, session);
    const dropped = column.marks().map(({ ref }) => ref).filter((ref) => !(ref in marks) && !touched.has(ref));
    column.drop(dropped);
    draw(dropped);
    adopt();
  }

  function sayElsewhere() {
    const left = kept.everywhere(user);
    const links = [...form.querySelectorAll("thead a")].filter((link) => left[new URL(link.href).searchParams.get("sesi")]);
    part.elsewhere.hidden = !links.length;
    links.forEach((link) => {
      const copy = element("a", "", `${link.textContent.trim()}: ${thousands(left[new URL(link.href).searchParams.get("sesi")])} isian`);
      copy.href = link.href;
      part.elsewhere.append(part.elsewhere.childNodes.length ? ", " : "Belum disimpan di sesi lain: ", copy);
    });
  }

  // ---- Beginning ---------------------------------------------------------------------------------

  form.addEventListener("keydown", onKey);
  form.addEventListener("focusin", (event) => {
    const line = event.target.closest("tr[data-ref]");
    if (!line || wantsFocus) return;
    const place = places.get(line.dataset.ref);
    const cell = event.target.closest("td");
    const at = cell && cell.classList.contains("grid-cell") ? others(rows[place]).indexOf(cell) : own;
    if (place === cursor && at === side) return;
    cursor = place;
    side = at;
    draw();
  });
  form.addEventListener("change", ({ target: field }) => {
    const line = field.closest("tr[data-ref]");
    if (!line) return;
    const row = rows[places.get(line.dataset.ref)];
    if (field === row.select) changed(column.set([row.ref], field.value, { leftAt: leavingNow() }));
    else if (field === row.box) tick(row.place, field.checked);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    save();
  });
  reason.addEventListener("input", () => {
    column.explain([rows[cursor].ref], reason.value);
    keepSoon([rows[cursor].ref]);
    draw();
  });
  for (const one of form.querySelectorAll("[name='bulk']")) {
    one.addEventListener("click", (event) => {
      event.preventDefault();
      side = own;
      setCells(one.value === "none" ? "" : one.value);
      if (cursor >= 0) go(cursor);
    });
  }
  part.undo.addEventListener("click", undo);
  part.untick.addEventListener("click", untick);
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    isCalm = Boolean(link) && new URL(link.href).searchParams.get("sesi") === session;
  });
  window.addEventListener("beforeunload", (event) => {
    keepNow();
    if (!column.size() || isCalm) return;
    event.preventDefault();
    event.returnValue = "";
  });
  window.addEventListener("pagehide", keepNow);
  document.addEventListener("rekap:lupa", () => {
    column.drop(column.marks().map(({ ref }) => ref)); // leaving.js has asked
    touched.clear();
  });
  window.addEventListener("storage", onOtherTab);
  if (channel) channel.addEventListener("message", ({ data }) => hear(data));

  form.querySelectorAll("[data-undo], [data-untick], [data-what]").forEach((one) => { one.hidden = false; });
  document.querySelectorAll("[data-keys]").forEach((one) => { one.hidden = false; });
  form.classList.add("cells-live");
  form.querySelector("[data-left-box]").hidden = true;
  form.querySelector("[data-reason-word]").textContent = "Alasan mengganti catatan";
  for (const row of rows) {
    if (row.cell.classList.contains("cell-changed")) column.set([row.ref], row.select.value, { leftAt: leavingNow() });
    else if (row.select.value !== row.state) draw([row.ref]); // a browser that went back filled it in again
    if (row.box.checked) ticked.add(row.place);
  }
  kept.forgetOld();
  adopt();
  sayElsewhere();
}

function rowOf(line, place) {
  const cell = line.querySelector(".grid-edit");
  const select = cell.querySelector("select");
  const [state, event] = cell.querySelector("input").value.split(".");
  const total = line.lastElementChild.childNodes[1];
  return {
    line, place, cell, select, total, ref: line.dataset.ref, box: line.querySelector("input[type='checkbox']"),
    number: line.firstElementChild.textContent.trim(), name: line.querySelector(".grid-history").textContent,
    state, event, came: Number(total.nodeValue), isCame: isCame(state),
  };
}

// The cells of a row, one a session.
const others = (row) => [...row.line.children].slice(3, -1);

const wire = ({ id, ref, state, seen, reason, leftAt }) => ({ id, ref, state, seen: seen || null, reason, left_at: leftAt });

const asTold = ({ ref, state, event, how, leftAt, owes }) => ({ ref, state, event, how, left_at: leftAt, owes });

const CAME = new Set(["present", "late", "left"]);
const isCame = (state) => CAME.has(state);

function told({ ref, state, event, select }) {
  return { ref, state, event, how: select.title, leftAt: select.dataset.left || "", owes: Boolean(event) && !("free" in select.dataset) };
}

function element(tag, className = "", text = "") {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.textContent = text;
  return made;
}

if (form && form.querySelector("tr[data-ref]")) start();
