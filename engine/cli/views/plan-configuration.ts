import type {
  ConfigurationChange,
  ConfigurationSection,
  PlanDocument,
  PlanSection,
  VariableChange,
  WithheldChange,
} from '../../plan/index.ts';
import { valueChangeLines } from './detail.ts';
import { inline } from './escape.ts';
import { actionOf, type ShownAction, symbolOf } from './plan-counts.ts';
import { addressLine, type PlanTextOptions, widthOfAddresses } from './plan-lines.ts';
import type { Style } from './style.ts';

const loosenLine = (text: string, isHeld: boolean, style: Style): string =>
  `      ${style.yellow('loosens')} ${inline(text)}${isHeld ? style.dim(', from the next release on') : ''}`;

/** One line for each part of the configuration, and one for each rule that it loosens; `held` are those that still hold. */
export const configurationLines = (
  changes: readonly ConfigurationChange[],
  { style, detail }: PlanTextOptions,
  { held = [], width = widthOfAddresses(changes) }: { readonly held?: readonly string[]; readonly width?: number } = {},
): readonly string[] => {
  return changes.flatMap((change) => [
    addressLine(change, width, style),
    ...change.loosens.map((text) => loosenLine(text, held.includes(text), style)),
    ...(detail ? (change.detail ?? []).flatMap((one) => valueChangeLines(one, style)) : []).map(
      (line) => `      ${line}`,
    ),
  ]);
};

const actionOn = ({ before, after }: VariableChange): ShownAction =>
  before === null ? 'create' : after === null ? 'delete' : 'update';

const valuesOf = ({ before, after }: VariableChange): string => {
  const [was, is] = [JSON.stringify(before), JSON.stringify(after)];
  return before === null ? is : after === null ? was : `${was} → ${is}`;
};

/** The variables of the place that get another value with the pointer. */
export const variableLines = ({ variables }: PlanSection, style: Style): readonly string[] =>
  variables.length === 0
    ? []
    : [
        '  Variables of the place:',
        ...variables.map(
          (one) => `    ${symbolOf(actionOn(one), style)} ${inline(one.name)}: ${inline(valuesOf(one))}`,
        ),
      ];

/** Recorded rules that hold although the file says less, where the section does not record that itself. */
export const heldLines = ({ held, configuration_changes: changes }: PlanSection, style: Style): readonly string[] => {
  const marked = new Set(changes.flatMap(({ loosens }) => loosens));
  const others = held.filter((text) => !marked.has(text));
  return others.length === 0
    ? []
    : [
        `  ${style.yellow('Held')} to what is recorded, not to what the file says:`,
        ...others.map((text) => `    ${inline(text)}`),
      ];
};

/** What affects several targets, under a heading of its own; `blocks` come ready to print. */
export const sharedLines = (
  section: ConfigurationSection,
  options: PlanTextOptions,
  blocks: readonly string[],
): readonly string[] => [
  options.style.bold('configuration:'),
  ...configurationLines(section.changes, options),
  ...(section.held_to.length > 0
    ? [`  Held to the strictest recorded rules of ${section.held_to.map(inline).join(', ')}.`]
    : []),
  ...blocks,
];

/** Changes that say nothing but that they wait, by for whom: one line is enough for each. */
const together = (withheld: readonly WithheldChange[]): readonly (readonly WithheldChange[])[] => {
  const groups = Map.groupBy(withheld, (change) =>
    change.loosens.length > 0 || actionOf(change) !== 'create' ? change.address : `waits ${change.waits_for.join()}`,
  );
  return [...groups.values()];
};

/** What this plan leaves to a later one, and for whom it waits. */
export const withheldLines = (
  { withheld }: Pick<PlanDocument, 'withheld'>,
  { style }: PlanTextOptions,
): readonly string[] =>
  withheld.length === 0
    ? []
    : [
        style.bold('Withheld: it affects targets outside of this plan, which stay as they are recorded.'),
        ...together(withheld).flatMap((changes) => {
          const [first] = changes;
          if (!first) return [];
          const address = changes.map((change) => change.address).join(', ');
          const line = { ...first, address, reason: `waits for ${first.waits_for.join(', ')}` };
          return [addressLine(line, 0, style), ...first.loosens.map((text) => loosenLine(text, false, style))];
        }),
      ];

/** Which symbols the configuration of a plan uses. */
export const configurationActions = ({ sections, configuration, withheld }: PlanDocument): readonly ShownAction[] => [
  ...sections.flatMap((section) => [
    ...section.configuration_changes.map(actionOf),
    ...section.variables.map(actionOn),
  ]),
  ...(configuration?.changes ?? []).map(actionOf),
  ...withheld.map(actionOf),
];
