import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Diagnostic, Refusal } from '../../engine/diagnostics/index.ts';
import { validate } from '../../engine/operations/index.ts';
import { noKnowledge, readVersion } from '../../engine/versions/index.ts';
import { checkContents } from '../../engine/versions/read-processor.ts';
import { processorFiles, processorManifest } from '../support/processors.ts';
import { valueIn } from '../support/project.ts';
import { type CommittedFile, createRepository } from '../support/repository.ts';
import { temporaryDirectory, testSystem } from '../support/servers.ts';
import { openRepository, parent } from '../versions/sources.ts';

const selection = { processor: ['processors/**/processor.yaml', '*/processor.yaml', 'processor.yaml'] };

let count = 0;
const newRepository = () => {
  count += 1;
  return createRepository(parent, `processors-${count}`);
};

const told = (diagnostics: readonly Diagnostic[]): readonly string[] =>
  diagnostics.map(({ code, range }) => `${code} ${range?.filename}:${range?.start.line}`);

/** What is said of a tree, in a few words each. */
const readTree = async (repository: ReturnType<typeof createRepository>, tree: string): Promise<readonly string[]> => {
  const source = await openRepository(repository);
  try {
    const read = await readVersion(source, { treeId: tree }, { selection, known: noKnowledge });
    return told(read.ok ? read.value.problems : read.diagnostics);
  } catch (error) {
    if (error instanceof Refusal) return told(error.diagnostics);
    throw error;
  }
};

const problemsOf = (files: readonly CommittedFile[]): Promise<readonly string[]> => {
  const repository = newRepository();
  const commit = repository.commit(files);
  return readTree(repository, repository.git(['rev-parse', `${commit}^{tree}`]));
};

const ocr = (path: string, content: string | Uint8Array, mode?: string): readonly CommittedFile[] => [
  ...processorFiles('ocr'),
  { path: `processors/ocr/${path}`, content, ...(mode && { mode }) },
];

