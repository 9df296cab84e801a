// Small comforts of pages where one ticks many.

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

// Decisions above a list: those that fit none of the ticked rows are not offered.
for (const group of document.querySelectorAll("[data-decisions]")) {
  const form = group.closest("form");
  const across = group.querySelector("[data-across]");
  const offer = () => {
    const isAcross = Boolean(across?.checked);
    const ticked = [...form.querySelectorAll("input.action-select:checked")];
    const standing = ticked.map((box) => form.elements[`seen-${box.value}`]?.value);
    for (const button of group.querySelectorAll("[data-from]")) {
      const sources = button.dataset.from.split(" ");
      button.hidden = !isAcross && ticked.length > 0 && !standing.some((status) => sources.includes(status));
    }
  };
  form.addEventListener("change", offer);
  form.addEventListener("click", () => setTimeout(offer)); // Django's own script ticks many at once
  window.addEventListener("pageshow", offer);
}

export {}; // a module: its names stay its own
