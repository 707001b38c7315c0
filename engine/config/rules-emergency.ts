import { type Diagnostic, problem } from '../diagnostics/index.ts';
import type { EmergencyFile } from './file-emergency.ts';
import type { TargetFile } from './file-targets.ts';
import { entriesOf } from './named-entries.ts';
import type { Rule, Subject } from './subject.ts';

const emergenciesIn = ({ written }: Subject): readonly (readonly [string, TargetFile, EmergencyFile])[] =>
  entriesOf<TargetFile>(written.targets).flatMap(([name, target]) =>
    target.emergency ? [[name, target, target.emergency] as const] : [],
  );

/** What says nothing about the target would look as if it did. */
const onlyOfEmergencies: Rule = (subject) =>
  emergenciesIn(subject).flatMap(([name, { type }]) =>
    // A type that the schema refused has had its complaint.
    type === 'emergency' || type === null
      ? []
      : problem('config-emergency', {
          detail: `The target "${name}" is of the type ${type ?? 'auto_deploy'}, and no release to it is an emergency.`,
          range: subject.document.locate(['targets', name, 'emergency']),
          hint: 'Give emergencies a target of their own, with `type: emergency`, or take this out.',
        }),
  );

const never: readonly (readonly [keyof EmergencyFile, string, string])[] = [
  [
    'require_justification',
    'Nobody releases in an emergency without saying why.',
    'Take it out; where nobody has to say why, a target of another type is meant.',
  ],
  ['audit_trail', 'An emergency is always in the audit trail.', 'Take it out.'],
];

const nothingIsHidden: Rule = (subject) =>
  emergenciesIn(subject).flatMap(([name, , emergency]) =>
    never.flatMap(([key, detail, hint]): readonly Diagnostic[] =>
      emergency[key] === false
        ? [
            problem('config-emergency', {
              detail,
              hint,
              range: subject.document.locate(['targets', name, 'emergency', key]),
            }),
          ]
        : [],
    ),
  );

export const emergencyRules: readonly Rule[] = [onlyOfEmergencies, nothingIsHidden];
