import type { Config } from '../../config/index.ts';
import { Refusal } from '../../diagnostics/index.ts';
import { examineProviders, usesOf } from '../third-parties.ts';
import { examine, type Finding, ok } from './finding.ts';

/** Whether each third-party provider is the one that was locked, and allows what it is told. Nothing of it is executed. */
export const examineThirdParties = async (config: Config): Promise<readonly Finding[]> => {
  const uses = usesOf(config, config.targets.values());
  const found = await Promise.all(
    [...config.providers.values()].map(({ name, pin }) => {
      const check = `provider ${name}`;
      return examine(check, async () => {
        const wrong = await examineProviders(config, [name], uses);
        if (wrong.length > 0) throw new Refusal(wrong);
        return [ok(check, `${pin?.version ?? 'locked'}, as it was locked`)];
      });
    }),
  );
  return found.flat();
};
