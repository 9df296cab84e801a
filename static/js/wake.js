// Keeps the screen awake while wanted; where a browser cannot, it sleeps as always.

let wanted = false;
let lock = null;

async function take() {
  if (!wanted || lock || document.hidden) return;
  try {
    const taken = await navigator.wakeLock.request("screen");
    taken.addEventListener("release", () => { lock = null; });
    if (wanted) lock = taken;
    else taken.release();
  } catch {
    // a phone that saves its battery, a browser that knows no such thing
  }
}

// The system lets go of it whenever the page is hidden: it is taken again when the page is back.
document.addEventListener("visibilitychange", take);

export function keepAwake() {
  wanted = true;
  return take();
}

export function letSleep() {
  wanted = false;
  if (lock) lock.release();
  lock = null;
}
