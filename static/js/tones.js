// A short tone for each kind of answer, so that the officer may look at the person instead of the screen.

const TONES = {
  present: [[880, 0, 0.12]],
  late: [[660, 0, 0.12], [660, 0.16, 0.12]],
  already: [[520, 0, 0.1], [520, 0.14, 0.1], [520, 0.28, 0.1]],
  refused: [[220, 0, 0.4]],
  "not-open": [[220, 0, 0.4]],
  undone: [[660, 0, 0.08], [440, 0.1, 0.12]],
};

let audio;

export function play(kind) {
  if (!audio) audio = new AudioContext();
  audio.resume();
  for (const [pitch, start, length] of TONES[kind] ?? []) tone(pitch, audio.currentTime + start, length);
}

function tone(pitch, start, length) {
  const oscillator = audio.createOscillator();
  const volume = audio.createGain();
  oscillator.frequency.value = pitch;
  volume.gain.setValueAtTime(0.25, start);
  volume.gain.exponentialRampToValueAtTime(0.001, start + length);
  oscillator.connect(volume).connect(audio.destination);
  oscillator.start(start);
  oscillator.stop(start + length);
}
