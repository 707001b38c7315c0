/** `2026-11-20 19:42:43Z`: UTC to the second, from ISO 8601. */
export const moment = (iso: string): string => `${iso.slice(0, 10)} ${iso.slice(11, 19)}Z`;

/** `0.4 s`, `72 s`, `12 min`. */
export const duration = (milliseconds: number): string => {
  const seconds = milliseconds / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  return seconds < 600 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`;
};

/** A duration that may be days: `0.4 s`, `72 s`, `90 min`, `26.5 h`, `4.2 days`. */
export const longDuration = (milliseconds: number): string => {
  const hours = milliseconds / 3_600_000;
  if (hours < 2) return duration(milliseconds);
  return hours < 48 ? `${hours.toFixed(1)} h` : `${(hours / 24).toFixed(1)} days`;
};

/** `95.2 %`; never 0 % of what is some, nor 100 % of what is not all. */
export const percentage = (ratio: number): string => {
  const percent = ratio * 100;
  const shown = ratio > 0 && ratio < 1 ? Math.min(Math.max(percent, 0.1), 99.9) : percent;
  return `${shown.toFixed(1)} %`;
};

/** `512 B`, `1.2 kB`, `3.4 MB`. */
export const byteSize = (bytes: number): string => {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
};

/** The beginning of an id, enough to name it. */
export const shortId = (id: string): string => id.slice(0, 8);

/** `rolled back` for `rolled_back`. */
export const spaced = (state: string): string => state.replaceAll('_', ' ');
