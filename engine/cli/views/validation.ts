import { hasErrors } from '../../diagnostics/index.ts';
import type { Validation } from '../../operations/index.ts';
import { counted } from '../../values/index.ts';
import { countedDiagnostics, diagnosticBoxes, diagnosticJson } from './diagnostics.ts';
import { inline } from './escape.ts';
import type { Style } from './style.ts';

/** What validation found, and what it could not see. */
export const validationText = ({ diagnostics, artifacts, unchecked }: Validation, style: Style): string => {
  const found = diagnostics.length > 0 ? `, ${countedDiagnostics(diagnostics)}` : '';
  const verdict = hasErrors(diagnostics)
    ? style.red(`Invalid: ${counted(artifacts, 'artifact')} read${found}.`)
    : style.green(`Valid: ${counted(artifacts, 'artifact')}${found}.`);
  return [
    ...(diagnostics.length > 0 ? [diagnosticBoxes(diagnostics, style)] : []),
    verdict,
    ...unchecked.map(inline),
  ].join('\n');
};

export const validationJson = ({ diagnostics, artifacts, unchecked }: Validation) => ({
  format_version: '1.0',
  valid: !hasErrors(diagnostics),
  error_count: diagnostics.filter(({ severity }) => severity === 'error').length,
  warning_count: diagnostics.filter(({ severity }) => severity === 'warning').length,
  artifacts,
  diagnostics: diagnostics.map(diagnosticJson),
  unchecked,
});
