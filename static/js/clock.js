// What the server has told of this device's clock. Pure but for the two clocks that it is given.

const JUMP = 30_000; // ms; a clock set back by more is noticed

// learn(ms) notes by how much the clock is ahead; ahead() says it now, also after the clock was set back meanwhile.
export function makeClock({ wall = () => Date.now(), running = () => performance.now() } = {}) {
  let error = 0;
  let lead = wall() - running();

  function ahead() {
    const now = wall() - running();
    if (now < lead - JUMP) error += now - lead; // set back: a device that slept is only ever found further on
    lead = now;
    return error;
  }

  return {
    ahead,
    learn(ms) {
      ahead();
      error = ms;
    },
    now: () => wall() - ahead(),
    right: (at) => Date.parse(at) - ahead(),
  };
}
