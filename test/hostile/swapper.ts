import { renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A process that puts a file and a link to a secret in each other's place, on and on, until it is ended. */
const directory = process.argv[2] ?? '';
const at = (name: string): string => join(directory, name);

for (;;) {
  writeFileSync(at('file.next'), 'version: 1\n');
  renameSync(at('file.next'), at('swapped.yaml'));
  symlinkSync('../secret', at('link.next'));
  renameSync(at('link.next'), at('swapped.yaml'));
}