describe('a tree is refused with the place', () => {
  const cases: readonly (readonly [string, readonly CommittedFile[], readonly string[]])[] = [
    ['a symbolic link', ocr('secret', '/etc/passwd', '120000'), ['source-entry-unsupported processors/ocr/secret:1']],
    [
      'a submodule',
      [
        ...processorFiles('ocr'),
        { path: 'processors/ocr/vendor', content: '', mode: '160000', id: '0123456789012345678901234567890123456789' },
      ],
      ['source-entry-unsupported processors/ocr/vendor:1'],
    ],
    [
      'a manifest that is a link',
      [{ path: 'processors/ocr/processor.yaml', content: 'elsewhere', mode: '120000' }],
      ['source-entry-unsupported processors/ocr/processor.yaml:1'],
    ],
    ['a backslash', ocr('a\\b.py', ''), ['processor-path-escapes processors/ocr/:1']],
    ['a name with a control character', ocr('a\u001bb', ''), ['processor-path-escapes processors/ocr/:1']],
    ['names that differ in case', ocr('Main.py', ''), ['processor-path-collision processors/ocr/main.py:1']],
    [
      'a file and a folder that differ in case',
      ocr('MAIN.PY/x', ''),
      ['processor-path-collision processors/ocr/main.py:1'],
    ],
    [
      'names that differ in Unicode form',
      [...ocr('\u00e9.py', ''), { path: 'processors/ocr/e\u0301.py', content: '' }],
      ['processor-path-collision processors/ocr/\u00e9.py:1'],
    ],
    [
      'a pointer of Git LFS',
      ocr('model.bin', 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n'),
      ['processor-lfs-pointer processors/ocr/model.bin:1'],
    ],
    [
      'a manifest at the top',
      [{ path: 'processor.yaml', content: processorManifest('top') }],
      ['processor-folder processor.yaml:1'],
    ],
    [
      'one processor inside another',
      [...processorFiles('ocr'), { path: 'processors/ocr/in/processor.yaml', content: processorManifest('in') }],
      ['processor-folder processors/ocr/in/processor.yaml:1'],
    ],
    [
      'two of one name',
      [...processorFiles('ocr'), ...processorFiles('two', { 'main.py': '' }, processorManifest('OCR'))],
      ['artifact-name-taken processors/two/processor.yaml:1'],
    ],
  ];
  test.each(cases)('%s', async (_, files, expected) => {
    expect(await problemsOf(files)).toEqual(expected);
  });

  test('a tree that Git itself would not make', async () => {
    const repository = newRepository();
    const blob = repository.git(
      ['hash-object', '-w', '--stdin'],
      processorManifest('ocr', '').replace(/entry.*\n/, ''),
    );
    const tree = (records: string): string => repository.git(['mktree', '-z'], records);
    const inside = tree(`100644 blob ${blob}\tx\0`);
    const folder = tree(`040000 tree ${inside}\t..\0` + `100644 blob ${blob}\tprocessor.yaml\0`);
    const dotGit = tree(`040000 tree ${inside}\t.GIT\0` + `100644 blob ${blob}\tprocessor.yaml\0`);
    const top = tree(`040000 tree ${dotGit}\tgit\0` + `040000 tree ${folder}\tocr\0`);
    expect(await readTree(repository, tree(`040000 tree ${top}\tprocessors\0`))).toEqual([
      'processor-path-escapes processors/git/:1',
      'processor-path-escapes processors/ocr/:1',
    ]);
  });
});

describe('a manifest is refused with the line', () => {
  test.each([
    ['version: 1.5', 'processor-field-invalid', 2],
    ['entry_point: ../../etc/run.sh', 'processor-path-escapes', 2],
    ['entry_point: /usr/bin/run.sh', 'processor-path-escapes', 2],
    ['entry_point: start.py:Processor', 'processor-file-missing', 2],
    ['dependencies: needed.txt', 'processor-file-missing', 2],
    ['dependencies: [1]', 'processor-field-invalid', 2],
    ['endpoint: extract', 'processor-field-invalid', 2],
    ['parameters: { api_key: abc123 }', 'agent-secret', 2],
  ])('%s', async (line, code, at) => {
    const files = processorFiles('ocr', { 'main.py': '' }, `name: ocr\n${line}\n`);
    expect(await problemsOf(files)).toEqual([`${code} processors/ocr/processor.yaml:${at}`]);
  });

  test.each([
    'entry_point: ocr.main:Processor\ndependencies: [pillow==11.0]\nruntime: { name: python, version: "3.12" }',
    'entry_point: ./main.py:Processor\ndependencies: main.py\nanything: { of: [its, own] }\napi_key: ${OCR_KEY}',
  ])('and one in order is not: %s', async (lines) => {
    expect(await problemsOf(processorFiles('ocr', { 'main.py': '' }, `name: ocr\n${lines}\n`))).toEqual([]);
  });
});

test('more files than a processor may have', async () => {
  const many = Object.fromEntries(Array.from({ length: 1001 }, (_, index) => [`f${index}`, 'same']));
  const repository = newRepository();
  const id = repository.git(['hash-object', '-w', '--stdin'], 'same');
  const files = processorFiles('ocr', many).map((file) => (file.content === 'same' ? { ...file, id } : file));
  const commit = repository.commit(files);
  expect(await readTree(repository, repository.git(['rev-parse', `${commit}^{tree}`]))).toEqual([
    'processor-too-large processors/ocr:1',
  ]);
});

test('more bytes than a processor may have', () => {
  const file = { digest: '', isPointer: false, size: 60 * 1024 * 1024 };
  const found = checkContents('processors/ocr', [
    { ...file, path: 'a' },
    { ...file, path: 'b' },
  ]);
  expect(found.map(({ code, detail }) => `${code}: ${detail}`)).toEqual([
    'processor-too-large: The files of the processor in processors/ocr have more than 104857600 bytes together.',
  ]);
  expect(checkContents('processors/ocr', [{ ...file, path: 'a' }])).toEqual([]);
});

describe('the working tree', () => {
  const project = (): { readonly directory: string; readonly at: (path: string) => string } => {
    const directory = temporaryDirectory();
    const at = (path: string): string => join(directory, path);
    mkdirSync(at('processors/ocr/cache'), { recursive: true });
    writeFileSync(at('m3forge.yaml'), 'version: 1\nproject: test\n');
    writeFileSync(at('processors/ocr/processor.yaml'), processorManifest('ocr'));
    writeFileSync(at('processors/ocr/main.py'), '');
    symlinkSync('/etc', at('processors/ocr/cache/link'));
    return { directory, at };
  };
  const validated = async (directory: string) =>
    valueIn(
      await validate(
        { system: testSystem(), location: { file: join(directory, 'm3forge.yaml') } } as Parameters<typeof validate>[0],
        {},
      ),
    );

  test('is read as Git would, without what it ignores', async () => {
    const { directory, at } = project();
    createRepository(directory, '.');
    expect(told((await validated(directory)).diagnostics)).toEqual([
      'source-entry-unsupported processors/ocr/cache/link:1',
    ]);
    writeFileSync(at('.gitignore'), 'cache/\n');
    expect(await validated(directory)).toMatchObject({ artifacts: 1, diagnostics: [] });
  });

  test('is read whole where there is no repository', async () => {
    const { directory } = project();
    expect(told((await validated(directory)).diagnostics)).toEqual([
      'source-entry-unsupported processors/ocr/cache/link:1',
    ]);
  });
});
