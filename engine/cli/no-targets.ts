import { loadConfig } from '../config/index.ts';
import type { Invocation } from './invocation.ts';
import { inline } from './views/escape.ts';

/** What is said where all targets were meant and none is enabled. Whoever asks has read the configuration without error. */
export const noTargetEnabled = async ({ context }: Invocation): Promise<string> => {
  const loaded = await loadConfig(context.system, context.location);
  const names = loaded.ok ? [...loaded.value.targets.keys()] : [];
  return ['No target is enabled.', ...names.map((name) => `  ${inline(name)} is disabled`)].join('\n');
};
