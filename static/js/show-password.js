// A button below each password that shows what was typed. Without this script there is none.

function enhance(input) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-quiet show-password";
  const show = (shown) => {
    input.type = shown ? "text" : "password";
    button.textContent = shown ? "Sembunyikan kata sandi" : "Tampilkan kata sandi";
  };
  button.addEventListener("click", () => show(input.type === "password"));
  input.form.addEventListener("submit", () => show(false)); // browsers keep no password out of a field of text
  window.addEventListener("pageshow", () => show(false)); // gone back to
  show(false);
  input.setAttribute("autocapitalize", "none");
  input.setAttribute("spellcheck", "false");
  input.after(button);
}

for (const input of document.querySelectorAll("input[type=password]")) enhance(input);

export {}; // a module: its names stay its own
