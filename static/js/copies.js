// The holder of the copy, fetched only where there is one: an unprepared desk does without.

export function makeCopies(given) {
  let store = null;
  let holder = null;
  let coming = null;

  async function load() {
    const { makeCopyHolder } = await import("./desk-copy.js");
    holder = makeCopyHolder(given);
    await holder.start(store);
    return holder;
  }

  function fetched() {
    coming = coming || load();
    return coming;
  }

  async function start(one) {
    store = one;
    const device = await store.get("device");
    if (device && device.slug === given.slug) await fetched();
  }

  const copy = () => (holder ? holder.copy() : null);
  const beat = () => (holder ? holder.beat() : null);
  const takeOff = async (message) => (await fetched()).takeOff(message);
  return { start, copy, beat, takeOff };
}
