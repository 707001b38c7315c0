import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { differenceOf, readArtifact, reasonOf, validateArtifact } from '../../engine/artifacts/index.ts';

const directory = join(import.meta.dirname, '../../../shared/fixtures/marie-plans');
const present = existsSync(directory);
const files = present ? readdirSync(directory).filter((file) => file.endsWith('.json')) : [];

describe.skipIf(!present)('real workflows (skipped where ../shared is absent)', () => {
  test('there are sixteen', () => expect(files).toHaveLength(16));

  test.each(files)('%s', async (file) => {
    const bytes = readFileSync(join(directory, file));
    const outcome = await readArtifact('workflow', { path: file, bytes });
    if (!outcome.ok) expect.unreachable(JSON.stringify(outcome.diagnostics));
    const artifact = outcome.value;
    expect(artifact).toMatchObject({ name: file.replace('.json', ''), shape: 'registry' });
    const said = validateArtifact(artifact, artifact.document).map(({ severity, code }) => `${severity} ${code}`);
    expect(said).toEqual(file.startsWith('mock_hitl_') ? ['warning workflow-method-unsupported'] : []);
    expect(reasonOf(await differenceOf('workflow', artifact.value, artifact.value))).toBe('no difference');
  });
});
