import type { JsonObject } from '../../values/index.ts';
import type { ThirdPartyKind } from '../author.ts';
import type { InstalledProvider } from '../installed.ts';
import { type ConformanceCase, expectThat } from '../kit/case.ts';
import { checkOptions } from '../options.ts';

/** The options of a fixture, each with where they stand in it. */
export interface FixtureOptions {
  readonly kind: ThirdPartyKind;
  /** Such as `check.passing`. */
  readonly where: string;
  readonly options: JsonObject;
}

const listOf = (kinds: readonly ThirdPartyKind[]): string => [...kinds].sort().join(' and ') || 'nothing';

/** What a package says of itself, next to what it turned out to be. */
export const packageCases = (
  installed: InstalledProvider,
  exported: readonly ThirdPartyKind[],
  fixture: readonly FixtureOptions[],
): readonly ConformanceCase[] => {
  const { manifest, config } = installed;
  const said = [...manifest.kinds.keys()];
  return [
    {
      title: 'it can do what its package.json says, and nothing else',
      why: 'what is said and not there can be used by nobody, and neither can what is there and not said',
      run: async () =>
        expectThat(
          listOf(said) === listOf(exported),
          `its package.json says ${listOf(said)}, and its module exports ${listOf(exported)}`,
        ),
    },
    {
      title: 'its schemas allow the options of its fixture',
      why: 'a user cannot write what the schema does not allow, so nobody could use what the fixture tries',
      run: async () => {
        for (const { kind, where, options } of fixture) {
          if (!manifest.kinds.has(kind)) continue;
          const [wrong] = await checkOptions(installed, kind, { options, at: () => config.at([]) });
          expectThat(wrong === undefined, `${where}: ${wrong?.detail}`);
        }
      },
    },
  ];
};
