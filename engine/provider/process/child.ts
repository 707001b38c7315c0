import { pathToFileURL } from 'node:url';
import { connectToParent } from '../../system/index.ts';
import type { ProviderFixture, StartedFixture, ThirdPartyProvider, ThirdPartyStore } from '../author.ts';
import type { Answer, Failure, Loaded, OpenedStore, Question, Remark, Reply } from './wire.ts';

// A process of its own for one third-party provider: whatever that prints, hangs in or breaks, the release does not.

const parent = connectToParent();
const say = (answer: Answer): void => parent.send(answer);
parent.onPrint((print) => say({ print }));

let provider: ThirdPartyProvider = {};
let fixture: ProviderFixture | undefined;
let started: StartedFixture | undefined;
const stores: ThirdPartyStore[] = [];
const underWay = new Map<number, AbortController>();
const askedBack = new Map<number, (reply: Reply) => void>();
let backs = 0;

/** What it said is no answer: the fault is the provider's and not that of what it works with. */
class Nonsense extends Error {}

const failureOf = (error: unknown): Failure => {
  const { message, hint } = (error ?? {}) as { readonly message?: unknown; readonly hint?: unknown };
  return {
    message: typeof message === 'string' && message !== '' ? message : `it threw ${String(error)}`,
    ...(typeof hint === 'string' && { hint }),
    ...(error instanceof Nonsense && { nonsense: true }),
  };
};

const askBack = (of: number, want: 'chunk' | 'permit'): Promise<unknown> =>
  new Promise((resolve, reject) => {
    backs += 1;
    askedBack.set(backs, (reply) =>
      reply.failed === undefined ? resolve(reply.value) : reject(new Error(reply.failed)),
    );
    say({ back: backs, of, want });
  });

async function* chunksOf(n: number): AsyncGenerator<Uint8Array> {
  for (;;) {
    const chunk = await askBack(n, 'chunk');
    if (!(chunk instanceof Uint8Array)) return;
    yield chunk;
  }
}

const memberOf = (module: Record<string, unknown>, name: string, file: string): unknown => {
  const found = module[name] ?? (module.default as Record<string, unknown> | undefined)?.[name];
  if (typeof found === 'object' && found !== null) return found;
  throw new Nonsense(`${file} does not export an object named ${name}`);
};

const load = async (question: Question & { readonly ask: 'load' }): Promise<Loaded> => {
  provider = memberOf(
    await import(pathToFileURL(question.entry).href),
    'provider',
    question.entry,
  ) as ThirdPartyProvider;
  if (question.fixture !== undefined) {
    const module = await import(pathToFileURL(question.fixture).href);
    fixture = memberOf(module, 'fixture', question.fixture) as ProviderFixture;
  }
  return {
    kinds: [
      ...(typeof provider.backupStore === 'function' ? (['backup-store'] as const) : []),
      ...(typeof provider.check?.run === 'function' ? (['check'] as const) : []),
    ],
  };
};

const needed = ['check', 'write', 'read', 'list', 'remove'] as const;

const open = async ({ context }: Question & { readonly ask: 'open' }): Promise<OpenedStore> => {
  const store = await provider.backupStore?.(context as never);
  if (typeof store !== 'object' || store === null) throw new Nonsense('backupStore returned no store');
  const lacking = needed.find((method) => typeof store[method] !== 'function');
  if (lacking !== undefined) throw new Nonsense(`the store has no ${lacking}`);
  stores.push(store);
  return { store: stores.length - 1, label: store.label, sweeps: typeof store.sweep === 'function' };
};

const callStore = ({ n, store, method, args }: Question & { readonly ask: 'store' }): unknown => {
  const opened = stores[store];
  if (typeof opened?.[method] !== 'function') throw new Nonsense(`the store has no ${method}`);
  const [name, second] = args as [string, { readonly start: number; readonly length: number } | undefined];
  if (method === 'write') return opened.write(name, chunksOf(n));
  if (method === 'sweep') return opened.sweep?.(name, async () => void (await askBack(n, 'permit')));
  if (method === 'read') return second ? opened.read(name, second) : opened.read(name);
  return method === 'check' ? opened.check() : opened[method](name);
};

const startFixture = async (): Promise<unknown> => {
  if (typeof fixture?.start !== 'function') throw new Nonsense('fixture has no function start');
  started = await fixture.start();
  const { backupStore, check, secrets } = started;
  return { backupStore, check, secrets };
};

const answer = async (question: Question): Promise<unknown> => {
  if (question.ask === 'load') return load(question);
  if (question.ask === 'open') return open(question);
  if (question.ask === 'store') return callStore(question);
  if (question.ask === 'start') return startFixture();
  if (question.ask !== 'check') return started?.stop();
  const controller = new AbortController();
  underWay.set(question.n, controller);
  return provider.check?.run({ ...question.question, signal: controller.signal } as never);
};

const carryOut = async (question: Question): Promise<void> => {
  const { n } = question;
  try {
    const value = await answer(question);
    try {
      say({ n, value });
    } catch {
      say({ n, failed: { message: 'the answer holds what is no plain value', nonsense: true } });
    }
  } catch (error) {
    say({ n, failed: failureOf(error) });
  } finally {
    underWay.delete(n);
  }
};

parent.onMessage((message) => {
  const said = message as Question | Remark;
  if ('ask' in said) void carryOut(said);
  else if ('abort' in said) underWay.get(said.abort)?.abort();
  else {
    askedBack.get(said.reply)?.(said);
    askedBack.delete(said.reply);
  }
});
