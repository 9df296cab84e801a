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
window.django?.jQuery?.(() => setTimeout(nameFields)); // after Django's own script, ready too, has drawn them
document.addEventListener("formset:added", () => setTimeout(nameFields));

// A browser shows a date in its own language's order; the office reads it once more in words, weekday included.
const words = (length, year) => new Intl.DateTimeFormat("id-ID", { weekday: length, day: "numeric", month: length, year });
const FULL = words("long", "numeric");
const SHORT = words("short"); // in the rows of a table there is no room for more
function sayDate(input) {
  const label = input.labels[0] ?? input.closest("[role=group]")?.querySelector(".form-label");
  if (!label) return;
  let said = label.querySelector(".date-words");
  if (!said) {
    said = document.createElement("span");
    said.className = "date-words";
    label.append(said);
  }
  const format = input.closest("td") ? SHORT : FULL;
  said.textContent = input.value ? format.format(new Date(`${input.value}T12:00`)) : "";
}
function sayDates() {
  for (const input of document.querySelectorAll('input[type="date"]')) sayDate(input);
}
window.addEventListener("load", sayDates);
document.addEventListener("formset:added", sayDates);
document.addEventListener("input", (event) => {
  if (event.target.matches('input[type="date"]')) sayDate(event.target);
});

export {}; // a module: its names stay its own
