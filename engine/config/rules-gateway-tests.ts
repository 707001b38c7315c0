import { type Diagnostic, problem } from '../diagnostics/index.ts';
import { smokeTestsOf } from './rules-targets.ts';
import type { Rule } from './subject.ts';

/** What asks a gateway needs one to ask. */
const someGatewayIsAsked: Rule = (subject) =>
  smokeTestsOf(subject).flatMap(({ test, path, target }): readonly Diagnostic[] => {
    const way = test.invoke === undefined ? 'http' : 'invoke';
    if (way === 'http' && test.http?.path === undefined) return [];
    if ((subject.config.targets.get(target)?.gateways.length ?? 1) > 0) return [];
    return [
      problem('config-smoke-test', {
        detail: `This smoke test asks each gateway, and the target "${target}" has none.`,
        range: subject.document.locate([...path, way], 'key'),
        hint: 'Give its environment or the target `gateways`.',
      }),
    ];
  });

const pathsAreOnGateways: Rule = (subject) =>
  smokeTestsOf(subject).flatMap(({ test, path }): readonly Diagnostic[] => {
    const { path: asked, url, verify_ssl: verify } = test.http ?? {};
    if (asked === undefined) return [];
    const at = (...steps: readonly string[]) => subject.document.locate([...path, 'http', ...steps]);
    const complain = (detail: string, range: ReturnType<typeof at>): Diagnostic =>
      problem('config-smoke-test', { detail, range });
    if (url !== undefined) return [complain('A request goes to a `url` or to a `path` on each gateway.', at('path'))];
    if (verify !== undefined)
      return [complain('With a `path`, each gateway says `verify_ssl` itself.', at('verify_ssl'))];
    return asked.startsWith('/') ? [] : [complain('A path begins with "/".', at('path'))];
  });

/** What m3forge itself says of a run, so that it is the one that was meant. */
const runsAreOurs: Rule = (subject) =>
  smokeTestsOf(subject).flatMap(({ test, path }): readonly Diagnostic[] => {
    if (test.invoke?.input?.planner === undefined) return [];
    return [
      problem('config-smoke-test', {
        detail: 'The planner of a run is the `workflow` of its smoke test.',
        range: subject.document.locate([...path, 'invoke', 'input', 'planner']),
      }),
    ];
  });

export const gatewayTestRules: readonly Rule[] = [someGatewayIsAsked, pathsAreOnGateways, runsAreOurs];
