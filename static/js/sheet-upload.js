// Sends the chosen pictures one by one, says how far it is, and what was refused and why; also those dropped on the form.
// Without this script the form sends all of them at once.

import { sendAll } from "./sheet-sending.js";
import { uuid } from "./device.js";

const form = document.querySelector("[data-upload]");
const part = (name) => form.querySelector(`[data-${name}]`);
const OFFLINE = "Belum terkirim: tidak ada sambungan. Coba lagi sebentar lagi.";
const LOGGED_OUT = "Anda sudah keluar. Muat ulang halaman ini dan masuk lagi, lalu kirim lagi.";

let waiting = []; // {file, key}
let isSending = false;

// One file; said of it: {ok, again, message}.
function send({ file, key }, tell) {
  const body = new FormData();
  body.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  body.append("kunci", key);
  body.append("berkas", file, file.name);
  return new Promise((done) => {
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json");
    request.upload.addEventListener("progress", (event) => event.lengthComputable && tell(event.loaded / event.total));
    request.addEventListener("error", () => done({ ok: false, again: true, message: OFFLINE }));
    request.addEventListener("load", () => done(answerOf(request)));
    request.send(body);
  });
}

function answerOf(request) {
  let told;
  try {
    told = JSON.parse(request.responseText);
  } catch {
    return { ok: false, again: true, message: OFFLINE };
  }
  if (request.status === 401) return { ok: false, again: true, message: LOGGED_OUT };
  const result = told.results && told.results[0];
  if (result) return { ok: result.ok, again: Boolean(result.again), message: result.message, to: told.to };
  return { ok: false, again: request.status >= 429, message: told.message || OFFLINE };
}

function show({ place, of, part: share }) {
  part("sending").hidden = false;
  part("sending-bar").value = (place + share) / of;
  const word = of === 1 ? "Mengirim berkasnya." : `Mengirim berkas ${place + 1} dari ${of}.`;
  if (part("sending-word").textContent !== word) part("sending-word").textContent = word;
}

function refused(some, sent) {
  const list = part("refused-list");
  list.textContent = "";
  for (const { file, message } of some) {
    const item = document.createElement("li");
    const name = document.createElement("strong");
    name.textContent = file.name;
    item.append(name, ` ${message}`);
    list.append(item);
  }
  part("refused-head").textContent = `${some.length} berkas belum diterima${sent ? `, ${sent} diterima` : ""}.`;
  part("refused").hidden = false;
  waiting = some.filter(({ again }) => again);
  part("again").hidden = !waiting.length;
}

async function sendThem(items) {
  if (isSending || !items.length) return;
  isSending = true;
  part("refused").hidden = true;
  form.querySelector("[type=submit]").disabled = true;
  const { left, to } = await sendAll(items, send, show);
  isSending = false;
  form.querySelector("[type=submit]").disabled = false;
  part("sending").hidden = true;
  if (!left.length) {
    location.assign(to || location.pathname);
    return;
  }
  form.reset();
  refused(left, items.length - left.length);
}

const asItems = (files) => Array.from(files, (file) => ({ file, key: uuid() }));

// ---- Dropping ------------------------------------------------------------------------------------

function over(event) {
  if (!event.dataTransfer || !Array.from(event.dataTransfer.types).includes("Files")) return;
  event.preventDefault();
  form.classList.add("is-over");
}

function drop(event) {
  form.classList.remove("is-over");
  if (!event.dataTransfer || !event.dataTransfer.files.length) return;
  event.preventDefault();
  sendThem(asItems(event.dataTransfer.files));
}

if (form) {
  part("drop-hint").hidden = !matchMedia("(pointer: fine)").matches;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    sendThem(asItems(form.elements.berkas.files));
  });
  part("again").addEventListener("click", () => sendThem(waiting));
  form.addEventListener("dragover", over);
  form.addEventListener("dragleave", () => form.classList.remove("is-over"));
  form.addEventListener("drop", drop);
  addEventListener("beforeunload", (event) => isSending && event.preventDefault());
}
