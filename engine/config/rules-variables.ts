import { type Diagnostic, problem, warning } from '../diagnostics/index.ts';
import { mostProblems } from '../documents/index.ts';
import { isSecretName, type StructuralPath } from '../values/index.ts';
import type { LongVariableFile, VariableFile } from './file.ts';
import { entriesOf } from './named-entries.ts';
import type { Rule, Subject } from './subject.ts';
import { isSecret, longForm } from './variables.ts';

/** In UTF-16 units; a variable is a setting, no document. */
const longestValue = 65_536;

interface WrittenVariable {
  readonly name: string;
  readonly path: StructuralPath;
  readonly long: LongVariableFile;
}

const variablesAt = (
  written: Readonly<Record<string, VariableFile>> | undefined,
  path: StructuralPath,
): readonly WrittenVariable[] =>
  Object.entries(written ?? {}).flatMap(([name, entry]) => {
    const long = longForm(entry);
    return long ? [{ name, path: [...path, name], long }] : [];
  });

const variablesIn = ({ written }: Subject): readonly WrittenVariable[] => [
  ...variablesAt(written.variables, ['variables']),
  ...entriesOf(written.environments).flatMap(([name, { variables }]) =>
    variablesAt(variables, ['environments', name, 'variables']),
  ),
];

/** One diagnostic for each variable that fails, as many as anybody reads. */
const judge =
  (rule: (variable: WrittenVariable, subject: Subject) => Diagnostic | undefined): Rule =>
  (subject) =>
    variablesIn(subject)
      .flatMap((variable) => rule(variable, subject) ?? [])
      .slice(0, mostProblems);

const namesAreUsable = judge(({ name, path }, { document }) =>
  /^[A-Za-z_][A-Za-z0-9_]{0,199}$/.test(name)
    ? undefined
    : problem('config-invalid-variable', {
        detail: `"${name}" cannot be the name of a variable: it takes a letter or "_", then up to 199 letters, digits and "_".`,
        range: document.locate(path, 'key'),
      }),
);

const valuesAreUsable = judge(({ name, path, long }, { document }) => {
  const text = String(long.value ?? '');
  const fault =
    text.length > longestValue
      ? `is longer than ${longestValue} characters`
      : text.includes('\0') || !text.isWellFormed()
        ? 'holds a character that no database can keep'
        : undefined;
  if (fault === undefined) return undefined;
  return problem('config-invalid-variable', {
    detail: `The value of "${name}" ${fault}.`,
    range: document.locate(path, 'key'),
  });
});

/** A secret in plain text in every place would be worse than none. */
const secretsAreNotKeptYet = judge(({ name, path, long }, { document }) =>
  isSecret(long)
    ? problem('config-not-available', {
        detail: `Secret variables, such as "${name}", are known, but not available yet: m3forge cannot seal them, and keeps none in plain text.`,
        range: document.locate([...path, long.secret === undefined ? 'is_secret' : 'secret']),
        hint: 'Give the secret to what runs the workflows by its own means, and take the variable out here.',
      })
    : undefined,
);

const spellingsAgree = judge(({ path, long }, { document }) =>
  long.secret === undefined || long.is_secret === undefined || long.secret === long.is_secret
    ? undefined
    : problem('config-alias-conflict', {
        detail: `This says something else than \`${[...path, 'secret'].join('.')}\`, and both mean the same key.`,
        range: document.locate([...path, 'is_secret']),
        hint: 'Keep one of the two.',
      }),
);

const plainValuesAreNoSecrets = judge(({ name, path, long }, { document }) =>
  !isSecretName(name) || isSecret(long) || String(long.value ?? '') === ''
    ? undefined
    : warning('config-literal-password', {
        detail: `"${name}" sounds like a secret, and everyone who can read this file or the place can read its value.`,
        range: document.locate(path, 'key'),
        hint: 'Give the secret to what runs the workflows by its own means.',
      }),
);

export const variableRules: readonly Rule[] = [
  namesAreUsable,
  valuesAreUsable,
  secretsAreNotKeptYet,
  spellingsAgree,
  plainValuesAreNoSecrets,
];
