// Says beside the button how much of what waits is decided. Without it the button says no number.

const WORDS = { pertahankan: "dipertahankan", coret: "dicoret", dilihat: "dilihat" };
const thousands = (number) => number.toLocaleString("id-ID");

// "2 dari 5 diputuskan: 1 dipertahankan, 1 dicoret"
export function decided(choices, all) {
  if (!choices.length) return "Yang tidak dipilih tetap menunggu.";
  const parts = Object.entries(WORDS).map(([choice, word]) => [choices.filter((one) => one === choice).length, word]);
  const said = parts.filter(([number]) => number).map(([number, word]) => `${thousands(number)} ${word}`);
  return `${thousands(choices.length)} dari ${thousands(all)} diputuskan: ${said.join(", ")}`;
}

export const button = (number) => (number ? `Simpan ${thousands(number)} putusan` : "Simpan putusan");

function count(form) {
  const choices = [...form.querySelectorAll("input[name^='putusan-']:checked")].map((one) => one.value);
  form.querySelector("[data-decided]").textContent = decided(choices, form.querySelectorAll("fieldset").length);
  form.querySelector("[data-save]").textContent = button(choices.length);
}

const form = typeof document === "undefined" ? null : document.querySelector("[data-late]");
if (form) {
  const again = () => count(form);
  form.addEventListener("change", again);
  form.addEventListener("reset", () => setTimeout(again)); // the choices are gone only afterwards
  window.addEventListener("pageshow", again); // a browser that goes back fills them in again
  again();
}
