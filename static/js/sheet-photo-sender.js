// Takes kept photos to the server, one after the other, until it has them.

import { headers } from "./device.js";
import { makeSender, outcome, within } from "./sender.js";
import { alone } from "./take.js";

const LIMIT = 90_000; // ms: three megabytes on a line of a hall full of phones
const LOCK = "lembar-foto-kirim"; // one tab at a time

// heard(said, photos) is told each outcome (sender.js).
export function makePhotoSender({ shelf, token, heard }) {
  async function send([photo]) {
    const content = await shelf.bytes(photo.id).catch(() => null);
    if (!content) return { kind: "answered", results: [{ id: photo.id }] }; // another tab has sent it
    return post(photo, content, token);
  }

  return makeSender({
    read: shelf.read,
    write: shelf.write,
    send,
    heard,
    sync: shelf.sync,
    alone: (act) => alone(act, { lock: LOCK, patience: LIMIT }),
  });
}

async function post(photo, content, token) {
  const body = new FormData();
  body.set("berkas", new Blob([content], { type: "image/jpeg" }), "foto.jpg");
  body.set("kunci", photo.id);
  body.set("cara", "phone");
  const options = { method: "POST", body, headers: { Accept: "application/json", "X-CSRFToken": headers(token)["X-CSRFToken"] } };
  try {
    return about(photo, await within(LIMIT, photo.address, options, outcome));
  } catch {
    return { kind: "away" };
  }
}

// One photo was sent, so the answer is about it, whatever the server calls it: the same picture may have come before.
function about({ id }, said) {
  return said.kind === "answered" ? { ...said, results: [{ ...said.results[0], id }] } : said;
}
