// Says on its button that a form is on its way, and sends it once however often one taps. Without this the browser sends it as
// always, and the server makes one registration of two.

const PATIENCE = 20000; // milliseconds; then one may try again

function enhance(button) {
  let before = null; // what stood on the button while nothing is on its way
  let turn = 0;

  function restore() {
    if (before) {
      button.textContent = "";
      button.append(...before);
    }
    button.removeAttribute("aria-disabled");
    before = null;
    turn += 1;
  }

  button.form.addEventListener("submit", (event) => {
    if (before) {
      event.preventDefault();
      return;
    }
    const mine = turn;
    before = [...button.childNodes];
    button.textContent = button.dataset.sending;
    button.setAttribute("aria-disabled", "true");
    setTimeout(() => { if (mine === turn) restore(); }, PATIENCE);
  });
  window.addEventListener("pageshow", restore); // gone back to
}

for (const button of document.querySelectorAll("form [data-sending]")) enhance(button);

export {}; // a module: its names stay its own
