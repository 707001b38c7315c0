import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
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

// biome-ignore lint/style/noDefaultExport: vitest reads its configuration from the default export.
export default defineConfig({
  root,
  plugins: [sqlAsText],
  test: {
    include: ['test/**/*.test.ts'],
    ...(existsSync(globalSetup) && { globalSetup }),
    // Each file in a process of its own: many start databases and child processes, and must not share their ends.
    env: { TMPDIR: memoryDirectory() },
    pool: 'forks',
    // More than there are cores: many tests wait for other processes.
    maxWorkers: 3,
    // PostgreSQL in WebAssembly starts twice as fast where nothing is optimised that lives for less than a second.
    execArgv: ['--liftoff-only'],
    // Its ES modules import a directory, which bundlers understand and Node does not.
    server: { deps: { inline: ['clipanion'] } },
    testTimeout: 180_000,
    hookTimeout: 120_000,
    reporters: ['default', countReporter()],
  },
});
