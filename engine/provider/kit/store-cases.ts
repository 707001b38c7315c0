import type { ProviderOptions, StoreFixture } from '../author.ts';
import { type ConformanceCase, errorOf, expectHonest, expectThat } from './case.ts';

/** A backup store as the cases need it: that of an author and that of the engine are both of this shape. */
export interface TriedStore {
  readonly label: string;
  readonly check: () => Promise<void>;
  readonly write: (name: string, chunks: AsyncIterable<Uint8Array>) => Promise<{ readonly bytes: number }>;
  readonly read: (
    name: string,
    range?: { readonly start: number; readonly length: number },
  ) => Promise<Uint8Array | undefined>;
  readonly list: (folder: string) => Promise<readonly string[]>;
  readonly remove: (name: string) => Promise<void>;
  readonly sweep?: (folder: string, permit: () => Promise<void>) => Promise<number>;
}

export interface StoreSubject {
  readonly open: (options: ProviderOptions, timeoutMs: number) => TriedStore | Promise<TriedStore>;
  readonly fixture: Pick<StoreFixture, 'options'> & Partial<StoreFixture>;
  /** Whether a text shows a secret. */
  readonly isLeak: (text: string) => boolean;
  /** A folder that is the cases' own. */
  readonly folder: string;
}

/** An exchange that is given up after this long … */
const shortMs = 400;
/** … must be over by then: machines are slow, and some tries are made again. */
const patienceMs = 15_000;
const usualMs = 10_000;

