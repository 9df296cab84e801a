// What the page for photographing signed pages shows. Knows the page, not the camera.

export const page = document.querySelector("[data-photo]");
export const part = (name) => page.querySelector(`[data-${name}]`);

const copyOf = (selector) => document.querySelector(selector).content.cloneNode(true);

function put(where, ...nodes) {
  where.textContent = "";
  where.append(...nodes);
}

// ---- The camera ----------------------------------------------------------------------------------

const ICONS = { good: "wait", starting: "wait", aim: "wait", again: "fine", foreign: "stop", mixed: "stop", two: "stop" };
let shown = "";

// The bar under the picture. A reader hears it only when it changes.
export function hint({ kind, words }) {
  if (shown === words) return;
  shown = words;
  const bar = part("hint");
  bar.classList.toggle("shot-ok", kind === "again");
  bar.classList.toggle("shot-calm", kind === "good" || kind === "aim" || kind === "starting");
  bar.classList.toggle("shot-no", ICONS[kind] === "stop");
  put(part("hint-icon"), copyOf(`template[data-icon="${ICONS[kind] || "move"}"]`));
  part("hint-words").textContent = words;
}

// A sign on each corner of the page: seen, or where it must be.
export function corners({ width, height, corners: all }) {
  const drawing = part("corners");
  drawing.setAttribute("viewBox", `0 0 ${width} ${height}`);
  const size = Math.max(width, height) / 480;
  const clamp = (value, most) => Math.min(Math.max(value, 16 * size), most - 16 * size);
  put(drawing, ...all.map(({ x, y, isSeen }) => {
    const sign = copyOf("template[data-corner]").querySelector("g");
    sign.setAttribute("class", isSeen ? "shot-corner shot-seen" : "shot-corner");
    sign.setAttribute("transform", `translate(${clamp(x, width).toFixed(1)} ${clamp(y, height).toFixed(1)}) scale(${size.toFixed(2)})`);
    return sign;
  }));
}

let unsent = ""; // what the panel of photos that wait says in short

export function state(marks, photos) {
  part("state").textContent = `${marks} dari 4 sudut terbaca · ${photos} lembar terfoto${unsent}`;
}

// The camera takes the place of the other ways, whose button is then the second one of the page.
export function isOpen(isOn) {
  part("camera").hidden = !isOn;
  part("camera-trouble").hidden = isOn;
  const { classList } = part("files").querySelector("button");
  classList.toggle("btn-primary", !isOn);
  classList.toggle("btn-outline", isOn);
}

// What came of a photo: kept, again, unsure, poor.
export function came(how, title) {
  const panel = part("done");
  panel.className = how === "kept" || how === "again" ? "shot-done" : "shot-done shot-doubt";
  put(panel, copyOf(`template[data-came="${how}"]`));
  panel.querySelector("[data-title]").textContent = title;
  panel.hidden = false;
  const use = panel.querySelector("[data-use]");
  if (use) use.focus();
}

let isHeld = false;

export function keeps(isKept) {
  isHeld = !isKept;
  if (!isKept) part("keeps").textContent = "Ponsel ini tidak dapat menyimpan foto: mohon jangan menutup halaman ini sampai semuanya terkirim.";
}

// Whether photos would be lost with the page.
export const isHeldByPage = () => isHeld && !part("queue").hidden;

// ---- What waits ----------------------------------------------------------------------------------

const WHY = {
  away: "Terkirim sendiri saat ada sinyal. Halaman ini boleh ditutup.",
  later: "Sistem sedang sibuk. Terkirim sendiri sebentar lagi.",
  doubted: "Ada gangguan di sistem. Dikirim lagi dengan sendirinya.",
  login: "Terkirim sendiri sesudah Anda masuk.",
  revoked: "Terkirim sendiri sesudah Anda masuk.",
};

export function queue({ items }, trouble) {
  const waiting = items.filter((item) => item.state !== "aside");
  const aside = items.filter((item) => item.state === "aside");
  const isCutOff = !navigator.onLine || Boolean(trouble && trouble.kind === "away");
  part("queue").hidden = !waiting.length;
  part("queue-count").textContent = `${waiting.length} foto ${isCutOff ? "menunggu sinyal" : "belum terkirim"}`;
  unsent = waiting.length ? ` · ${waiting.length}\u00A0${isCutOff ? "menunggu sinyal" : "belum terkirim"}` : "";
  part("queue-why").textContent = why(trouble, isCutOff);
  part("send-now").hidden = !trouble && !isCutOff;
  put(part("waiting"), ...waiting.map((item) => row("waiting", item)));
  part("parked").hidden = !aside.length;
  part("parked-count").textContent = `${aside.length} foto tidak diterima`;
  put(part("aside"), ...aside.map((item) => row("aside", item)));
}

function why(trouble, isCutOff) {
  if (trouble) return WHY[trouble.kind] || trouble.message || WHY.doubted;
  return isCutOff ? WHY.away : "Sedang dikirim.";
}

function row(kind, { id, title, reason }) {
  const made = copyOf(`template[data-row="${kind}"]`).firstElementChild;
  made.querySelector("[data-title]").textContent = title;
  const note = made.querySelector("[data-note]");
  if (note) note.textContent = reason;
  for (const button of made.querySelectorAll("button")) button.value = id;
  return made;
}

// ---- What was sent, and files --------------------------------------------------------------------

const troubled = () => [...part("sent").querySelectorAll("[data-problem]")];
const told = new Set(troubled().map((one) => one.textContent));

// The list anew; a photo that turned out to be unreadable is said where who holds the sheet looks.
export function sent(html) {
  put(part("sent"), ...new DOMParser().parseFromString(`<body>${html}`, "text/html").body.childNodes);
  const fresh = troubled().filter((one) => !told.has(one.textContent));
  for (const one of fresh) told.add(one.textContent);
  if (!fresh.length) return;
  const [title, note] = ["title", "note"].map((name) => fresh[0].querySelector(`[data-${name}]`).textContent);
  came("unread", title);
  part("done").querySelector("[data-note]").textContent = note;
}

export function refused(names) {
  const form = part("files");
  const old = form.querySelector(".form-error");
  if (old) old.remove();
  if (!names.length) return;
  const line = document.createElement("p");
  line.className = "form-error";
  line.setAttribute("role", "alert");
  line.textContent = `Bukan foto yang dapat dibuka: ${names.join(", ")}. Pilih foto JPEG atau PNG.`;
  form.querySelector("input[type=file]").before(line);
}
