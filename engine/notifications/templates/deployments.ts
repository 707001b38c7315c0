import type { Happening } from '../../state/index.ts';
import { releaseFacts, subjectOf, type Telling } from './telling.ts';

type Deployment = Extract<Happening, { readonly event: 'deployment' }>;

const became: Readonly<Record<Deployment['state'], string>> = {
  in_progress: 'has begun',
  success: 'succeeded',
  failure: 'failed',
};

/** What everybody may see who sees the repository: no reason, and no problem, stands in it. */
export const deployment = (of: Deployment): Telling => ({
  tone: of.state === 'success' ? 'success' : of.state === 'failure' ? 'trouble' : 'news',
  title: `${of.target}: ${subjectOf(of)} ${became[of.state]}`,
  text: undefined,
  facts: releaseFacts(of),
  commands: [],
  thread: of.release,
});
