import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkProcessorFiles, readArtifact, validateArtifact } from '../../engine/artifacts/index.ts';
import { diagnosticBoxes, diagnosticJson } from '../../engine/cli/views/diagnostics.ts';
import { jsonText } from '../../engine/cli/views/escape.ts';
import { plainStyle } from '../../engine/cli/views/style.ts';
import { run } from '../cli/run.ts';
import { processorManifest } from '../support/processors.ts';
import { temporaryDirectory } from '../support/servers.ts';
import { expectPlain } from './looked-at.ts';
import { naughtyStrings } from './naughty-strings.ts';

/** Every naughty string in each field of a processor's manifest, as the name of its folder, and of files in it. */
const fields = [
  ...['name', 'version', 'display_name', 'description', 'category', 'type', 'runtime', 'entry_point', 'executor'],
  ...['endpoint', 'dependencies', 'environment', 'resources'],
];

const manifestWith = (text: string): string =>
  JSON.stringify({
    ...Object.fromEntries(fields.map((field) => [field, text])),
    ...{ tags: [text], parameters: { [text]: text, password: text }, [text]: text },
  });

test('a manifest, its folder and what lies beside it', async () => {
  let refused = 0;
  for (const text of naughtyStrings) {
    const path = `processors/${text}/processor.yaml`;
    const files = [{ path: text, mode: '100644', digest: 'a'.repeat(64) } as const];
    const read = await readArtifact('processor', { path, bytes: Buffer.from(manifestWith(text)), files });
    const found = [
      ...read.diagnostics,
      ...(read.ok ? validateArtifact(read.value, read.value.document) : []),
      ...checkProcessorFiles(`processors/${text}`, [...files, { path: text.toUpperCase(), mode: '120000' }]),
    ];
    expectPlain(diagnosticBoxes(found, plainStyle), JSON.stringify(text));
    expectPlain(jsonText(found.map(diagnosticJson)), JSON.stringify(text));
    if (found.length > 0) refused += 1;
  }
  expect(refused).toBe(naughtyStrings.length);
});

test('files of such names in the folder of a processor', async () => {
  const directory = temporaryDirectory();
  const folder = join(directory, 'processors', 'ocr');
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(directory, 'm3forge.yaml'),
    'version: 1\nproject: x\nsource: { processors: ["processors/**/*.yaml"] }\n',
  );
  writeFileSync(join(folder, 'processor.yaml'), processorManifest('ocr'));
  for (const text of naughtyStrings) {
    const isNameable = !/[/\0]|^\.{0,2}$/.test(text) && Buffer.byteLength(text) < 200 && text.isWellFormed();
    if (isNameable) writeFileSync(join(folder, text), text);
  }
  for (const flags of [[], ['--json']]) {
    const { exitCode, stdout, stderr } = await run(['validate', ...flags], { cwd: directory });
    expectPlain(stdout + stderr, flags.join());
    expect(exitCode, stdout + stderr).toBe(3);
    expect(stdout + stderr).toContain('processor-path-escapes');
  }
});
