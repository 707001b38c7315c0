import { isDeepStrictEqual } from 'node:util';
import type { Notice, Notifier } from '../notifier.ts';
import { type ConformanceCase, errorOf, expectHonest, expectThat, textOf } from './case.ts';

export interface NotifierSubject {
  /** Opens it at something that takes all, takes nothing from whoever this is, is not there, or never answers. */
  readonly open: (at: 'well' | 'refusing' | 'absent' | 'silent') => Notifier;
  /** By what the receiver that takes all can tell messages apart: one text for each that arrived, at least `count`. */
  readonly arrived: (count: number) => Promise<readonly string[]>;
  /** Whether a text shows a secret. */
  readonly isLeak: (text: string) => boolean;
}

const usualMs = 10_000;
/** An exchange that gets only this long … */
const shortMs = 400;
/** … must have ended by then: machines are slow, and telling may take several exchanges. */
const patienceMs = 8000;

const notice = (changes: Partial<Notice> = {}): Notice => ({
  id: '00000000-0000-7000-8000-000000000001',
  at: new Date(0),
  type: 'release.failed',
  project: 'conformance',
  tone: 'trouble',
  title: 'target: The release of v1.0.0 failed',
  text: 'ä "quoted" <b> & @channel\nand a second line',
  facts: [['target', 'target']],
  commands: ['m3forge status'],
  thread: '00000000-0000-7000-8000-000000000002',
  alert: { key: 'm3forge/conformance/target', action: 'open' },
  data: { target: 'target' },
  ...changes,
});

const sends =
  (notifier: Notifier, { timeoutMs = usualMs, signal = new AbortController().signal } = {}) =>
  (changes: Partial<Notice> = {}) =>
    notifier.send({ notice: notice(changes), timeoutMs, signal });

/** What the contract asks of a notifier. Third parties have none. */
export const notifierCases = ({ open, arrived, isLeak }: NotifierSubject): readonly ConformanceCase[] => {
  const fails =
    (at: 'absent' | 'silent' | 'refusing', { timeoutMs = usualMs, signal = () => new AbortController().signal } = {}) =>
    async (): Promise<void> => {
      const error = await errorOf('sending', () => sends(open(at), { timeoutMs, signal: signal() })(), patienceMs);
      expectHonest('sending', error, isLeak);
      expectThat('diagnostics' in (error as Error), `it threw an error that is no refusal: ${textOf(error)}`);
      const says = textOf(error);
      expectThat(!says.includes('notifier-message-refused'), `it blames the message: ${says.slice(0, 200)}`);
      const denied = says.includes('notifier-denied');
      expectThat(denied === (at === 'refusing'), `it takes one trouble for another: ${says.slice(0, 200)}`);
    };
  return [
    {
      title: 'composed twice, it is the same, and nobody is asked',
      why: 'whoever looks at what would be sent sends nothing',
      run: async () => {
        const notifier = open('absent');
        const [first, second] = [notifier.compose(notice()), notifier.compose(notice())];
        expectThat(first.length > 0, 'nothing would be sent');
        expectThat(isDeepStrictEqual(first, second), 'it is something else the second time');
        expectThat(notifier.label.trim() !== '' && !isLeak(notifier.label), 'its label says nothing, or a secret');
      },
    },
    {
      title: 'sent twice, it can be told from something new',
      why: 'after a crash it is sent again, and nobody must take it for a second release',
      run: async () => {
        const send = sends(open('well'));
        const before = (await arrived(0)).length;
        await send();
        await send();
        await send({ id: '00000000-0000-7000-8000-000000000009' });
        const [first, second, other] = (await arrived(before + 3)).slice(before);
        expectThat(first !== undefined && first !== '', 'it has no name');
        expectThat(first === second, `it is first ${first} and then ${second}`);
        expectThat(first !== other, 'another one has the same name');
      },
    },
    {
      title: 'what is very long is sent all the same',
      why: 'the longest messages are of the worst failures',
      run: async () => {
        const long = 'word '.repeat(20_000);
        const facts = Array.from({ length: 100 }, (_, index) => [`fact ${index}`, long.slice(0, 5000)] as const);
        await sends(open('well'))({ title: long.slice(0, 5000), text: long, facts });
      },
    },
    {
      title: 'one that takes nothing from here is said to take nothing, and shows no secret',
      why: 'tried again it would be refused again, and somebody has to look',
      run: fails('refusing'),
    },
    {
      title: 'one that is not there is an honest error',
      why: 'somebody has to find out who was not told, and why',
      run: fails('absent'),
    },
    {
      title: 'one that never answers ends in time',
      why: 'a command waits for it',
      run: fails('silent', { timeoutMs: shortMs }),
    },
    {
      title: 'what nobody waits for any more ends',
      why: 'whoever interrupts a command waits for it',
      run: fails('silent', { timeoutMs: 600_000, signal: () => AbortSignal.timeout(shortMs) }),
    },
  ];
};
