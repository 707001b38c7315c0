import type { Readable } from 'node:stream';

/** Pieces of a stream by line or by length, taking from it only what is asked for. */
export const createPieces = (stream: Readable) => {
  const chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  let rest: Buffer = Buffer.alloc(0);
  const more = async (): Promise<Buffer | undefined> => {
    const next = await chunks.next();
    return next.done ? undefined : next.value;
  };
  return {
    /** Undefined at the end of the stream. */
    line: async (): Promise<string | undefined> => {
      for (let end = rest.indexOf(10); ; end = rest.indexOf(10)) {
        if (end >= 0) {
          const text = rest.toString('utf8', 0, end);
          rest = rest.subarray(end + 1);
          return text;
        }
        const chunk = await more();
        if (!chunk) return undefined;
        rest = Buffer.concat([rest, chunk]);
      }
    },
    take: async (length: number): Promise<Buffer | undefined> => {
      const parts = [rest];
      let size = rest.length;
      while (size < length) {
        const chunk = await more();
        if (!chunk) return undefined;
        parts.push(chunk);
        size += chunk.length;
      }
      const whole = parts.length === 1 ? rest : Buffer.concat(parts, size);
      rest = whole.subarray(length);
      return whole.subarray(0, length);
    },
  };
};
