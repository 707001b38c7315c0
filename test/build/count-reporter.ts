import type { Reporter, TestModule } from 'vitest/node';

const countOf = (modules: readonly TestModule[]) => {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const module of modules) {
    let failed = 0;
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      if (state === 'failed') failed += 1;
      else if (state === 'passed') counts.passed += 1;
      else counts.skipped += 1;
    }
    // A file that cannot be loaded, or whose hook fails, has no failed test of its own.
    counts.failed += failed === 0 && module.state() === 'failed' ? 1 : failed;
  }
  return counts;
};

/** Says the sum in one plain line, the last of the output, for CI systems that read only that. */
export const countReporter = (): Reporter => ({
  onTestRunEnd: (modules, unhandledErrors) => {
    const { passed, failed, skipped } = countOf(modules);
    const wrong = failed + unhandledErrors.length;
    const line = `tests: ${passed} passed, ${wrong} failed, ${skipped} skipped\n`;
    process.once('exit', () => {
      process.stdout.write(line);
      // The package that starts PostgreSQL hooks into the end of this process and ends it with 0, whatever the tests said.
      if (wrong > 0) process.exitCode = 1;
    });
  },
});
