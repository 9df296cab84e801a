// Many files, one after the other: each is kept or said to be refused, and one that fails stops none behind it.

const LOST = 2; // files in a row without a connection: the others would fare no better

// sendAll(items, send, tell) → {left: those that were not kept with what was said, to: where the kept ones are shown}
export async function sendAll(items, send, tell) {
  const left = [];
  let to = "";
  let lost = 0;

  async function one(item, place) {
    const told = (part) => tell({ place, of: items.length, part });
    told(0);
    const said = await send(item, told);
    lost = said.again ? lost + 1 : 0;
    if (said.ok) to = said.to || to;
    else left.push({ ...item, again: said.again, message: said.message });
  }

  const wait = (item) => left.push({ ...item, again: true, message: left[left.length - 1].message });
  const next = (before, [place, item]) => before.then(() => (lost < LOST ? one(item, place) : wait(item)));
  await [...items.entries()].reduce(next, Promise.resolve());
  return { left, to };
}
