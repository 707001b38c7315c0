import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { countReporter } from './build/count-reporter.ts';
import { memoryDirectory } from './support/memory-directory.ts';

const root = join(import.meta.dirname, '..');
const globalSetup = join(import.meta.dirname, 'support/global-setup.ts');

/** The bundler hands `.sql` files over as text; so do the tests. */
const sqlAsText = {
  name: 'sql-as-text',
  enforce: 'pre' as const,
  load: (id: string) =>
    id.endsWith('.sql') ? `export default ${JSON.stringify(readFileSync(id, 'utf8'))};` : undefined,
};

/**
 * What changes something that the whole process has, or replaces a module: each of these in a process of its own. All others
 * share processes, so that the program is loaded and PostgreSQL in WebAssembly compiled once for many files.
 */
const alone = [
  'test/apply/counted-work.test.ts',
  'test/hostile/{bombs,swapped,paths}.test.ts',
  'test/http/{tls,refusals}.test.ts',
  'test/notifications/email.test.ts',
  'test/operations/redaction.test.ts',
  'test/versions/working-tree.test.ts',
  'test/examples/provider-stores.test.ts',
];

/** What takes longest begins first: at the end, one of them would leave all other processors idle. */
const longest = ['examples/documented-commands', 'scenarios/scenarios', 'chaos/', 'hostile/bombs', 'examples/examples'];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rankOf = ({ moduleId }: TestSpecification): number => {
      const rank = longest.findIndex((part) => moduleId.includes(`/test/${part}`));
      return rank === -1 ? longest.length : rank;
    };
    const sorted = await super.sort(files);
    // The projects one after the other, as they were: a process is shared by neighbours only.
    const isAlone = ({ project }: TestSpecification): number => (project.name === 'alone' ? 1 : 0);
    return sorted.sort((left, right) => isAlone(left) - isAlone(right) || rankOf(left) - rankOf(right));
  }
}

const inEach = {
  root,
  plugins: [sqlAsText],
};

const common = {
  env: { TMPDIR: memoryDirectory() },
  // Processes, not threads: many tests start databases and child processes.
  pool: 'forks' as const,
  setupFiles: [join(import.meta.dirname, 'support/each-file.ts')],
  // PostgreSQL in WebAssembly starts twice as fast where nothing is optimised that lives for less than a second.
  execArgv: ['--liftoff-only'],
  // Its ES modules import a directory, which bundlers understand and Node does not.
  server: { deps: { inline: ['clipanion'] } },
  testTimeout: 180_000,
  hookTimeout: 120_000,
};

// biome-ignore lint/style/noDefaultExport: vitest reads its configuration from the default export.
export default defineConfig({
  root,
  test: {
    ...(existsSync(globalSetup) && { globalSetup }),
    // More than there are cores: many tests wait for other processes.
    maxWorkers: 4,
    sequence: { sequencer: LongestFirst },
    reporters: ['default', countReporter()],
    projects: [
      { ...inEach, test: { ...common, name: 'alone', include: alone } },
      {
        ...inEach,
        test: { ...common, name: 'together', include: ['test/**/*.test.ts'], exclude: alone, isolate: false },
      },
    ],
  },
});
