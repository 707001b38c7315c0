/** How many single-character edits lead from one word to the other; two neighbours that changed places count as one. */
const distance = (from: string, to: string): number => {
  let before: readonly number[] = [];
  let row: readonly number[] = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= to.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      const isSwap = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      const swapped = isSwap ? (before[j - 2] ?? 0) + 1 : replaced;
      next.push(Math.min(replaced, swapped, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    before = row;
    row = next;
  }
  return row.at(-1) ?? 0;
};

/** Longer words are no typing errors, and comparing them would only cost time. */
const longestWord = 100;

/** The known word that was probably meant, for "did you mean"; undefined where none is near. */
export const closest = (word: string, known: Iterable<string>): string | undefined => {
  if (word.length > longestWord) return undefined;
  let best: { readonly name: string; readonly edits: number } | undefined;
  for (const name of known) {
    // `prod` is many edits away from `production` and yet what was meant.
    const isBeginning = word.length >= 3 && name.startsWith(word);
    const most = Math.max(1, Math.floor(name.length / 3));
    // As many edits as one is longer than the other are needed at least.
    if (!isBeginning && Math.abs(word.length - name.length) > most) continue;
    const edits = isBeginning ? 1 : distance(word.toLowerCase(), name.toLowerCase());
    if (edits <= most && (!best || edits < best.edits)) best = { name, edits };
  }
  return best?.name;
};
