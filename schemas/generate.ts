/**
 * Writes the JSON Schemas from the TypeScript types, which are the source of truth: `node schemas/generate.ts`. With
 * `--check` it writes nothing and fails where a schema is not what the types say.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Project } from 'ts-morph';
import { schemaOf } from './type-to-schema.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

const outputs = [
  { file: 'engine/config/file.ts', type: 'ConfigFile', output: 'schemas/m3forge.schema.json', title: 'm3forge.yaml' },
  {
    file: 'engine/plan/document.ts',
    type: 'PlanDocument',
    output: 'schemas/plan.schema.json',
    title: 'A plan of m3forge',
  },
] as const;

const project = new Project({ tsConfigFilePath: join(root, 'tsconfig.json'), skipAddingFilesFromTsConfig: true });
const checkOnly = process.argv.includes('--check');

for (const { file, type, output, title } of outputs) {
  const source = project.addSourceFileAtPath(join(root, file));
  const declaration = source.getInterfaceOrThrow(type);
  const schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title,
    ...schemaOf(declaration.getType(), type),
  };
  const text = `${JSON.stringify(schema, null, 2)}\n`;
  const path = join(root, output);
  const present = existsSync(path) ? readFileSync(path, 'utf8') : '';
  if (present === text) continue;
  if (checkOnly) {
    process.stderr.write(`${output} is not what ${file} says. Run:\n    npm run generate\n`);
    process.exitCode = 1;
  } else {
    writeFileSync(path, text);
    process.stdout.write(`${output} written\n`);
  }
}
