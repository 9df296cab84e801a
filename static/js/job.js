// Keeps the page of a long act up to date: figures every two seconds, the whole page when the act has ended.

const PAUSE = 2000; // milliseconds
const LONGEST = 15000; // between two questions, when the server does not answer

const card = document.querySelector("[data-job]");

async function look() {
  const answer = await fetch(card.dataset.job, { headers: { Accept: "application/json" }, cache: "no-store" });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

function show(told) {
  const bar = card.querySelector("progress");
  bar.max = told.total || 1;
  bar.value = told.done;
  card.querySelector(".job-figures").textContent = told.figures;
  const badge = card.querySelector("[role=status] .status");
  if (badge && badge.textContent.trim() !== told.word) badge.lastChild.textContent = told.word;
  const note = card.querySelector(".job-note");
  note.textContent = told.note;
  note.hidden = !told.note;
}

function later(pause) {
  setTimeout(async () => {
    try {
      const told = await look();
      if (!told.is_open) {
        location.reload();
        return;
      }
      show(told);
      later(PAUSE);
    } catch {
      later(Math.min(pause * 2, LONGEST)); // away, or logged out: the page stays as it is
    }
  }, pause);
}

if (card) {
  card.querySelector(".job-look").hidden = true; // this page looks by itself
  later(PAUSE);
}

export {}; // a module: its names stay its own
