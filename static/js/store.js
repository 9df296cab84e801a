// What this device keeps when the page is gone: IndexedDB "meja", with the queue and some settings.
// The queue is in the order in which things were taken (`n`, given by the database). A write has happened when its promise
// resolves: then the transaction is complete, and on the disk where the browser can promise it.

const NAME = "meja";
const VERSION = 1;
const PATIENCE = 3_000; // ms for a database that another tab holds back
const STRICT = { durability: "strict" }; // before Chrome 83 ignored, and the default
const SECRETS = ["copy", "secret", "device", "tries", "acts"];
export const SESSION_KEY = "kunci-salinan"; // in sessionStorage: closing the browser closes the copy

// The store, or null where the browser keeps nothing (a private window, no space at all).
export async function open(options) {
  const db = await database(NAME, VERSION, (made) => {
    made.createObjectStore("queue", { keyPath: "n", autoIncrement: true });
    made.createObjectStore("settings");
  }, options);
  return db && durable(db);
}

// Any database of this site: null where the browser keeps nothing. `make` gives a new one its stores.
export function database(name, version, make, { idb = globalThis.indexedDB, patience = PATIENCE } = {}) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, patience, null);
    const done = (db) => {
      clearTimeout(timer);
      resolve(db);
    };
    try {
      const asked = idb.open(name, version);
      asked.addEventListener("upgradeneeded", () => make(asked.result));
      asked.addEventListener("success", () => {
        asked.result.addEventListener("versionchange", () => asked.result.close()); // somebody deletes it: they need not wait for us
        done(asked.result);
      });
      asked.addEventListener("error", (event) => {
        event.preventDefault();
        done(null);
      });
    } catch {
      done(null);
    }
  });
}

// act(names, mode, work): work(stores…) makes requests; what it returns is asked for its result when all is written.
export function acting(db) {
  return (names, mode, work) =>
    new Promise((resolve, reject) => {
      const tx = db.transaction(names, mode, STRICT);
      const asked = work(...names.map((name) => tx.objectStore(name)));
      tx.addEventListener("complete", () => resolve(asked && asked.result));
      tx.addEventListener("abort", () => reject(tx.error || new Error("The browser did not keep it.")));
    });
}

function durable(db) {
  const act = acting(db);

  return {
    isDurable: true,

    // ---- The queue ----
    all: () => act(["queue"], "readonly", (queue) => queue.getAll()),
    numbers: () => act(["queue"], "readonly", (queue) => queue.getAllKeys()),
    find: (n) => act(["queue"], "readonly", (queue) => queue.get(n)),
    add: (item) => act(["queue"], "readwrite", (queue) => queue.add(item)),
    change: (put, gone) =>
      act(["queue"], "readwrite", (queue) => {
        for (const item of put) queue.put(item);
        for (const n of gone) queue.delete(n);
      }),

    // The server may have heard of everything up to this number.
    begin: (n) =>
      act(["settings"], "readwrite", (settings) => {
        const asked = settings.get("begun");
        asked.addEventListener("success", () => {
          if (!(asked.result >= n)) settings.put(n, "begun");
        });
      }),

    // Takes an item out that the server cannot have heard of; whether it did.
    async withdraw(n) {
      const done = { result: false };
      await act(["queue", "settings"], "readwrite", (queue, settings) => {
        const asked = settings.get("begun");
        asked.addEventListener("success", () => {
          done.result = !(asked.result >= n);
          if (done.result) queue.delete(n);
        });
      });
      return done.result;
    },

    // ---- Settings ----
    get: (name) => act(["settings"], "readonly", (settings) => settings.get(name)),
    set: (name, value) => act(["settings"], "readwrite", (settings) => settings.put(value, name)),
    unset: (...names) =>
      act(["settings"], "readwrite", (settings) => {
        for (const name of names) settings.delete(name);
      }),
  };
}

// The same for a browser that keeps nothing: as long as the page lives.
export function memory() {
  const queue = new Map();
  const settings = new Map();
  let last = 0;
  return {
    isDurable: false,
    all: async () => [...queue.values()],
    numbers: async () => [...queue.keys()],
    find: async (n) => queue.get(n),
    async add(item) {
      last += 1;
      queue.set(last, { ...item, n: last });
      return last;
    },
    async change(put, gone) {
      for (const item of put) queue.set(item.n, item);
      for (const n of gone) queue.delete(n);
    },
    async begin(n) {
      if (!(settings.get("begun") >= n)) settings.set("begun", n);
    },
    async withdraw(n) {
      const isUnheard = !(settings.get("begun") >= n);
      if (isUnheard) queue.delete(n);
      return isUnheard;
    },
    get: async (name) => settings.get(name),
    set: async (name, value) => settings.set(name, value) && undefined,
    async unset(...names) {
      for (const name of names) settings.delete(name);
    },
  };
}

// Takes the copy and all that opens it off this device, at once. What waits in the queue stays: it belongs to people who came.
export async function wipe(store) {
  forgetKey();
  if (store) await store.unset(...SECRETS);
}

// What opens the copy leaves this page: it asks for the PIN again.
export function forgetKey() {
  try {
    sessionStorage.removeItem(SESSION_KEY);
  } catch {
    // a browser that keeps nothing has nothing to forget
  }
}
