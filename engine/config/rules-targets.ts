import { type Diagnostic, problem, warning } from '../diagnostics/index.ts';
import { closest } from '../documents/index.ts';
import { type JsonValue, type StructuralPath, valueAt } from '../values/index.ts';
import { hasExpression, withoutPassword } from './expression.ts';
import type { SmokeTestFile, TargetFile } from './file-targets.ts';
import { entriesOf } from './named-entries.ts';
import type { Rule, Subject } from './subject.ts';
import { versionSpecOf } from './version-spec.ts';

const versionsMeanSomething: Rule = ({ written, config }) =>
  entriesOf<TargetFile>(written.targets).flatMap(([name, { version }]) => {
    // Of what is no text, the schema has said what is wrong with it.
    if (typeof version !== 'string' || versionSpecOf(version)) return [];
    const near = closest(version, ['latest']);
    return problem('config-invalid-version', {
      detail: `"${version}" is no version: write one such as v1.3.0, a range such as ^1.2, latest, or { from: TARGET }.`,
      range: config.targets.get(name)?.at(['version']),
      hint: near && `Did you mean \`${near}\`?`,
    });
  });

interface WrittenTest {
  readonly test: SmokeTestFile;
  readonly path: StructuralPath;
  readonly target: string;
}

export const smokeTestsOf = ({ written }: Subject): readonly WrittenTest[] =>
  entriesOf<TargetFile>(written.targets).flatMap(([target, { smoke_tests: tests = [] }]) =>
    tests.flatMap((test, index) =>
      test === null ? [] : [{ test, target, path: ['targets', target, 'smoke_tests', index] }],
    ),
  );

/** Whether the file gives a key there, even one that was refused and has had its complaint. */
const given = (root: JsonValue, path: StructuralPath): boolean => valueAt(root, path) !== undefined;

const smokeTestsDoOneThing: Rule = (subject) =>
  smokeTestsOf(subject).flatMap(({ path }) => {
    const { document } = subject;
    const ways = ['run', 'http', 'check', 'invoke'].filter((way) => given(document.value, [...path, way]));
    if (ways.length === 1) return [];
    const detail =
      ways.length === 0 ? 'This smoke test does nothing.' : `This smoke test has both ${ways.join(' and ')}.`;
    return problem('config-smoke-test', {
      detail,
      range: document.locate(path),
      hint: 'Give it one of `run`, `http`, `invoke` and `check`.',
    });
  });

/** Why a request cannot be sent there, seen before anything was released. */
const faultOfUrl = (text: string): string | undefined => {
  const url = URL.parse(text);
  if (!url) return `\`${withoutPassword(text)}\` is no URL.`;
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return `A ${url.protocol}// URL is no address of the web.`;
  if (url.username === '' && url.password === '') return undefined;
  return 'A URL with a user or a password in it is not accepted.';
};

const smokeTestsHaveUrls: Rule = (subject) =>
  smokeTestsOf(subject).flatMap(({ test, path }) => {
    const { document } = subject;
    if (!test.http || given(document.value, [...path, 'http', 'path'])) return [];
    const { url } = test.http;
    if (url === undefined && given(document.value, [...path, 'http', 'url'])) return [];
    const detail = url === undefined ? 'An `http` smoke test needs a `url` or a `path`.' : faultOfUrl(url);
    // What holds an expression has had its complaint.
    if (detail === undefined || (url !== undefined && hasExpression(url))) return [];
    const hint = 'Write a URL that begins with http:// or https://, without a user and a password.';
    return problem('config-smoke-test', { detail, range: document.locate([...path, 'http', 'url']), hint });
  });

/** Where anybody may answer in the place of the server, a test that passes says nothing about it. */
const smokeTestsVerifyTls: Rule = (subject) =>
  smokeTestsOf(subject).flatMap(({ test, path, target }) => {
    if (test.http?.verify_ssl !== false) return [];
    const { environments, targets } = subject.config;
    const type = environments.get(targets.get(target)?.environment ?? '')?.type;
    const range = subject.document.locate([...path, 'http', 'verify_ssl']);
    const hint = 'Have Node trust whoever signed its certificate:\n    export NODE_EXTRA_CA_CERTS=FILE';
    return type === 'production'
      ? problem('config-tls-unverified', { detail: 'In production each server proves who it is.', range, hint })
      : warning('config-tls-unverified', { detail: 'Anybody may answer in the place of this server.', range, hint });
  });

const smokeTestNamesAreUnique: Rule = (subject) => {
  const first = new Map<string, StructuralPath>();
  return smokeTestsOf(subject).flatMap(({ test, path, target }): readonly Diagnostic[] => {
    const at = [...path, 'name'];
    const id = `${target}\n${test.name}`;
    const earlier = first.get(id);
    if (test.name === undefined || earlier === undefined) {
      first.set(id, at);
      return [];
    }
    const { line } = subject.document.locate(earlier).start;
    const detail = `The target "${target}" has a smoke test named "${test.name}" on line ${line} already.`;
    return [problem('config-smoke-test', { detail, range: subject.document.locate(at) })];
  });
};

/** The release would be over before such a test may fail. */
const smokeTestsFitIntoTheirRelease: Rule = (subject) =>
  smokeTestsOf(subject).flatMap(({ test, path, target }) => {
    const limit = subject.config.targets.get(target)?.deployment.timeoutSeconds ?? 0;
    if ((test.timeout_seconds ?? 60) <= limit) return [];
    const detail = `This smoke test may take ${test.timeout_seconds ?? 60} s, and its whole release ${limit} s.`;
    return warning('config-smoke-test', { detail, range: subject.document.locate([...path, 'timeout_seconds']) });
  });

export const targetRules: readonly Rule[] = [
  versionsMeanSomething,
  smokeTestsDoOneThing,
  smokeTestsHaveUrls,
  smokeTestsVerifyTls,
  smokeTestNamesAreUnique,
  smokeTestsFitIntoTheirRelease,
];
