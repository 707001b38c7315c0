import { canonicalBytes, type JsonValue } from '../../engine/values/index.ts';
import { workflowFile } from '../support/workflows.ts';

const flow = (name: string, text: string) => ({ [name]: workflowFile(name, ['read', text]) });

/** What the test repository holds at each version: workflows by name. v1.2.0 fails its smoke test. */
export const contents: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'v1.0.0': { ...flow('alpha', 'first'), ...flow('beta', 'first'), ...flow('gamma', 'first') },
  'v1.1.0': { ...flow('alpha', 'second'), ...flow('gamma', 'first'), ...flow('delta', 'new') },
  'v1.2.0': { ...flow('alpha', 'third'), ...flow('epsilon', 'new') },
  'v1.3.0': { ...flow('alpha', 'fourth'), ...flow('zeta', 'new') },
};

/** The same text for the same workflows, however their files are spelled. */
const sameText = (workflows: Readonly<Record<string, string>>): string => {
  const parsed = Object.entries(workflows).map(([name, text]) => [name, JSON.parse(text) as JsonValue] as const);
  return Buffer.from(canonicalBytes(Object.fromEntries(parsed))).toString('utf8');
};

/** Whether what consumers read, by name, is what the repository holds at this version; at none, that is nothing. */
export const isContentOf = (version: string | null, bodies: Readonly<Record<string, string>>): boolean => {
  try {
    return sameText(bodies) === sameText(version === null ? {} : (contents[version] ?? { unknown: '{}' }));
  } catch {
    // A body that is no JSON is no workflow of any version.
    return false;
  }
};
