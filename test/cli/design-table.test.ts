import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeCommands } from '../../engine/cli/index.ts';

const design = join(import.meta.dirname, '../../../shared/design/cli.md');
const isThere = existsSync(design);

/** The issue up to which the commands of the table exist. */
const built = 4;

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

/** The rows of the table of commands whose issue is built; a note such as "`lock release` 3" does not move the whole row. */
const promised = (): readonly string[] =>
  readFileSync(design, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| `m3forge '))
    .flatMap((line) => {
      const [, commands = '', , issue = ''] = line.replaceAll('\\|', '\0').split('|');
      const isBuilt = Number.parseInt(issue, 10) <= built;
      const texts = [...commands.replaceAll('\0', '|').matchAll(/`([^`]*)`/g)].map(([, text = '']) => text);
      return isBuilt ? texts.flatMap(commandsIn) : [];
    });

test.skipIf(!isThere)(
  'the commands are those of the design, up to this issue (skipped without ../shared)',
  async () => {
    const there = (await describeCommands()).map(({ path }) => path);
    expect(promised()).toContain('lock release');
    expect([...there].sort()).toEqual([...promised()].sort());
  },
);
