import { createHash } from 'node:crypto';
import { canonicalBytes, type JsonValue } from './canonical.ts';

/** SHA-256 as 64 lower-case hexadecimal digits. */
export type Digest = string;

export const digestOfBytes = (bytes: Uint8Array | string): Digest => createHash('sha256').update(bytes).digest('hex');

/** The digest of a value's RFC 8785 form. */
export const digestOf = (value: JsonValue): Digest => digestOfBytes(canonicalBytes(value));

/** Short form for people; never compared. */
export const shortDigest = (digest: Digest): string => digest.slice(0, 12);
