import type { RecordDetails, RecordView } from '../../operations/index.ts';
import { columns } from './columns.ts';
import { inline } from './escape.ts';
import type { Style } from './style.ts';
import { spaced } from './words.ts';

export const recordList = (rows: readonly RecordView[], style: Style): string =>
  rows.length === 0
    ? 'Nothing is recorded yet.'
    : columns(
        ['address', 'what it is'],
        rows.map(({ address, about }) => [address, about]),
        style.bold,
      );

const cell = (value: unknown): string =>
  value === null || value === undefined ? '-' : typeof value === 'object' ? JSON.stringify(value) : String(value);

const listed = (value: unknown): string =>
  typeof value === 'object' && value !== null && 'address' in value && 'digest' in value
    ? `${value.address}  ${String(value.digest).slice(0, 12)}`
    : cell(value);

/** What is recorded under one address: a line for each value, lists under their name. */
export const recordDetails = ({ address, ...values }: RecordDetails, style: Style): string => {
  const entries = Object.entries(values);
  const width = Math.max(...entries.map(([name]) => name.length));
  const lines = entries.flatMap(([name, value]: readonly [string, unknown]) => {
    const inner = value !== null && typeof value === 'object' && !Array.isArray(value) ? Object.entries(value) : [];
    if (inner.length > 0) {
      return [`  ${spaced(name)}`, ...inner.map(([key, one]) => `    ${inline(key)}: ${inline(cell(one))}`)];
    }
    if (!Array.isArray(value)) return [`  ${spaced(name).padEnd(width)}  ${inline(cell(value))}`];
    if (value.length === 0) return [`  ${spaced(name).padEnd(width)}  none`];
    return [`  ${spaced(name)}`, ...value.map((one) => `    ${inline(listed(one))}`)];
  });
  return [style.bold(inline(address)), ...lines].join('\n');
};
