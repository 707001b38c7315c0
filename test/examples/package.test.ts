import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { blocksOf, commandsOf, patternOf } from './documentation.ts';
import { createProject, type Project, quickstartFiles, repositoryRoot } from './project.ts';

const mostBytes = 70 * 1024 * 1024;

const npm = 'npm_config_audit=false npm_config_fund=false npm_config_update_notifier=false npm';

/** Newer than every source of the clone. */
const later = new Date(Date.now() + 60_000);

/** A project in which the packed package is installed from its file, with what it needs to run and nothing else. */
let project: Project;

beforeAll(() => {
  const clone = createProject([
    ...['launcher', 'engine', 'providers', 'schemas', 'test/build', 'docs', 'dist'],
    ...['package.json', 'package-lock.json', 'LICENSE', 'README.md', 'CHANGELOG.md'],
  ]);
  symlinkSync(join(repositoryRoot, 'node_modules'), join(clone.directory, 'node_modules'));
  // What was copied is what was built, so that packing need not build it again.
  utimesSync(join(clone.directory, 'dist/main.js'), later, later);
  const before = readFileSync(join(clone.directory, 'package.json'), 'utf8');
  clone.shell(`${npm} pack`);
  expect(readFileSync(join(clone.directory, 'package.json'), 'utf8')).toBe(before);
  project = createProject(quickstartFiles);
  cpSync(join(repositoryRoot, 'examples/library'), join(project.directory, 'library'), { recursive: true });
  writeFileSync(join(project.directory, 'package.json'), '{ "private": true, "type": "module" }');
  const [file = ''] = readdirSync(clone.directory).filter((name) => name.endsWith('.tgz'));
  install(project.directory, join(clone.directory, file));
}, 300_000);

/** With this machine's own settings: where npm gets its packages from is nothing that the test could know. */
const install = (directory: string, file: string): void => {
  const { status, stderr } = spawnSync('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', file], {
    ...{ cwd: directory, encoding: 'utf8', timeout: 240_000 },
    env: { ...process.env, NODE_ENV: 'production' },
  });
  expect(status, stderr).toBe(0);
};

const bytesBelow = (directory: string): number =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);

test('the package installs small, and brings its program, its types and its schemas', () => {
  const installed = join(project.directory, 'node_modules');
  expect(bytesBelow(installed)).toBeLessThan(mostBytes);
  expect(readdirSync(join(installed, '.bin'))).toContain('m3forge');
  expect(readdirSync(join(installed, 'm3forge/dist'))).toEqual(
    expect.arrayContaining([
      'library.d.ts',
      'library.js',
      'provider-kit.d.ts',
      'provider-kit.js',
      'provider-process.js',
    ]),
  );
  expect(readdirSync(join(installed, 'm3forge'))).not.toContain('engine');
});

test('the installed program does the whole quick start, and brings the documents that its hints name', {
  timeout: 120_000,
}, () => {
  const program = join(project.directory, 'node_modules/m3forge/dist/main.js');
  const fresh = createProject(quickstartFiles, { program });
  expect(fresh.m3forge('--version').stdout).toMatch(/^\d+\.\d+\.\d+/);
  const commands = blocksOf('examples/quickstart/README.md')
    .flatMap(commandsOf)
    .filter(({ line }) => line.startsWith('m3forge '));
  expect(commands.length).toBeGreaterThan(4);
  for (const { line, exit, output } of commands) {
    const ended = fresh.shell(line, exit);
    if (output !== undefined) expect(`${ended.output}\n`, line).toMatch(patternOf(output));
  }
  for (const document of ['providers.md', 'reference/diagnostics.md', 'operations.md']) {
    expect(existsSync(join(project.directory, 'node_modules/m3forge/docs', document))).toBe(true);
  }
});

/** A check that does what its options say, tried by the kit as an author would. */
const kitProgram = `import { type CheckAnswer, createConformance, type ProviderFixture, type ThirdPartyProvider } from 'm3forge/provider-kit';

const provider: ThirdPartyProvider = {
  check: {
    run: async ({ options, signal, timeoutMs }) => {
      if (options.mode !== 'hang') return { passed: options.mode === 'pass', detail: 'as the options say' };
      return new Promise<CheckAnswer>((done) => {
        const late = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
        const alive = setInterval(() => undefined, 1000);
        late.addEventListener('abort', () => {
          clearInterval(alive);
          done({ passed: false, detail: 'no answer in time' });
        });
      });
    },
  },
};
const fixture: ProviderFixture = {
  start: () => Promise.resolve({
    check: { passing: { mode: 'pass' }, failing: { mode: 'fail' }, broken: { mode: 'fail' }, hanging: { mode: 'hang' } },
    secrets: [],
    stop: () => Promise.resolve(),
  }),
};
const { cases, stop } = await createConformance(provider, fixture);
for (const { run } of cases) await run();
await stop();
console.log(\`\${cases.length} cases\`);
`;

test('an author imports the kit from the package, with its types', { timeout: 120_000 }, () => {
  writeFileSync(join(project.directory, 'kit.ts'), kitProgram);
  typeCheck('kit.ts');
  expect(project.shell('node kit.ts').stdout).toMatch(/^[1-9]\d* cases$/m);
});

/** Without skipLibCheck: the declarations must stand on their own. */
const typeCheck = (files: string): void => {
  const tsc = join(repositoryRoot, 'node_modules/.bin/tsc');
  const types = join(repositoryRoot, 'node_modules/@types');
  const options = `--ignoreConfig --noEmit --strict --target es2024 --module nodenext --typeRoots ${types} --types node`;
  project.shell(`${tsc} ${options} ${files}`);
};

test('what docs/library.md shows has its types, and works', { timeout: 120_000 }, () => {
  const blocks = blocksOf('docs/library.md').filter(({ language }) => language === 'ts');
  expect(blocks).toHaveLength(1);
  for (const { text } of blocks) {
    writeFileSync(join(project.directory, 'shown.ts'), text.replaceAll('/srv/invoices', '.'));
    typeCheck('shown.ts');
    expect(project.shell('node shown.ts').stdout).toContain('invoice-extraction');
  }
});

test('the example of the library has its types, and releases', { timeout: 120_000 }, () => {
  typeCheck('library/release.ts');
  // v1.1.0 deletes a workflow, and the program leaves that to people.
  expect(project.shell('node library/release.ts . development v1.1.0', 2).output).toContain(
    'Something would be deleted',
  );
  project.m3forge('apply --target development --version v1.1.0 --yes');
  const [command] = blocksOf('examples/library/README.md').flatMap(commandsOf);
  const { output } = project.shell(command?.line ?? 'exit 1');
  expect(output).toContain('development: activate done');
  expect(output).toContain('development runs v1.2.0');
});
