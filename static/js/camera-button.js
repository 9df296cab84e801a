// The button that opens the camera, which is fetched only then; or at once, where it was open before.

import { recall } from "./device.js";

const desk = document.querySelector("[data-desk]");
const part = (name) => desk.querySelector(`[data-${name}]`);
const button = part("camera-open");

let coming = null;

function fetched() {
  coming = coming || import("./desk-camera.js");
  return coming;
}

// Without a signal, on a device that keeps no pages: said as of a browser that cannot read.
function missing() {
  coming = null;
  const panel = part("camera-trouble");
  panel.textContent = "";
  panel.append(document.querySelector('template[data-trouble="unread"]').content.cloneNode(true));
  panel.hidden = false;
}

async function then(act) {
  const camera = await fetched().catch(missing);
  if (camera) act(camera);
}

const begin = () => then((camera) => camera.begin());

if (button) {
  button.hidden = false;
  button.addEventListener("click", begin);
  part("camera-trouble").addEventListener("click", (event) => event.target.closest("[data-camera-again]") && begin());
  if (recall("kamera-terbuka") === "1") then((camera) => camera.start());
}
