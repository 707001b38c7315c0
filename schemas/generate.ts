/**
 * Writes the JSON Schemas and the reference from the sources that they follow from: the TypeScript types with their
 * comments, the commands, the tables of diagnostics, the providers. `node schemas/generate.ts`; with `--check` it writes
 * nothing and fails where a file is not what the sources say.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Project } from 'ts-morph';
import { type Output, root } from './output.ts';
import { providerOutputs } from './provider-outputs.ts';
import { commandReference } from './reference-commands.ts';
import { configurationReference } from './reference-configuration.ts';
import { diagnosticReference } from './reference-diagnostics.ts';
import { configurationSchema, schemaOutputs } from './schema-outputs.ts';
import { importSqlAsText } from './sql-as-text.ts';

/** Folders that hold generated files only. */
const generatedFolders = ['docs/reference', 'schemas/providers'];

importSqlAsText();
const project = new Project({ tsConfigFilePath: join(root, 'tsconfig.json'), skipAddingFilesFromTsConfig: true });
const configuration = configurationSchema(project);
const outputs: readonly Output[] = [
  ...schemaOutputs(project, configuration),
  ...providerOutputs(project, configuration),
  configurationReference(configuration),
  await commandReference(),
  diagnosticReference(project),
];

const checkOnly = process.argv.includes('--check');

const stale = outputs.filter(({ path, text }) => {
  const file = join(root, path);
  return !existsSync(file) || readFileSync(file, 'utf8') !== text;
});
/** What is left of something that is not there any more. */
const left = generatedFolders
  .filter((folder) => existsSync(join(root, folder)))
  .flatMap((folder) => readdirSync(join(root, folder)).map((name) => `${folder}/${name}`))
  .filter((path) => !outputs.some((output) => output.path === path));

if (checkOnly && stale.length + left.length > 0) {
  const names = [...stale.map(({ path }) => path), ...left].map((path) => `    ${path}\n`).join('');
  process.stderr.write(`These files are not what the sources say:\n${names}Run:\n    npm run generate\n`);
  process.exitCode = 1;
} else {
  for (const { path, text } of stale) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
    process.stdout.write(`${path} written\n`);
  }
  for (const path of left) {
    rmSync(join(root, path));
    process.stdout.write(`${path} removed\n`);
  }
}
