// Photos of signed pages that wait on this phone until the server has them: IndexedDB "lembar-foto". A write has happened when its
// promise resolves. Which pages were photographed stays until somebody logs out; the pictures themselves only until they are sent.

import { acting, database } from "./store.js";

const NAME = "lembar-foto";
const VERSION = 1;
const STORES = ["photos", "bytes", "done"];

// The store, or null where the browser keeps nothing.
export async function open(options) {
  const db = await database(NAME, VERSION, (made) => {
    made.createObjectStore("photos", { keyPath: "id" });
    made.createObjectStore("bytes");
    made.createObjectStore("done");
  }, options);
  return db && durable(db);
}

function durable(db) {
  const act = (mode, work) => acting(db)(STORES, mode, work);

  return {
    isDurable: true,
    all: () => act("readonly", (photos) => photos.getAll()),
    bytes: (id) => act("readonly", (_photos, bytes) => bytes.get(id)),
    add: (photo, content) =>
      act("readwrite", (photos, bytes, done) => {
        photos.put(photo);
        bytes.put(content, photo.id);
        if (photo.name) done.put(photo.at, photo.name);
      }),
    change: (put, gone) =>
      act("readwrite", (photos, bytes) => {
        for (const photo of put) photos.put(photo);
        for (const id of gone) {
          photos.delete(id);
          bytes.delete(id);
        }
      }),
    done: () => act("readonly", (_photos, _bytes, done) => done.getAllKeys()),
    forget: () => act("readwrite", (_photos, _bytes, done) => done.clear()),
  };
}

// The same for a browser that keeps nothing: as long as the page lives.
export function memory() {
  const [photos, contents, names] = [new Map(), new Map(), new Set()];
  return {
    isDurable: false,
    all: async () => [...photos.values()],
    bytes: async (id) => contents.get(id),
    async add(photo, content) {
      photos.set(photo.id, photo);
      contents.set(photo.id, content);
      if (photo.name) names.add(photo.name);
    },
    async change(put, gone) {
      for (const photo of put) photos.set(photo.id, photo);
      for (const id of gone) {
        photos.delete(id);
        contents.delete(id);
      }
    },
    done: async () => [...names],
    forget: async () => names.clear(),
  };
}

// ---- For who logs out ----------------------------------------------------------------------------

// How many photos wait on this phone.
export async function unsent() {
  const store = await open();
  return store ? (await store.all()).length : 0;
}

// Which pages were photographed: nobody's business once somebody has logged out. Photos that wait stay: nobody else has them.
export async function forgetDone() {
  const store = await open();
  if (store) await store.forget();
}
