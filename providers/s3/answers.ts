import { XMLParser } from 'fast-xml-parser';
import { refuse } from '../../engine/diagnostics/index.ts';

const parser = new XMLParser({
  ignoreAttributes: true,
  parseTagValue: false,
  isArray: (name) => name === 'Contents' || name === 'Upload',
});

type Element = { readonly [name: string]: unknown };

const isElement = (value: unknown): value is Element => typeof value === 'object' && value !== null;

const childOf = (value: unknown, name: string): unknown =>
  isElement(value) && Object.hasOwn(value, name) ? value[name] : undefined;

const textIn = (value: unknown, name: string): string | undefined => {
  const text = childOf(value, name);
  return typeof text === 'string' && text !== '' ? text : undefined;
};

const parse = (body: Buffer): unknown => {
  try {
    return parser.parse(body.toString('utf8'), true);
  } catch {
    return undefined;
  }
};

/** The code of an error document, such as `NoSuchKey`. Its message is not looked at: some stores quote a request in it. */
export const errorCodeIn = (body: Buffer): string | undefined => {
  const code = textIn(childOf(parse(body), 'Error'), 'Code');
  return code && /^[A-Za-z0-9.]{1,80}$/.test(code) ? code : undefined;
};

const root = (body: Buffer, name: string, label: string): unknown => {
  const parsed = parse(body);
  // An empty element is an empty text.
  if (isElement(parsed) && Object.hasOwn(parsed, name)) return parsed[name];
  throw refuse('backup-store-answer', {
    detail: `${label} answers, but not as an S3 store does: ${name} is missing.`,
    hint: 'See whether backups.endpoint is the address of an S3 store, and no proxy or web page in front of it.',
  });
};

const listOf = (value: unknown, name: string): readonly unknown[] => {
  const list = childOf(value, name);
  return Array.isArray(list) ? list : [];
};

const decoded = (key: string, encoding: string | undefined): string => {
  if (encoding !== 'url') return key;
  try {
    return decodeURIComponent(key.replaceAll('+', ' '));
  } catch {
    return key;
  }
};

/** Where a list goes on; undefined where it ends. One that breaks off would be taken for all that there is. */
const nextIn = (result: unknown, name: string, label: string): string | undefined => {
  if (textIn(result, 'IsTruncated') !== 'true') return undefined;
  const next = textIn(result, name);
  if (next !== undefined) return next;
  throw refuse('backup-store-answer', {
    detail: `${label} breaks off in the middle of a list: ${name} is missing.`,
    hint: 'Nothing was counted on that list. Ask whoever runs the store.',
  });
};

export interface KeysPage {
  readonly keys: readonly string[];
  /** Where the next page begins; undefined where this is the last. */
  readonly next: string | undefined;
}

export const keysIn = (body: Buffer, label: string): KeysPage => {
  const result = root(body, 'ListBucketResult', label);
  const encoding = textIn(result, 'EncodingType');
  return {
    keys: listOf(result, 'Contents').map((entry) => decoded(textIn(entry, 'Key') ?? '', encoding)),
    next: nextIn(result, 'NextContinuationToken', label),
  };
};

export interface Upload {
  readonly key: string;
  readonly id: string;
}

export interface UploadsPage {
  readonly uploads: readonly Upload[];
  readonly next: Upload | undefined;
}

export const uploadsIn = (body: Buffer, label: string): UploadsPage => {
  const result = root(body, 'ListMultipartUploadsResult', label);
  const encoding = textIn(result, 'EncodingType');
  const uploads = listOf(result, 'Upload').map((entry) => ({
    key: decoded(textIn(entry, 'Key') ?? '', encoding),
    id: textIn(entry, 'UploadId') ?? '',
  }));
  const key = nextIn(result, 'NextKeyMarker', label);
  if (key === undefined) return { uploads, next: undefined };
  return { uploads, next: { key: decoded(key, encoding), id: textIn(result, 'NextUploadIdMarker') ?? '' } };
};

export const uploadIdIn = (body: Buffer, label: string): string => {
  const id = textIn(root(body, 'InitiateMultipartUploadResult', label), 'UploadId');
  if (id !== undefined) return id;
  throw refuse('backup-store-answer', { detail: `${label} begins an upload without saying which.` });
};
