import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';

/**
 * Begins a third-party provider: provider, schemas, fixture and test, which pass as they are.
 *
 *     npm run new-provider -- NAME [DIRECTORY]
 *
 * The directory must not exist. Where none is given, it is m3forge-provider-NAME beside this clone; a relative one starts
 * where npm was called, which in the clone is inside it.
 */
const template = join(import.meta.dirname, 'template');
const clone = join(import.meta.dirname, '../..');

const fail = (why: string): never => {
  process.stderr.write(`${why}\n\nUsage: npm run new-provider -- NAME [DIRECTORY]\n`);
  process.exit(1);
};

const [name = '', directory, ...rest] = process.argv.slice(2);
if (rest.length > 0) fail('That is more than a name and a directory.');
if (!/^[a-z][a-z0-9-]{0,40}$/.test(name)) fail(`"${name}" is no name: a lower-case letter, then a-z, 0-9 and "-".`);

// npm runs scripts in the clone, and says where it was called from.
const home = process.env.INIT_CWD ?? process.cwd();
const place = directory === undefined ? join(clone, '..', `m3forge-provider-${name}`) : resolve(home, directory);
if (existsSync(place)) fail(`${place} exists, and nothing is ever replaced.`);

for (const path of await readdir(template, { recursive: true, withFileTypes: true })) {
  if (!path.isFile()) continue;
  const from = join(path.parentPath, path.name);
  const to = join(place, relative(template, from));
  const text = await readFile(from, 'utf8');
  await mkdir(dirname(to), { recursive: true });
  await writeFile(to, text.replaceAll('M3FORGE', `file:${relative(place, clone)}`).replaceAll('NAME', name), {
    flag: 'wx',
  });
}
// The one thing that it needs is this clone: as "npm install" would link it, and at once.
await mkdir(join(place, 'node_modules'));
await symlink(clone, join(place, 'node_modules/m3forge'));
process.stdout.write(`${place} is a provider that works. Go on there:\n\n    npm test\n`);
