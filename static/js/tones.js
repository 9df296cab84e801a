// Three sounds and three pulses, so that the officer may look at the person instead of the screen: in, look, not in.

const KINDS = {
  present: "good",
  late: "good",
  already: "look",
  undone: "look",
  saved: "look",
  refused: "refused",
  "not-open": "refused",
};
const TONES = {
  good: [[660, 0, 0.1], [990, 0.11, 0.16]], // up
  look: [[520, 0, 0.12], [520, 0.2, 0.12], [520, 0.4, 0.12]], // knocking
  refused: [[196, 0, 0.6]], // a long growl
};
const PULSES = { good: [70], look: [60, 90, 60, 90, 60], refused: [450] }; // ms on, off, on …

let audio;

// Which of the three an answer's colour asks for; none while it is still on its way.
export const kindOf = (colour) => KINDS[colour];

// Browsers give sound only after somebody has touched the page: the first tap or key readies it.
export function ready() {
  if (!audio) audio = new AudioContext();
  audio.resume();
}

export function play(colour) {
  const tones = TONES[kindOf(colour)];
  if (!tones) return;
  ready();
  for (const [pitch, start, length] of tones) tone(pitch, audio.currentTime + start, length);
}

function tone(pitch, start, length) {
  const oscillator = audio.createOscillator();
  const volume = audio.createGain();
  oscillator.type = pitch < 300 ? "sawtooth" : "sine"; // small loudspeakers have no bass: its overtones are heard
  oscillator.frequency.value = pitch;
  volume.gain.setValueAtTime(0.25, start);
  volume.gain.exponentialRampToValueAtTime(0.001, start + length);
  oscillator.connect(volume).connect(audio.destination);
  oscillator.start(start);
  oscillator.stop(start + length);
}

export function pulse(colour) {
  const pulses = PULSES[kindOf(colour)];
  if (pulses && navigator.vibrate) navigator.vibrate(pulses);
}
