import type { Delivery, MessageView, Preview, Trial } from '../../operations/index.ts';
import { columns } from './columns.ts';
import { block, inline, jsonText } from './escape.ts';
import type { Style } from './style.ts';
import { moment, shortId } from './words.ts';

/** `webhook (hooks.example.com)`; where it goes is not said twice. */
const nameOf = (provider: string, label: string): string =>
  inline(label === '' || label.toLowerCase() === provider ? provider : `${provider} (${label})`);

/** As machines read it: what there is nothing to say of is there as well. */
export const outcomeJson = <T extends Trial | Delivery>(one: T) => ({
  ...one,
  problem: one.problem ?? null,
  hint: one.hint ?? null,
});

/** What came of a test, one line for each who was to get it. */
export const trialList = (trials: readonly Trial[], style: Style): string =>
  columns(
    ['target', 'through', 'to', 'test'],
    trials.map(({ target, provider, label, outcome, problem }) => [
      target,
      provider,
      label,
      outcome === 'failed' ? 'failed' : problem === undefined ? 'delivered' : `delivered; ${problem}`,
    ]),
    style.bold,
  );

/** What waits, and what became of the rest. */
export const messageList = (rows: readonly MessageView[], style: Style): string =>
  rows.length === 0
    ? 'Nothing waits to be sent.'
    : columns(
        ['message', 'event', 'target', 'through', 'since', 'state', 'tried', 'again', 'why'],
        rows.map((row) => [
          shortId(row.id),
          row.type,
          row.target,
          row.provider,
          moment(row.since),
          row.state,
          row.attempts,
          row.next_attempt && moment(row.next_attempt),
          row.problem ?? '',
        ]),
        style.bold,
      );

export const deliveryList = (deliveries: readonly Delivery[], style: Style): string =>
  deliveries.length === 0
    ? 'Nothing waits to be sent.'
    : columns(
        ['message', 'event', 'target', 'through', 'to', 'state'],
        deliveries.map(({ id, type, target, provider, label, outcome }) => [
          shortId(id),
          type,
          target,
          provider,
          label,
          outcome,
        ]),
        style.bold,
      );

/** A body that is JSON is easier to read over several lines. */
const bodyText = (body: string): string => {
  try {
    return jsonText(JSON.parse(body));
  } catch {
    return block(body.trimEnd());
  }
};

const indented = (text: string): string =>
  text
    .split('\n')
    .map((line) => `  ${line}`.trimEnd())
    .join('\n');

/** What would be sent, word for word, to each who is told. */
export const previewText = (previews: readonly Preview[], event: string, style: Style): string =>
  previews
    .flatMap(({ provider, label, messages }) => {
      const name = style.bold(nameOf(provider, label));
      if (messages.length === 0) return [`${name} is not told of "${inline(event)}".`];
      return messages.map(({ to, headers, body }) => {
        const lines = Object.entries(headers).map(([header, value]) => `${inline(header)}: ${inline(value)}`);
        return [`${name}: ${inline(to)}`, indented([...lines, '', bodyText(body)].join('\n'))].join('\n');
      });
    })
    .join('\n\n');
