// Reads the code of a signed page by camera and goes on to that page. Without this script the code is typed.

import { open } from "./camera.js";
import { makeReader } from "./decoder.js";
import { pageCode } from "./sheet-code.js";

const GAP = 100; // ms between two looks

const form = document.querySelector("[data-find]");
const part = (name) => form.querySelector(`[data-find-${name}]`);

let stream = null;
let turn = 0; // raised by whatever starts or stops: what an older turn still waits for is void

async function start() {
  const mine = ++turn;
  part("trouble").hidden = true;
  part("camera").hidden = false;
  part("open").hidden = true;
  try {
    const [opened, reader] = await Promise.all([open("", navigator.mediaDevices), makeReader()]);
    if (mine !== turn) return release(opened);
    stream = opened;
    part("picture").srcObject = stream;
    await part("picture").play();
    look(mine, reader, 0);
  } catch {
    if (mine === turn) fail();
  }
}

async function look(mine, reader, round) {
  if (mine !== turn) return;
  const video = part("picture");
  const code = video.videoWidth ? pageCode(await reader.read(video, video.videoWidth, video.videoHeight, round)) : "";
  if (mine !== turn) return;
  if (code) {
    stop();
    form.elements.kode.value = code;
    form.submit();
    return;
  }
  setTimeout(() => look(mine, reader, round + 1), GAP);
}

function stop() {
  turn += 1;
  if (stream) release(stream);
  stream = null;
  part("camera").hidden = true;
  part("open").hidden = false;
}

const release = (opened) => opened.getTracks().forEach((track) => track.stop());

function fail() {
  stop();
  part("trouble").hidden = false;
}

if (form) {
  part("open").hidden = !(navigator.mediaDevices && navigator.mediaDevices.getUserMedia);
  part("open").addEventListener("click", start);
  part("close").addEventListener("click", () => {
    stop();
    part("open").focus();
  });
  addEventListener("pagehide", stop);
}
