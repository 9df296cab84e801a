// Makes the desk's answers heard and felt; one button mutes the sound, and the device remembers it.

import { keep, recall } from "./device.js";
import { play, pulse, ready } from "./tones.js";

const desk = document.querySelector("[data-desk]");
const button = desk.querySelector("[data-sound]");

const isOn = () => button.getAttribute("aria-pressed") === "true";

function set(on) {
  button.setAttribute("aria-pressed", String(on));
  for (const picture of button.querySelectorAll("[data-while]")) picture.hidden = picture.dataset.while !== String(on);
}

// A device without sound answers in colour and words.
function tryTo(act, ...said) {
  try {
    act(...said);
  } catch {
    // nothing is lost
  }
}

function answered({ detail: { colour } }) {
  if (isOn()) tryTo(play, colour);
  tryTo(pulse, colour);
}

function toggle() {
  set(!isOn());
  keep("bunyi", isOn() ? "1" : "0");
  if (isOn()) tryTo(play, "present");
}

set(recall("bunyi") !== "0");
button.hidden = false;
button.addEventListener("click", toggle);
desk.addEventListener("jawaban", answered);
for (const touch of ["pointerdown", "keydown"]) addEventListener(touch, () => isOn() && tryTo(ready), { once: true });
