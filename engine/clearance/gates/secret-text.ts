import { isJsonObject, type JsonValue, type StructuralPath } from '../../values/index.ts';

/** A document as lines of `key: text`, the form in which scanners know secrets, and where each text stands in it. */
export interface SearchableText {
  readonly text: string;
  /** The path of the value in which this letter of the text is. */
  readonly pathAt: (index: number) => StructuralPath;
}

interface Piece {
  readonly start: number;
  readonly path: StructuralPath;
}

const pieceBefore = (pieces: readonly Piece[], index: number): Piece | undefined => {
  let [low, high] = [0, pieces.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((pieces[middle]?.start ?? 0) <= index) low = middle;
    else high = middle - 1;
  }
  return pieces[low];
};

/** What JSON escapes stands here as it is: a key in PEM has its line breaks again. */
export const searchable = (document: JsonValue): SearchableText => {
  const lines: string[] = [];
  const pieces: Piece[] = [];
  let length = 0;
  const walk = (value: JsonValue, path: StructuralPath, key: string): void => {
    if (typeof value === 'string') {
      const line = `${key}: ${value}\n`;
      pieces.push({ start: length, path });
      lines.push(line);
      length += line.length;
    } else if (value !== null && typeof value === 'object') {
      if (isJsonObject(value)) for (const [name, item] of Object.entries(value)) walk(item, [...path, name], name);
      else for (const [index, item] of (value as readonly JsonValue[]).entries()) walk(item, [...path, index], key);
    }
  };
  walk(document, [], '');
  return { text: lines.join(''), pathAt: (index) => pieceBefore(pieces, index)?.path ?? [] };
};
