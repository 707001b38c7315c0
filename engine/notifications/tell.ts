import type { TargetConfig } from '../config/index.ts';
import { enqueue, type Happening, type Tell } from '../state/index.ts';
import type { System } from '../system/index.ts';
import { isJsonObject, type JsonValue, shortened } from '../values/index.ts';
import { type Chosen, chooseSinks } from './choose.ts';
import { type Mirror, mirrored } from './mirror.ts';

interface Telling {
  readonly system: Pick<System, 'ids'>;
  readonly targets: Iterable<Pick<TargetConfig, 'name' | 'environment' | 'notifications'>>;
  /** Undefined where no host is told of releases. */
  readonly mirror?: Mirror | undefined;
  readonly redact: (text: string) => string;
}

/** Something that is told in one place, before it is recorded. */
type Told = Chosen & { readonly happening: Happening };

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
export const createTell = ({ system, targets, mirror, redact }: Telling): Tell => {
  return async (transaction, happening) => {
    const kept = mapTexts(happening as unknown as JsonValue, (text) => keepable(redact(text))) as unknown as Happening;
    const told: Told[] = chooseSinks(targets, happening).map((chosen) => ({ ...chosen, happening: kept }));
    const deployment = mirror && (await mirrored(transaction, mirror, kept));
    if (deployment) told.push({ target: deployment.target, sink: mirror.sink, happening: deployment });
    const messages = told.map((one) => ({ ...one, id: system.ids.uuid() }));
    await enqueue(transaction, messages);
  };
};
