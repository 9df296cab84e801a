// Small comforts of the pages of messages; each works without them.

const LOOK = 250; // ms between two looks whether a message was handed over
const LOOKS = 24;
const WATCH = 3000; // ms between two looks how far a mailing has come

// Words in braces become buttons that write themselves where one was typing last.
export function inserted(value, start, end, word) {
  return { value: value.slice(0, start) + word + value.slice(end), at: start + word.length };
}

function offerSlots(list) {
  const field = document.getElementById(list.dataset.slots);
  if (!field || field.readOnly) return;
  for (const place of list.querySelectorAll("[data-slot]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-quiet";
    button.textContent = place.textContent;
    button.setAttribute("aria-label", `Sisipkan ${place.textContent}`);
    button.addEventListener("click", () => {
      const next = inserted(field.value, field.selectionStart, field.selectionEnd, place.dataset.slot);
      field.value = next.value;
      field.focus();
      field.setSelectionRange(next.at, next.at);
      field.dispatchEvent(new Event("input", { bubbles: true }));
    });
    place.textContent = "";
    place.append(button);
  }
}

// How many letters there are, while one types.
function countLetters(note) {
  const field = document.getElementById(note.dataset.countOf);
  const shown = note.querySelector("[data-count]");
  if (!field || !shown) return;
  const most = Number(field.dataset.counted);
  const show = () => {
    const count = field.value.trim().length;
    shown.textContent = count.toLocaleString("id-ID");
    shown.classList.toggle("is-over", count > most);
  };
  field.addEventListener("input", show);
}

// WhatsApp opens in a tab of its own; this page turns to the next person as soon as the server has marked this one.
function turnWhenSent(form) {
  form.addEventListener("submit", () => {
    document.documentElement.classList.add("is-handed");
    let looks = 0;
    const look = async () => {
      looks += 1;
      try {
        const answer = await fetch(form.dataset.handsOver, { headers: { Accept: "application/json" } });
        if (!answer.ok || !(await answer.json()).waits) {
          location.reload();
          return;
        }
      } catch {
        // without a network for a moment
      }
      if (looks < LOOKS) setTimeout(look, LOOK);
      else document.documentElement.classList.remove("is-handed");
    };
    setTimeout(look, LOOK);
  });
}

// A mailing that is under way draws its figures anew.
function watch(box) {
  const look = async () => {
    try {
      const answer = await fetch(box.dataset.watch);
      if (answer.ok) {
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const fresh = page.getElementById(box.id);
        const isBusy = box.contains(document.activeElement) && document.activeElement !== document.body;
        if (fresh && !isBusy) {
          box.textContent = "";
          box.append(...fresh.childNodes);
          if (!fresh.dataset.watch) return;
        }
      }
    } catch {
      // looked again later
    }
    setTimeout(look, WATCH);
  };
  setTimeout(look, WATCH);
}

if (typeof document !== "undefined") {
  document.querySelectorAll("[data-slots]").forEach(offerSlots);
  document.querySelectorAll("[data-count-of]").forEach(countLetters);
  document.querySelectorAll("form[data-hands-over]").forEach(turnWhenSent);
  document.querySelectorAll("[data-watch]").forEach(watch);
}
