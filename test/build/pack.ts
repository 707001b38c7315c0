import { existsSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './bundle.ts';

/**
 * What "npm pack" and "npm publish" call before and after: while the package is made, its package.json names the program
 * under "bin", and not what is needed in a clone alone. In a clone it does not, because "npx m3forge" would then install
 * the repository first.
 *
 *     node test/build/pack.ts begin|end
 */
interface Manifest {
  readonly scripts: Readonly<Record<string, string>>;
  readonly devDependencies: unknown;
  readonly allowScripts: unknown;
}

const file = join(root, 'package.json');
const saved = join(root, 'dist/package.json.saved');

/** As it was, with its time: the build would take a newer one for a reason to build again. */
const end = (): void => {
  const { mtime } = statSync(saved);
  writeFileSync(file, readFileSync(saved));
  utimesSync(file, mtime, mtime);
  rmSync(saved);
};

const begin = (): void => {
  // Left there where packing broke off.
  if (existsSync(saved)) end();
  const text = readFileSync(file, 'utf8');
  const { mtime } = statSync(file);
  writeFileSync(saved, text);
  utimesSync(saved, mtime, mtime);
  const { scripts, devDependencies: _, allowScripts: __, ...rest } = JSON.parse(text) as Manifest;
  // npm looks for what to do afterwards where it looked for this.
  const packed = { ...rest, bin: { m3forge: 'dist/main.js' }, scripts: { postpack: scripts.postpack } };
  writeFileSync(file, `${JSON.stringify(packed, null, 2)}\n`);
};

const steps: Readonly<Record<string, () => void>> = { begin, end };
const step = steps[process.argv[2] ?? ''];
if (!step) throw new Error('say "begin" or "end"');
step();
