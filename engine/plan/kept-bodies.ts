import type { Digest } from '../values/index.ts';

/** Bodies that were read while a version was planned, for the apply that follows in the same process. */
export interface KeptBodies {
  readonly keep: (digest: Digest, body: Buffer) => void;
  /** The body, which is not kept any longer; undefined where it never was. */
  readonly take: (digest: Digest) => Buffer | undefined;
}

/**
 * Keeps bodies until they come to `maxBytes` together; what comes after that is read from Git again. A first release
 * would otherwise read, parse and spell every artifact twice.
 */
export const createKeptBodies = (maxBytes: number): KeptBodies => {
  const bodies = new Map<Digest, Buffer>();
  let bytes = 0;
  return {
    keep: (digest, body) => {
      if (bodies.has(digest) || bytes + body.length > maxBytes) return;
      bodies.set(digest, body);
      bytes += body.length;
    },
    take: (digest) => {
      const body = bodies.get(digest);
      if (body) {
        bodies.delete(digest);
        bytes -= body.length;
      }
      return body;
    },
  };
};
