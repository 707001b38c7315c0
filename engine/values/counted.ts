/** `1 artifact`, `2 artifacts`; `3 bodies` where the plural is irregular. */
export const counted = (count: number, noun: string, plural = `${noun}s`): string =>
  `${count} ${count === 1 ? noun : plural}`;
