import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeCommands } from '../../engine/cli/index.ts';

const design = join(import.meta.dirname, '../../../shared/design/cli.md');
const isThere = existsSync(design);

/** The issue up to which all commands of the table exist; of later ones some may. */
const built = 6;

/** Commands that the design does not list, each with the decision that brought it. */
const beyondDesign: Readonly<Record<string, string>> = {
  'notify list': 'engine/decisions/0038-telling-people.md',
  'notify deliver': 'engine/decisions/0038-telling-people.md',
  'review list': 'engine/decisions/0042-emergencies.md',
  'review close': 'engine/decisions/0042-emergencies.md',
  'team list': 'engine/decisions/0046-roles.md',
  'token create': 'engine/decisions/0046-roles.md',
  'token list': 'engine/decisions/0046-roles.md',
  'token revoke': 'engine/decisions/0046-roles.md',
};

/** `lock list|release` is two commands, `logs RELEASE [--follow]` is one. */
const commandsIn = (text: string): readonly string[] => {
  const words =
    /^(?:m3forge )?((?:[a-z|]+ ?)+)/
      .exec(text.replaceAll(/ ?\[[^\]]*\]/g, ''))?.[1]
      ?.trim()
      .split(' ') ?? [];
  return words.reduce<readonly string[]>(
    (paths, word) => paths.flatMap((path) => word.split('|').map((one) => `${path} ${one}`.trim())),
    [''],
  );
};

/** What the rows of the table say whose issue is built, or of all of them; a note such as "`lock release` 3" does not move the whole row. */
const rows = (last = built): readonly string[] =>
  readFileSync(design, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| `m3forge '))
    .flatMap((line) => {
      const [, commands = '', , issue = ''] = line.replaceAll('\\|', '\0').split('|');
      const isBuilt = Number.parseInt(issue, 10) <= last;
      const texts = [...commands.replaceAll('\0', '|').matchAll(/`([^`]*)`/g)].map(([, text = '']) => text);
      return isBuilt ? texts : [];
    });

const promised = (last = built): readonly string[] => rows(last).flatMap(commandsIn);

test.skipIf(!isThere)(
  'the commands are those of the design, up to this issue (skipped without ../shared)',
  async () => {
    const there = (await describeCommands()).map(({ path }) => path);
    expect(promised()).toContain('lock release');
    // `changeset …` promises whatever belongs to change sets.
    const open = rows(Number.POSITIVE_INFINITY)
      .filter((text) => text.endsWith('…'))
      .flatMap(commandsIn);
    const whole = promised().filter((path) => !open.includes(path));
    expect(there).toEqual(expect.arrayContaining(whole));
    for (const group of open) expect(there.some((path) => path.startsWith(`${group} `))).toBe(true);
    const all = [...promised(Number.POSITIVE_INFINITY), ...Object.keys(beyondDesign)];
    const named = there.filter((path) => !open.some((begin) => path.startsWith(`${begin} `)));
    expect(all).toEqual(expect.arrayContaining(named));
    for (const file of Object.values(beyondDesign))
      expect(existsSync(join(import.meta.dirname, '../..', file))).toBe(true);
  },
);

test.skipIf(!isThere)(
  'each flag of the design is a flag of a command of its row (skipped without ../shared)',
  async () => {
    const flagsOf = new Map(
      (await describeCommands()).map(({ path, flags }) => [path, flags.flatMap(({ names }) => names)] as const),
    );
    const missing = rows().flatMap((text) => {
      const there = new Set(commandsIn(text).flatMap((path) => flagsOf.get(path) ?? []));
      return [...text.matchAll(/--[a-z][a-z-]*/g)].flatMap(([flag]) => (there.has(flag) ? [] : `${flag} of ${text}`));
    });
    expect(missing).toEqual([]);
    expect(rows().join(' ')).toContain('--detailed-exitcode');
  },
);
