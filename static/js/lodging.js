// Dragging somebody's name into a room: sends the form that the person's own page sends.

const form = document.querySelector("[data-lodge-move]");
let moved = null;

const take = (event) => {
  moved = event.currentTarget;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", "");
};

const over = (event) => {
  if (!moved) return;
  event.preventDefault();
  event.currentTarget.classList.add("lodge-room-over");
};

const leave = (event) => {
  event.currentTarget.classList.remove("lodge-room-over");
};

const put = (event) => {
  leave(event);
  if (!moved) return;
  event.preventDefault();
  form.action = moved.dataset.lodger;
  form.elements.seen.value = moved.dataset.seen;
  form.elements.room.value = event.currentTarget.dataset.room;
  moved = null;
  form.submit();
};

if (form) {
  for (const person of document.querySelectorAll("[data-lodger]")) {
    person.draggable = true;
    person.addEventListener("dragstart", take);
    person.addEventListener("dragend", () => {
      moved = null;
    });
  }
  for (const room of document.querySelectorAll("[data-room]")) {
    room.addEventListener("dragover", over);
    room.addEventListener("dragleave", leave);
    room.addEventListener("drop", put);
  }
  for (const hint of document.querySelectorAll("[data-lodge-hint]")) hint.hidden = false;
}
