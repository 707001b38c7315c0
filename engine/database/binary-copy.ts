import type { CopyRow, CopyTarget, CopyType } from './database.ts';

/** "PGCOPY\n\377\r\n\0", no flags, no header extension. */
export const copyHeader: Buffer = Buffer.concat([Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1'), Buffer.alloc(8)]);

/** A field count of -1 ends the data. */
export const copyTrailer: Buffer = Buffer.from([0xff, 0xff]);

export const copyStatement = (target: CopyTarget, source: string): string => {
  const columns = target.columns.map((column) => `"${column.name.replaceAll('"', '""')}"`).join(', ');
  return `copy ${target.table} (${columns}) from ${source} with (format binary)`;
};

const missing: Buffer = Buffer.from([0xff, 0xff, 0xff, 0xff]);

const withLength = (length: number): Buffer => {
  const field = Buffer.allocUnsafe(4 + length);
  field.writeInt32BE(length, 0);
  return field;
};

const integerField = (type: 'integer' | 'bigint', value: number): Buffer => {
  if (!Number.isSafeInteger(value)) throw new RangeError(`${value} is no safe integer`);
  const field = withLength(type === 'integer' ? 4 : 8);
  if (type === 'integer') field.writeInt32BE(value, 4);
  else field.writeBigInt64BE(BigInt(value), 4);
  return field;
};

/** The pieces of one field: its length, then its value in PostgreSQL's binary form. */
const encodeField = (type: CopyType, value: CopyRow[number]): readonly Uint8Array[] => {
  if (value === null) return [missing];
  if (typeof value === 'number') {
    if (type !== 'integer' && type !== 'bigint') throw new TypeError(`a number does not fit a column of type ${type}`);
    return [integerField(type, value)];
  }
  if (type !== (typeof value === 'string' ? 'text' : 'bytea')) {
    throw new TypeError(
      `a ${typeof value === 'string' ? 'text' : 'byte string'} does not fit a column of type ${type}`,
    );
  }
  const bytes = typeof value === 'string' ? Buffer.from(value, 'utf8') : value;
  const length = Buffer.allocUnsafe(4);
  length.writeInt32BE(bytes.byteLength, 0);
  return [length, bytes];
};

export interface CopyBatch {
  readonly bytes: Buffer;
  readonly rows: number;
}

/** Rows in PostgreSQL's binary format, in pieces of about `batchBytes`; a row is never divided. */
export async function* encodeRows(
  columns: CopyTarget['columns'],
  rows: AsyncIterable<CopyRow> | Iterable<CopyRow>,
  batchBytes: number,
): AsyncGenerator<CopyBatch> {
  const fieldCount = Buffer.allocUnsafe(2);
  fieldCount.writeInt16BE(columns.length, 0);
  let pieces: Uint8Array[] = [];
  let size = 0;
  let count = 0;
  for await (const row of rows) {
    if (row.length !== columns.length)
      throw new TypeError(`a row has ${row.length} fields for ${columns.length} columns`);
    pieces.push(fieldCount);
    size += fieldCount.length;
    for (const [index, column] of columns.entries()) {
      for (const piece of encodeField(column.type, row[index] ?? null)) {
        pieces.push(piece);
        size += piece.byteLength;
      }
    }
    count += 1;
    if (size >= batchBytes) {
      yield { bytes: Buffer.concat(pieces, size), rows: count };
      [pieces, size, count] = [[], 0, 0];
    }
  }
  if (count > 0) yield { bytes: Buffer.concat(pieces, size), rows: count };
}
