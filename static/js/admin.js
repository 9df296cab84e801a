// Small comforts of the admin; everything works without them.

// Filter menus close when one clicks elsewhere or presses Escape.
function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.filter-menu[open]")) {
    if (menu !== except) menu.open = false;
  }
}
document.addEventListener("click", (event) => closeMenus(event.target.closest("details.filter-menu")));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const open = document.querySelector("details.filter-menu[open]");
  closeMenus(null);
  open?.querySelector("summary").focus();
});

// The search-and-pick fields are drawn without a name for who listens: they get the one of their label.
function nameFields() {
  for (const select of document.querySelectorAll("select.admin-autocomplete.select2-hidden-accessible")) {
    const label = select.labels[0]?.textContent.trim() ?? select.closest("td")?.dataset.label ?? "Pilih";
    const box = select.nextElementSibling?.querySelector(".select2-selection");
    for (const part of [box, box?.querySelector(".select2-selection__rendered")]) part?.setAttribute("aria-label", label);
    box?.removeAttribute("aria-labelledby");
  }
}
window.addEventListener("load", nameFields);
document.addEventListener("formset:added", () => setTimeout(nameFields));
