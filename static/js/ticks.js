// "Pilih semua": one tick for all of a name. Shown only where this script runs; everything works without it.

for (const all of document.querySelectorAll("input[data-ticks]")) {
  const each = [...all.form.elements].filter((field) => field.type === "checkbox" && field.name === all.dataset.ticks);
  const say = () => {
    const ticked = each.filter((field) => field.checked).length;
    all.checked = ticked === each.length;
    all.indeterminate = ticked > 0 && ticked < each.length;
  };
  all.addEventListener("change", () => {
    for (const field of each) field.checked = all.checked;
  });
  for (const field of each) field.addEventListener("change", say);
  window.addEventListener("pageshow", say);
  say();
  all.closest("[hidden]")?.removeAttribute("hidden");
}

export {}; // a module: its names stay its own
