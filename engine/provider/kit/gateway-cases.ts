import { isDeepStrictEqual } from 'node:util';
import type { Gateway } from '../gateway.ts';
import { type ConformanceCase, errorOf, expectHonest, expectThat, textOf } from './case.ts';

export interface GatewaySubject {
  /** Opens it at something that is well and takes planners, refuses its token, is not there, or never answers. */
  readonly open: (at: 'well' | 'refusing' | 'absent' | 'silent', timeoutMs: number) => Gateway;
  /** Whether a text shows a secret. */
  readonly isLeak: (text: string) => boolean;
}

const usualMs = 10_000;
/** A question that gets only this long … */
const shortMs = 400;
/** … must have ended by then: machines are slow, and the health of a gateway may be asked in several places. */
const patienceMs = 8000;

type Question = readonly [name: string, ask: (gateway: Gateway, signal?: AbortSignal) => Promise<unknown>];

/** All that only looks. */
const questions: readonly Question[] = [
  ['for its health', (gateway, signal) => gateway.health(signal)],
  ['for its executors', (gateway, signal) => gateway.executors(signal)],
  ['for its capacity', (gateway, signal) => gateway.capacity(signal)],
  ['for its planners', (gateway, signal) => gateway.planners(signal)],
  ['for a planner', (gateway, signal) => gateway.planner('nobody', signal)],
  ['for a job', (gateway, signal) => gateway.progress('00000000-0000-7000-8000-000000000000', signal)],
  ['whether it takes the token', (gateway, signal) => gateway.checkToken(signal)],
  ['whether it can be published to', (gateway, signal) => gateway.publishing(signal)],
  ['whether a job ran', (gateway, signal) => gateway.knowsJob('00000000-0000-7000-8000-000000000000', signal)],
];

const order = {
  ...{ name: 'conformance/a b', version: '1.2.3', description: 'tried by the kit' },
  definition: { nodes: [], about: { text: 'ä "quoted"', number: 1.5, nothing: null } },
};

/** All that changes something. */
const orders: readonly Question[] = [
  ['to register', (gateway, signal) => gateway.register(order, signal)],
  ['to unregister', (gateway, signal) => gateway.unregister(order.name, signal)],
  ['to reload', (gateway, signal) => gateway.reload('/reload', {}, signal)],
  [
    'to run',
    (gateway, signal) => gateway.submit({ planner: order.name, queue: 'q', input: {}, reference: 'tried' }, signal),
  ],
];

const withGateway =
  (open: () => Gateway, work: (gateway: Gateway) => Promise<void>): (() => Promise<void>) =>
  async () => {
    const gateway = open();
    try {
      await work(gateway);
    } finally {
      await gateway.close();
    }
  };

/** How long something took is another thing each time. */
const withoutLatency = (answer: unknown): unknown =>
  typeof answer === 'object' && answer !== null && 'latencyMs' in answer ? { ...answer, latencyMs: 0 } : answer;

const answersTwice = async (gateway: Gateway): Promise<void> => {
  for (const [name, ask] of questions) {
    const [first, second] = [withoutLatency(await ask(gateway)), withoutLatency(await ask(gateway))];
    expectThat(isDeepStrictEqual(first, second), `asked twice ${name}, it answered otherwise`);
  }
  const names = (await gateway.executors()).map((executor) => executor.name);
  expectThat(isDeepStrictEqual(names, names.toSorted()), 'executors are in no order');
};

const keepsPlanners = async (gateway: Gateway): Promise<void> => {
  expectThat((await gateway.planner(order.name)) === undefined, 'it holds a planner that nobody registered');
  await gateway.register(order);
  const there = await gateway.planner(order.name);
  expectThat(isDeepStrictEqual(there?.definition, order.definition), 'what was registered is read back otherwise');
  expectThat(there?.version === order.version, `its version is read back as ${there?.version}`);
  const listed = (await gateway.planners()).filter((planner) => planner.name === order.name);
  expectThat(listed.length === 1, `it is listed ${listed.length} times`);
  await gateway.unregister(order.name);
  await gateway.unregister(order.name);
  expectThat((await gateway.planner(order.name)) === undefined, 'it was taken away, and is there');
};

/** What the contract asks of a gateway. Third parties have none. */
export const gatewayCases = ({ open, isLeak }: GatewaySubject): readonly ConformanceCase[] => {
  const fails = (at: 'absent' | 'silent', timeoutMs: number, signal?: () => AbortSignal) =>
    withGateway(
      () => open(at, timeoutMs),
      async (gateway) => {
        // All at once: one after the other would take as long as all deadlines together.
        const asked = [...questions, ...orders].map(async ([name, ask]) => {
          const error = await errorOf(`asking ${name}`, () => ask(gateway, signal?.()), patienceMs);
          expectHonest(`asking ${name}`, error, isLeak);
        });
        await Promise.all(asked);
      },
    );
  return [
    {
      title: 'asked twice, it answers the same',
      why: 'what is planned by one answer is carried out by the next',
      run: withGateway(() => open('well', usualMs), answersTwice),
    },
    {
      title: 'what was registered is read back as it was given, and taken away once or twice is gone',
      why: 'going back, recovery and a second attempt do the same again',
      run: withGateway(() => open('well', usualMs), keepsPlanners),
    },
    {
      title: 'one that is not there is an honest error',
      why: 'somebody has to find out which gateway, and why',
      run: fails('absent', usualMs),
    },
    {
      title: 'one that never answers ends in time',
      why: 'a release holds its lease meanwhile',
      run: fails('silent', shortMs),
    },
    {
      title: 'a question that nobody waits for any more ends',
      why: 'whoever interrupts a release waits for it',
      run: fails('silent', 600_000, () => AbortSignal.timeout(shortMs)),
    },
    {
      title: 'a token that is refused is said to be refused, and is not shown',
      why: 'it would be looked for in the wrong place, or found in a log',
      run: withGateway(
        () => open('refusing', usualMs),
        async (gateway) => {
          const error = await errorOf('proving the token', () => gateway.checkToken(), patienceMs);
          expectHonest('proving the token', error, isLeak);
          expectThat(textOf(error).includes('gateway-token-refused'), `it said: ${textOf(error).slice(0, 200)}`);
        },
      ),
    },
    {
      title: 'closed twice, it is closed',
      why: 'whoever opened it need not know who closed it',
      run: async () => {
        const gateway = open('well', usualMs);
        await gateway.health();
        await gateway.close();
        await gateway.close();
      },
    },
  ];
};
