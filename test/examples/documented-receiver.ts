import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { temporaryDirectory } from '../support/servers.ts';
import { blocksOf } from './documentation.ts';

/** The receiver that docs/notifications.md shows, as its reader would start it. */
export interface DocumentedReceiver {
  /** What the reader has in his environment. */
  readonly variables: { readonly WEBHOOK_URL: string; readonly WEBHOOK_SECRET: string };
  /** What it has printed since it began to listen. */
  readonly lines: readonly string[];
  readonly close: () => void;
}

export const startDocumentedReceiver = async (): Promise<DocumentedReceiver> => {
  const block = blocksOf('docs/notifications.md').find(({ title }) => title === 'receiver.mjs');
  if (!block) throw new Error('docs/notifications.md shows no receiver any more');
  const file = join(temporaryDirectory(), 'receiver.mjs');
  writeFileSync(file, block.text);
  const secret = `whsec_${Buffer.alloc(32, 's').toString('base64')}`;
  const env = { PATH: process.env.PATH ?? '', WEBHOOK_SECRET: secret };
  const child = spawn(process.execPath, [file], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const printed = createInterface(child.stdout);
  const [url] = (await once(printed, 'line')) as [string];
  const lines: string[] = [];
  printed.on('line', (line) => lines.push(line));
  return {
    variables: { WEBHOOK_URL: url, WEBHOOK_SECRET: secret },
    lines,
    close: () => void child.kill(),
  };
};
