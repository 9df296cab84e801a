// How far a long act is: the part of the page that says so is fetched again and again, without anybody's doing.
// Without this script one presses "Muat ulang". `data-waiting` may name a page that is that part alone.

const PAUSE = 2000; // milliseconds

const again = async () => {
  const here = document.querySelector("[data-waiting]");
  if (!here) return;
  try {
    const answer = await fetch(here.dataset.waiting || location.href, { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const there = answer.ok && page.querySelector("[data-waiting]");
    if (!there) {
      location.reload(); // done, failed, or logged out: the page itself says so
      return;
    }
    if (there.innerHTML !== here.innerHTML) here.innerHTML = there.innerHTML;
  } catch {
    // no network at this moment: the next time
  }
  setTimeout(again, PAUSE);
};

for (const note of document.querySelectorAll("[data-reloads]")) note.hidden = false;
setTimeout(again, PAUSE);

export {}; // a module: its names stay its own