async function* chunksOf(...parts: readonly (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield typeof part === 'string' ? Buffer.from(part) : part;
}

async function* breaking(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('half of it');
  throw new Error('the source of the bytes broke');
}

const sameBytes = (found: Uint8Array | undefined, wanted: Uint8Array): boolean =>
  found !== undefined && Buffer.from(found).equals(wanted);

/** Bytes that are no text, and differ from one place to the next. */
const someBytes = (length: number): Buffer =>
  Buffer.from(Uint8Array.from({ length }, (_, at) => (at * 31 + (at >> 8)) & 255));

const roundTrips = (open: () => Promise<TriedStore>, folder: string): readonly ConformanceCase[] => [
  {
    title: 'a store that can be written says so, and has a label',
    why: 'check() runs before each release; a release is not begun where it throws',
    run: async () => {
      const store = await open();
      await store.check();
      await store.check();
      expectThat(store.label.trim() !== '', 'the label is empty');
    },
  },
  {
    title: 'what was written is read back byte for byte',
    why: 'a backup that comes back otherwise is none',
    run: async () => {
      const store = await open();
      const large = someBytes(3 * 1024 * 1024 + 17);
      const files = { empty: Buffer.alloc(0), small: Buffer.from('héllo'), 'deep/er/large': large };
      for (const [name, bytes] of Object.entries(files)) {
        const written = await store.write(`${folder}/bytes/${name}`, chunksOf(bytes.subarray(0, 5), bytes.subarray(5)));
        expectThat(
          written.bytes === bytes.length,
          `${name}: wrote ${bytes.length} bytes, and was told ${written.bytes}`,
        );
        expectThat(sameBytes(await store.read(`${folder}/bytes/${name}`), bytes), `${name} comes back otherwise`);
      }
    },
  },
  {
    title: 'a piece of a file is that piece, and ends where the file ends',
    why: 'bodies are read out of the middle of large files',
    run: async () => {
      const store = await open();
      const name = `${folder}/range`;
      await store.write(name, chunksOf('0123456789'));
      for (const [start, length, wanted] of [
        [0, 3, '012'],
        [4, 2, '45'],
        [8, 9, '89'],
        [10, 5, ''],
        [99, 1, ''],
      ] as const) {
        const piece = await store.read(name, { start, length });
        expectThat(
          sameBytes(piece, Buffer.from(wanted)),
          `${length} bytes from ${start} are ${JSON.stringify(piece && Buffer.from(piece).toString())}, not "${wanted}"`,
        );
      }
    },
  },
];

const namings = (open: () => Promise<TriedStore>, folder: string): readonly ConformanceCase[] => [
  {
    title: 'what is not there is no error',
    why: 'the engine asks for files to find out whether they exist',
    run: async () => {
      const store = await open();
      expectThat((await store.read(`${folder}/absent`)) === undefined, 'an absent file is read as something');
      expectThat(
        (await store.read(`${folder}/absent`, { start: 0, length: 1 })) === undefined,
        'a piece of an absent file is read as something',
      );
      expectThat((await store.list(`${folder}/absent`)).length === 0, 'an absent folder has files');
      await store.remove(`${folder}/absent`);
    },
  },
  {
    title: 'a file is written once: a second time is an error, and changes nothing',
    why: 'a file that is replaced takes every older backup with it that rests on it',
    run: async () => {
      const store = await open();
      const name = `${folder}/once`;
      await store.write(name, chunksOf('first'));
      await errorOf('writing a file that exists', () => store.write(name, chunksOf('second')), patienceMs);
      expectThat(sameBytes(await store.read(name), Buffer.from('first')), 'the file was changed all the same');
    },
  },
  {
    title: 'a write whose source breaks leaves no file',
    why: 'half a file under the name of a whole one is taken for a backup',
    run: async () => {
      const store = await open();
      const name = `${folder}/broken/file`;
      await errorOf('a write whose source broke', () => store.write(name, breaking()), patienceMs);
      expectThat((await store.read(name)) === undefined, 'the file is there');
      expectThat((await store.list(`${folder}/broken`)).length === 0, 'the file is listed');
      await store.write(name, chunksOf('now it works'));
    },
  },
];

const keeping = (open: () => Promise<TriedStore>, folder: string): readonly ConformanceCase[] => [
  {
    title: 'a folder lists all its files by their full names, and no other',
    why: 'what is listed and not known is deleted when backups are pruned',
    run: async () => {
      const store = await open();
      const names = ['b', 'a/1', 'a/2'].map((name) => `${folder}/list/${name}`);
      for (const name of [...names, `${folder}/list-of-another/x`]) await store.write(name, chunksOf(name));
      const listed = [...(await store.list(`${folder}/list`))].sort();
      expectThat(listed.join() === [...names].sort().join(), `listed ${listed.join(', ')}`);
    },
  },
  {
    title: 'the empty name lists everything, by full names',
    why: 'what is in no list is found by nobody, and never removed',
    run: async () => {
      const store = await open();
      const names = [`${folder}/everything`, `${folder}/every/thing`];
      for (const name of names) await store.write(name, chunksOf(name));
      const listed = await store.list('');
      const missing = names.filter((name) => !listed.includes(name));
      expectThat(missing.length === 0, `it does not list ${missing.join(' and ')}`);
    },
  },
  {
    title: 'removing is done once, and done again does nothing',
    why: 'a prune that was killed is done again from the beginning',
    run: async () => {
      const store = await open();
      const name = `${folder}/removed`;
      await store.write(name, chunksOf('x'));
      await store.remove(name);
      await store.remove(name);
      expectThat((await store.read(name)) === undefined, 'the file is still there');
    },
  },
  {
    title: 'a sweep removes whole files never, and asks before it removes anything',
    why: 'another writer may hold the lease by then',
    run: async () => {
      const store = await open();
      const name = `${folder}/swept/whole`;
      await store.write(name, chunksOf('whole'));
      const swept = (await store.sweep?.(`${folder}/swept`, () => Promise.resolve())) ?? 0;
      expectThat(Number.isInteger(swept) && swept >= 0, `it says that it removed ${swept} files`);
      expectThat(sameBytes(await store.read(name), Buffer.from('whole')), 'a whole file went with it');
    },
  },
];

/** Everything that can be asked of a store. */
const attemptsOn = (
  store: TriedStore,
  folder: string,
): readonly (readonly [doing: string, work: () => Promise<unknown>])[] => [
  ['check()', () => store.check()],
  ['write()', () => store.write(`${folder}/attempt`, chunksOf('x'))],
  ['read()', () => store.read(`${folder}/attempt`)],
  ['list()', () => store.list(folder)],
];

const inTrouble = (subject: StoreSubject, options: ProviderOptions, timeoutMs: number) => async (): Promise<void> => {
  let store: TriedStore;
  try {
    store = await subject.open(options, timeoutMs);
  } catch (error) {
    // What cannot be opened cannot be mistaken either.
    expectHonest('opening', error, subject.isLeak);
    return;
  }
  expectThat(!subject.isLeak(store.label), 'the label shows a secret');
  for (const [doing, work] of attemptsOn(store, subject.folder)) {
    expectHonest(doing, await errorOf(doing, work, patienceMs), subject.isLeak);
  }
};

const troubles = (subject: StoreSubject): readonly ConformanceCase[] => {
  const { broken, hanging } = subject.fixture;
  return [
    ...(broken === undefined
      ? []
      : [
          {
            title: 'in trouble, everything is an honest error without a secret',
            why: 'a store that cannot be read must not look like one that is empty',
            run: inTrouble(subject, broken, usualMs),
          },
        ]),
    ...(hanging === undefined
      ? []
      : [
          {
            title: 'a service that never answers is given up in time',
            why: 'a release holds its lease meanwhile, and nobody else can release',
            run: inTrouble(subject, hanging, shortMs),
          },
        ]),
  ];
};

/** What the contract asks of a backup store. */
export const storeCases = (subject: StoreSubject): readonly ConformanceCase[] => {
  const open = async (): Promise<TriedStore> => subject.open(subject.fixture.options, usualMs);
  return [
    ...roundTrips(open, subject.folder),
    ...namings(open, subject.folder),
    ...keeping(open, subject.folder),
    ...troubles(subject),
  ];
};
