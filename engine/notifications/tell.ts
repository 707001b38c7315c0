import type { TargetConfig } from '../config/index.ts';
import { enqueue, type Happening, type Tell } from '../state/index.ts';
import type { System } from '../system/index.ts';
import { isJsonObject, type JsonValue, shortened } from '../values/index.ts';
import { chooseSinks } from './choose.ts';

interface Telling {
  readonly system: Pick<System, 'ids'>;
  readonly targets: Iterable<Pick<TargetConfig, 'name' | 'environment' | 'notifications'>>;
  readonly redact: (text: string) => string;
}

/** A value with every text in it changed. */
const mapTexts = (value: JsonValue, change: (text: string) => string): JsonValue => {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map((item) => mapTexts(item, change));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapTexts(item, change)]));
};

/** Of a reason or of what a server said; whoever wants to know more looks it up. */
const longestText = 4000;

/** What a database keeps whatever somebody wrote: what is told must never be in the way of what happened. */
const keepable = (text: string): string => shortened(text.toWellFormed().replaceAll('\u0000', '\ufffd'), longestText);

/**
 * Writes what happened for those whom the configuration names, within the transaction that it happens in. What is kept has
 * been through the redactor; it is sent by `deliver`.
 */
export const createTell = ({ system, targets, redact }: Telling): Tell => {
  return async (transaction, happening) => {
    const kept = mapTexts(happening as unknown as JsonValue, (text) => keepable(redact(text))) as unknown as Happening;
    const messages = chooseSinks(targets, happening).map((chosen) => ({
      ...chosen,
      id: system.ids.uuid(),
      happening: kept,
    }));
    await enqueue(transaction, messages);
  };
};
