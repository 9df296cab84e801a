// On paper nothing can be unfolded: all is open while the page is printed. (Newer browsers do so by the style sheet alone.)

let folded = [];

window.addEventListener("beforeprint", () => {
  folded = [...document.querySelectorAll("details:not([open])")];
  for (const each of folded) each.open = true;
});
window.addEventListener("afterprint", () => {
  for (const each of folded) each.open = false;
});

export {}; // a module: its names stay its own
