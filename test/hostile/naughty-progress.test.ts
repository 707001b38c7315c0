import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { createOutput } from '../../engine/cli/output.ts';
import { createListProgress } from '../../engine/cli/progress/list.ts';
import { createRedactor } from '../../engine/values/index.ts';
import { eventsWith } from './filled.ts';
import { expectPlain } from './looked-at.ts';
import { naughtyStrings } from './naughty-strings.ts';

/** The list of steps on a terminal moves the cursor itself; whatever else it draws must be as plain as everywhere. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: what begins each code of a terminal.
const codes = /\u001b\[[?\d;]*[a-zA-Z]/g;

const drawn = async (texts: readonly string[]): Promise<string> => {
  const stderr = Object.assign(new PassThrough({ highWaterMark: 2 ** 26 }), {
    isTTY: true,
    columns: 100_000,
    rows: 24,
  });
  const terminal = { stdin: new PassThrough(), stdout: new PassThrough(), stderr };
  const output = createOutput(terminal, createRedactor(), { env: () => undefined, noColor: false, quiet: false });
  const progress = createListProgress(stderr, output);
  for (const text of texts) {
    progress.report(text, { type: 'log', level: 'warn', message: text });
    progress.report(text, { type: 'step_start', step: 'verify', title: text });
    for (const event of eventsWith(text)) progress.report(text, event);
  }
  progress.report('end', { type: 'step_start', step: 'write', title: 'end' });
  await progress.end();
  return String(stderr.read());
};

test('the list of steps obeys no text that it shows', async () => {
  // As far up as it goes for texts of a few lines.
  const plain = Array.from({ length: 8 }, (_, lines) => 'plain'.concat('\nplain'.repeat(lines)));
  const own = new Set((await drawn(plain)).match(codes));
  const shown = await drawn(naughtyStrings);
  expect(shown.match(/✖/g)?.length).toBeGreaterThanOrEqual(naughtyStrings.length);
  expectPlain(
    shown.replaceAll(codes, (code) => (own.has(code) ? '' : code)),
    'progress',
  );
});
