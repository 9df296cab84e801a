// Logging in again without leaving the desk: what waits goes out, and the page stays as it is.

import { headers } from "./device.js";
import { LIMIT, within } from "./sender.js";

const AWAY = "Belum ada sambungan. Catatan tetap tersimpan; coba lagi sebentar lagi.";
const WRONG = "Kata sandi tidak cocok. Perhatikan huruf besar dan huruf kecil.";
const BUSY = "Terlalu sering dicoba. Tunggu beberapa menit, lalu coba lagi.";

// panel holds the form; done() is told when somebody is logged in.
export function makeLogIn(panel, done) {
  const form = panel.querySelector("form");
  const line = panel.querySelector("[data-login-error]");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    enter();
  });

  async function enter() {
    const button = form.querySelector("button");
    button.disabled = true;
    const refusal = await tryOn(form).catch(() => AWAY);
    button.disabled = false;
    form.elements.password.value = "";
    line.hidden = !refusal;
    line.querySelector("[data-login-refusal]").textContent = refusal;
    if (refusal) form.elements.password.focus();
    else done();
  }

  return {
    show(isWanted, why) {
      if (why) panel.querySelector("[data-login-why]").textContent = why;
      if (panel.hidden === !isWanted) return;
      panel.hidden = !isWanted;
      line.hidden = true;
    },
  };
}

// What the form was refused with; "" when somebody is logged in. The log-in page redirects whom it lets in.
async function tryOn(form, isSecond = false) {
  const address = form.getAttribute("action");
  const { "X-CSRFToken": token } = headers(form.elements.csrfmiddlewaretoken.value);
  const body = new URLSearchParams(new FormData(form));
  body.set("csrfmiddlewaretoken", token);
  const said = await within(LIMIT, address, { method: "POST", body, headers: { Accept: "text/html" } }, statusOf);
  if (said.redirected && said.path !== address) return "";
  if (said.status === 403 && !isSecond) {
    await within(LIMIT, address, {}, statusOf); // brings a fresh token
    return tryOn(form, true);
  }
  if (said.status === 429) return BUSY;
  return said.status < 500 ? WRONG : AWAY;
}

async function statusOf(response) {
  await response.text();
  return { status: response.status, redirected: response.redirected, path: new URL(response.url).pathname };
}
