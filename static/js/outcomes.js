// What outcomes mean to the desk, whoever gave them.

export const ENTERS = new Set(["present", "late"]);
export const SAVED = "Tersimpan di perangkat ini dan belum dihitung. Terkirim sendiri saat sambungan kembali.";

// Whether the server's answer leaves what the device had told as it was.
export function stands(told, outcome) {
  return told === outcome || (ENTERS.has(outcome) && (ENTERS.has(told) || told === "already"));
}
