import { parseArgs } from 'node:util';
import { keep, readCorpus } from './corpus.ts';
import { judge } from './judge.ts';
import { chanceOf, mutate } from './mutations.ts';
import { type Kind, kinds } from './originals.ts';

/**
 * `npm run fuzz -- --seed N --runs M`: the long form of the test beside this. What fails is made as small as it gets and
 * kept in the corpus, which every `npm test` goes through. With `--grow` a text is kept as well when it comes to a problem
 * that none in the corpus comes to; `--kind configuration` keeps to one kind.
 */
const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    runs: { type: 'string', default: '20000' },
    grow: { type: 'boolean', default: false },
    kind: { type: 'string' },
  },
});
const [seed, runs] = [Number(values.seed), Number(values.runs)];
if (!Number.isSafeInteger(seed) || !Number.isSafeInteger(runs)) throw new Error('--seed and --runs take whole numbers');

const tried = kinds.filter((kind) => values.kind === undefined || values.kind === kind);
if (tried.length === 0) throw new Error(`--kind is one of ${kinds.join(', ')}`);

/** Every test goes through the corpus, so it does not grow without end. */
const mostKept = 200;

const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** The shortest text found, by leaving out ever smaller pieces, of which the same can be said. */
const minimise = async (text: string, isSame: (shorter: string) => Promise<boolean>): Promise<string> => {
  let shortest = text;
  for (let size = Math.ceil(shortest.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let at = 0; at < shortest.length; ) {
      const shorter = shortest.slice(0, at) + shortest.slice(at + size);
      if (await isSame(shorter)) shortest = shorter;
      else at += size;
    }
  }
  return shortest;
};

const corpus = readCorpus();
const kept: Record<Kind, string[]> = Object.fromEntries(kinds.map((kind) => [kind, [...corpus[kind]]])) as Record<
  Kind,
  string[]
>;
/** Parsers and the schema have many words for one thing; each rule of ours has a sentence of its own. */
const lessonOf = (kind: Kind, one: string): string =>
  `${kind}: ${/^(?:yaml|json|schema|document|text)-/.test(one) ? one.replace(/\(.*/s, '') : one}`;

const known = new Set<string>();
for (const kind of kinds) {
  for (const text of kept[kind]) for (const one of (await judge(kind, text)).problems) known.add(lessonOf(kind, one));
}

let failures = 0;
for (let round = 0; round < runs; round += 1) {
  const chance = chanceOf(seed * 1_000_003 + round);
  for (const kind of tried) {
    const text = mutate(kind, chance, kept[kind]);
    const { problems, fault } = await judge(kind, text);
    const unknown = problems.find((one) => !known.has(lessonOf(kind, one)));
    if (fault !== undefined) {
      failures += 1;
      const small = await minimise(text, async (shorter) => (await judge(kind, shorter)).fault !== undefined);
      kept[kind].push(small);
      say(`${kind}, seed ${seed}, round ${round}: ${fault}\n${JSON.stringify(small)}\n`);
    } else if (values.grow && kept[kind].length < mostKept && unknown !== undefined) {
      const small = await minimise(text, async (shorter) => (await judge(kind, shorter)).problems.includes(unknown));
      for (const one of (await judge(kind, small)).problems) known.add(lessonOf(kind, one));
      kept[kind].push(small);
    }
  }
}
for (const kind of kinds) if (kept[kind].length > corpus[kind].length) keep(kind, kept[kind]);
say(
  `${runs} rounds of ${tried.length} texts from seed ${seed}: ${failures} failed; ${known.size} kinds of problems known.`,
);
process.exitCode = failures > 0 ? 1 : 0;
