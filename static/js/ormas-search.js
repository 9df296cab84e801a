// Turns <select data-search="hint"> into a field one types in: the ARIA combobox pattern with a list below.
// The select stays in the form and holds the choice; without this script it is an ordinary select.

export const plain = (text) => text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase();

// Whether each word typed stands somewhere in the text, whatever its case and diacritics.
export const fits = (text, typed) => plain(typed).split(/\s+/).every((word) => plain(text).includes(word));

function element(name, attributes, text = "") {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.textContent = text;
  return made;
}

function enhance(select) {
  const id = select.id;
  const choices = [...select.options].filter((option) => option.value);
  const input = element("input", {
    id, class: "form-control", name: `${select.name}_typed`, type: "text", role: "combobox", autocomplete: "off",
    autocapitalize: "words", spellcheck: "false", "aria-autocomplete": "list", "aria-expanded": "false",
    "aria-controls": `${id}_list`,
  });
  for (const name of ["aria-describedby", "aria-invalid", "required"]) {
    if (select.hasAttribute(name)) input.setAttribute(name, select.getAttribute(name));
  }
  const list = element("ul", { id: `${id}_list`, class: "search-list", role: "listbox", "aria-label": "Ormas" });
  const told = element("p", { class: "search-told form-text", role: "status" });
  const box = element("div", { class: "search" });
  const help = document.getElementById(`${id}_helptext`);
  if (help) help.textContent = select.dataset.search;
  select.id = `${id}_select`;
  select.hidden = true;
  select.after(box);
  box.append(input, list, told);
  list.hidden = true;

  let shown = [];
  let active = -1;
  const chosen = () => choices.find((option) => option.value === select.value);
  input.value = chosen()?.text ?? select.dataset.typed ?? "";

  const matching = () => {
    const typed = chosen()?.text === input.value ? "" : input.value;
    return choices.filter((option) => fits(option.text, typed));
  };

  function close() {
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function point(at) {
    active = at;
    [...list.children].forEach((row, place) => row.setAttribute("aria-selected", String(place === at)));
    if (at < 0) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", list.children[at].id);
    list.children[at].scrollIntoView({ block: "nearest" });
  }

  function open() {
    shown = matching();
    list.textContent = "";
    list.append(...shown.map((option, place) =>
      element("li", { id: `${id}_${place}`, class: "search-option", role: "option", "aria-selected": "false" }, option.text)));
    list.hidden = shown.length === 0;
    input.setAttribute("aria-expanded", String(!list.hidden));
    told.classList.toggle("visually-hidden", shown.length > 0);
    told.textContent = shown.length
      ? `${shown.length} ormas cocok.`
      : "Tidak ada ormas yang cocok. Periksa ejaannya, atau lihat “Ormas saya tidak ada di daftar” di bawah.";
    point(-1);
  }

  function choose(option) {
    select.value = option ? option.value : "";
    if (option) {
      input.value = option.text;
      told.textContent = "";
      told.classList.add("visually-hidden");
    }
    close();
  }

  // What was typed in full, or leaves one choice only, is that choice.
  function settle() {
    if (chosen()?.text === input.value) return close();
    const found = matching();
    choose(input.value.trim() && found.length === 1 ? found[0] : null);
  }

  const keys = {
    ArrowDown() { if (list.hidden) open(); point(Math.min(active + 1, shown.length - 1)); },
    ArrowUp() { if (list.hidden) open(); point(active > 0 ? active - 1 : shown.length - 1); },
    Enter() { if (active < 0) { settle(); return false; } choose(shown[active]); },
    Escape() { if (list.hidden) input.value = ""; settle(); },
  };
  input.addEventListener("keydown", (event) => {
    const act = event.isComposing ? null : keys[event.key];
    if (act && act() !== false) event.preventDefault();
  });
  input.addEventListener("input", () => { select.value = ""; open(); });
  input.addEventListener("click", () => { if (list.hidden) open(); });
  input.addEventListener("blur", settle);
  list.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
  list.addEventListener("click", (event) => {
    const row = event.target.closest("[role=option]");
    if (row) choose(shown[[...list.children].indexOf(row)]);
  });
}

document.querySelectorAll("select[data-search]").forEach(enhance);
