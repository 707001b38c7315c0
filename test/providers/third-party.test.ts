import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { refusalOf } from '../http/loopback.ts';
import { openProvider as open, checkOrder as order, secret } from '../support/opened-provider.ts';
import { temporaryDirectory } from '../support/servers.ts';
import { providerSource } from '../support/third-party.ts';

const once = async function* (text = 'x') {
  yield Buffer.from(text);
};

test('its store is a store like any other, in a process that it shares with nobody', async () => {
  await using opened = await open(providerSource());
  const store = await opened.store();
  expect(store.label).toBe('the memory of a test');
  await store.check();
  const large = Buffer.alloc(5 * 1024 * 1024, 'large ');
  expect(await store.write('a/large', once(large.toString()))).toEqual({ bytes: large.length });
  expect((await store.read('a/large'))?.equals(large)).toBe(true);
  expect((await store.read('a/large', { start: 6, length: 5 }))?.toString()).toBe('large');
  expect(await store.read('absent')).toBeUndefined();
  expect(await store.list('a')).toEqual(['a/large']);
  expect(await store.sweep('a', () => Promise.reject(new Error('nothing to permit')))).toBe(0);
  await store.remove('a/large');
  expect(await store.list('a')).toEqual([]);
});

test('it is not loaded before it is used, and sees no variable but the few that all programs need', async () => {
  const mark = join(temporaryDirectory(), 'loaded');
  const source = `import { writeFileSync } from 'node:fs';\nwriteFileSync(${JSON.stringify(mark)}, '');
    ${providerSource('', 'return { passed: true, detail: Object.keys(process.env).sort().join() };')}`;
  await using opened = await open(source);
  expect(existsSync(mark)).toBe(false);
  const { detail } = await (await opened.check()).run(order());
  expect(existsSync(mark)).toBe(true);
  expect(detail.split(',').filter((name) => !/^(HOME|LANG|NODE_\w+|PATH|TMPDIR)$/.test(name))).toEqual([]);
});

const expectRefusal = async (work: Promise<unknown>, code: string, says: RegExp): Promise<void> => {
  const refused = await refusalOf(work);
  expect(refused.code).toBe(code);
  expect(refused.text).toMatch(says);
  expect(refused.text).toContain('The provider \\"acme\\" (m3forge-provider-acme 1.2.0)');
  expect(refused.text).not.toContain(secret);
};

test('whatever it throws or prints is one diagnostic, without a secret, and it goes on', async () => {
  await using opened = await open(
    providerSource(`list: async (what) => {
      if (what === 'error') throw new Error('the disk is gone');
      if (what === 'number') throw 7;
      if (what === 'secret') throw new Error('no ' + options.secret);
      if (what === 'print') console.log('key', options.secret);
      if (what === 'pieces') for (const one of options.secret) process.stderr.write(one);
      return [];
    }`),
  );
  const store = await opened.store();
  await expectRefusal(store.list('error'), 'provider-failed', /the disk is gone/);
  await expectRefusal(store.list('number'), 'provider-failed', /it threw 7/);
  await expectRefusal(store.list('secret'), 'provider-failed', /no \*\*\*/);
  await expectRefusal(store.list('print'), 'provider-printed-secret', /printed a secret/);
  await expectRefusal(store.list('pieces'), 'provider-printed-secret', /printed a secret/);
  expect(await store.list('fine')).toEqual([]);
});

const later = '() => { setTimeout(() => { throw new Error("later"); }); return new Promise(() => {}); }';

test.each<readonly [fault: string, member: string, code: string, says: RegExp]>([
  ['hangs', 'check: () => new Promise(() => {})', 'provider-timeout', /no sign of life/],
  ['never lets go', 'check: async () => { for (;;); }', 'provider-timeout', /no sign of life/],
  ['ends its process', 'check: async () => process.exit(0)', 'provider-failed', /its process ended/],
  ['breaks in the background', `check: ${later}`, 'provider-failed', /its process ended/],
  ['has no label', 'label: 7', 'provider-answer', /without a label/],
  ['lacks a function', 'remove: undefined', 'provider-answer', /the store has no remove/],
])('a provider that %s is one diagnostic', async (_fault, member, code, says) => {
  await using opened = await open(providerSource(member));
  await expectRefusal(
    opened.store().then((store) => store.check()),
    code,
    says,
  );
});

