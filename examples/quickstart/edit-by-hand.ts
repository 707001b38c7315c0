import { join } from 'node:path';
import { openDatabase, quoteIdentifier } from '../../engine/database/index.ts';
import { createLog, realSystem } from '../../engine/system/index.ts';

/**
 * Plays the colleague who opens the database and changes a workflow that runs there, past m3forge: the OCR of
 * `invoice-extraction` in the development place reads English only, from now on.
 *
 *     npx node examples/quickstart/edit-by-hand.ts
 */
export const editByHand = async (directory: string): Promise<number> => {
  const system = realSystem(
    createLog('silent', () => undefined),
    new AbortController().signal,
  );
  const database = await openDatabase({ kind: 'embedded', directory }, system, {
    lockTimeoutMs: 30_000,
    command: 'edit-by-hand',
  });
  const place = quoteIdentifier('development');
  try {
    const changed = await database.query(
      `update ${place}.artifact
       set body = convert_to(replace(convert_from(body, 'UTF8'), '["en","de"]', '["en"]'), 'UTF8')
       where encode(digest, 'hex') = (select digest from ${place}.workflows where name = 'invoice-extraction')
       returning digest`,
    );
    return changed.length;
  } finally {
    await database.close();
  }
};

if (import.meta.main) {
  const changed = await editByHand(join(process.cwd(), '.m3forge'));
  process.stdout.write(`${changed} workflow changed by hand\n`);
}
