// Looks people up by a few letters while somebody types: the server, and the device's copy when no answer comes in time.

import { codeIn } from "./codes.js";
import { LIMIT, within } from "./sender.js";

const WAIT = 180; // ms after the last key
const LEAST = 2;
const PATIENCE = 1_500; // ms for the server, where a copy can answer as well

// soon() and now() look up what stands in the field; the list takes the answer's place until clear().
// Told: reached() when the server answered, lost(said) when it did not, as in sender.js.
// byCopy(text) gives rows for the list, or null without a copy; isCutOff() says that the server is not to be waited for.
export function makeLookUp({ input, matches, panel, address, reached, lost, byCopy = () => null, isCutOff = () => false }) {
  let turn = 0;
  let timer;

  function soon() {
    clearTimeout(timer);
    timer = setTimeout(now, WAIT);
  }

  async function now() {
    clearTimeout(timer);
    const text = input.value.trim();
    const mine = ++turn;
    if (text.length < LEAST || codeIn(text)) return empty();
    const rows = byCopy(text);
    if (rows && isCutOff()) return list(text, rows);
    const found = `${address}?${new URLSearchParams({ cari: text, bagian: "cari" })}`;
    const said = await ask(found, rows ? PATIENCE : LIMIT);
    if (mine === turn) show(text, said, rows);
  }

  function show(text, said, rows) {
    if (said.kind === "answered") {
      matches.innerHTML = said.html;
      matches.dataset.words = text;
      panel.hidden = true;
      return reached();
    }
    if (rows) list(text, rows);
    else {
      empty();
      matches.append(document.querySelector(`template[data-say="${said.kind}"]`).content.cloneNode(true));
    }
    return lost(said);
  }

  function list(text, rows) {
    matches.textContent = "";
    matches.append(rows);
    matches.dataset.words = text;
    panel.hidden = true;
  }

  function empty() {
    matches.textContent = "";
    panel.hidden = false;
  }

  function clear() {
    clearTimeout(timer);
    turn += 1; // what is still on its way comes too late
    empty();
  }

  // The one button of the list for these very words, if there is only one.
  function only(text) {
    const buttons = matches.querySelectorAll("[name=ref]");
    return buttons.length === 1 && matches.dataset.words === text ? buttons[0] : null;
  }

  return { soon, now, clear, only };
}

const read = async (response) => ({ response, html: await response.text() });

// A part of a page: answered {html}, login, or away.
export async function ask(address, limit = LIMIT) {
  try {
    const { response, html } = await within(limit, address, { headers: { Accept: "text/html" } }, read);
    if (response.redirected) return { kind: "login" };
    return response.ok ? { kind: "answered", html } : { kind: "away" };
  } catch {
    return { kind: "away" };
  }
}