test('a store whose answers cannot be is not believed', async () => {
  const members = `
    write: async (name, chunks) => {
      if (name !== 'nothing') await all(chunks);
      return name === 'silence' ? undefined : { bytes: 0 };
    },
    read: async (name) => ({ text: 'text', null: null, much: Buffer.alloc(9), function: () => 1 })[name],
    list: async (folder) => ({ no: {}, else: ['b/1'], escape: ['escape/../../etc'] })[folder],
    sweep: async () => 0.5`;
  await using opened = await open(providerSource(members));
  const store = await opened.store();
  const attempts: Readonly<Record<string, () => Promise<unknown>>> = {
    'writes less than it took': () => store.write('less', once()),
    'takes nothing and says it wrote': () => store.write('nothing', once()),
    'writes without an answer': () => store.write('silence', once()),
    'reads a text': () => store.read('text'),
    'reads null': () => store.read('null'),
    'reads too much': () => store.read('much', { start: 0, length: 3 }),
    'reads a function': () => store.read('function'),
    'lists no list': () => store.list('no'),
    'lists what is elsewhere': () => store.list('else'),
    'lists what is no name': () => store.list('escape'),
    'sweeps half a file': () => store.sweep('a', () => Promise.resolve()),
  };
  for (const [what, attempt] of Object.entries(attempts)) {
    const { code } = await refusalOf(attempt()).catch(() => ({ code: 'none' }));
    expect([what, code]).toEqual([what, 'provider-answer']);
  }
});

test('a check whose answer cannot be is not believed, and one that hangs is given up', async () => {
  const run = async (body: string, timeoutMs?: number) => {
    await using opened = await open(providerSource('', body));
    return await (await opened.check()).run(order(timeoutMs));
  };
  expect((await refusalOf(run('return { passed: "yes", detail: "" };'))).code).toBe('provider-answer');
  expect((await refusalOf(run('return undefined;'))).code).toBe('provider-answer');
  expect((await refusalOf(run('return new Promise(() => {});', 50))).code).toBe('provider-timeout');
  const shown = `return { passed: false, detail: "two\\nlines ${secret}", output: "${secret}" };`;
  expect(await run(shown)).toEqual({ passed: false, detail: 'two lines ***', output: '***' });
});

test('what the source of the bytes throws is what is thrown, whatever the provider says of it', async () => {
  const source = async function* () {
    yield Buffer.from('half');
    throw new Error('the place was fenced');
  };
  const hides = 'write: async (name, chunks) => { try { await all(chunks); } catch {} return { bytes: 4 }; }';
  for (const member of ['', hides]) {
    await using opened = await open(providerSource(member));
    const store = await opened.store();
    await expect(store.write('a', source())).rejects.toThrow('the place was fenced');
  }
});

test('what permit throws ends a sweep', async () => {
  await using opened = await open(providerSource('sweep: async (folder, permit) => { await permit(); return 1; }'));
  const store = await opened.store();
  expect(await store.sweep('a', () => Promise.resolve())).toBe(1);
  await expect(store.sweep('a', () => Promise.reject(new Error('the lease is lost')))).rejects.toThrow(
    'the lease is lost',
  );
});

test('after its process was ended, it starts anew when it is opened again', async () => {
  await using opened = await open(providerSource('remove: async () => process.exit(1)'));
  const first = await opened.store();
  expect((await refusalOf(first.remove('a'))).code).toBe('provider-failed');
  expect((await refusalOf(first.read('a'))).code).toBe('provider-failed');
  expect(await (await opened.store()).read('a')).toBeUndefined();
});

test('the signal that stops the whole program leaves it at work', async () => {
  const member =
    'check: async () => { process.kill(process.pid, "SIGTERM"); await new Promise((done) => setImmediate(done)); }';
  await using opened = await open(providerSource(member));
  const store = await opened.store();
  await store.check();
  expect(await store.read('a')).toBeUndefined();
});

test('a module that is none, or exports none, is a fault of the provider', async () => {
  const texts = ['export const other = {};', 'this is no JavaScript', 'throw new Error("at once");'];
  const codes: string[] = [];
  for (const text of texts) {
    await using opened = await open(text);
    codes.push((await refusalOf(opened.store())).code);
  }
  expect(codes).toEqual(['provider-answer', 'provider-failed', 'provider-failed']);
});

test('what it is by its package.json and does not export is said when it is opened, before anything is asked of it', async () => {
  await using none = await open('export const provider = {};');
  await expectRefusal(none.store(), 'provider-answer', /is a backup-store by its package.json, and exports none/);
  await expectRefusal(none.check(), 'provider-answer', /is a check by its package.json, and exports none/);
});
