import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { createRepository } from '../support/repository.ts';
import { prepareProject, runCommand } from '../support/scenario.ts';

const fixtures = fileURLToPath(new URL('../../../shared/fixtures/marie-plans', import.meta.url));
const present = existsSync(fixtures);

const plans = (): Readonly<Record<string, string>> =>
  Object.fromEntries(
    readdirSync(fixtures)
      .filter((name) => name.endsWith('.json'))
      .map((name) => [`workflows/${name}`, readFileSync(join(fixtures, name), 'utf8')]),
  );

describe.skipIf(!present)(
  'sixteen real workflow definitions (they lie in ../shared/fixtures; skipped where that is absent)',
  () => {
    test.each(['embedded', 'databases'] as const)(
      'load, validate, plan and apply, and then nothing is left to do (%s)',
      async (arrangement) => {
        const directory = await prepareProject({ project: 'invoices' }, arrangement);
        const files = plans();
        expect(Object.keys(files)).toHaveLength(16);
        createRepository(directory).commit(files, 'v9.0.0');
        const run = (command: string) => runCommand(command, directory);
        const select = '--target development --version v9.0.0';

        const validated = JSON.parse((await run('m3forge validate --ref v9.0.0 --json')).output);
        expect(validated).toMatchObject({ valid: true, error_count: 0 });
        const warned = new Set(
          validated.diagnostics.flatMap(({ address }: { readonly address?: string }) => address ?? []),
        );
        expect([...warned].sort()).toEqual([
          'workflow.mock_hitl_approval',
          'workflow.mock_hitl_correction',
          'workflow.mock_hitl_router',
        ]);

        expect(await run(`m3forge plan ${select} --detailed-exitcode`)).toMatchObject({
          exit: 2,
          output: expect.stringContaining('workflows      16 created, 0 updated, 0 deleted'),
        });
        expect(await run(`m3forge apply ${select} --yes`)).toMatchObject({ exit: 0 });
        expect(await run(`m3forge plan ${select} --detailed-exitcode`)).toMatchObject({
          exit: 0,
          output: expect.stringContaining('No changes. development runs v9.0.0, as configured.'),
        });
      },
    );
  },
);
