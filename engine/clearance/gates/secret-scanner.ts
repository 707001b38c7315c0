/** What looks like a secret, without the secret. */
export interface FoundSecret {
  /** The kind of secret, such as `basicauth` or `aws`. */
  readonly rule: string;
  /** Where it begins in the text, in letters from 0. */
  readonly index: number;
  /** Lines count from 1. */
  readonly line: number;
}

export type SecretScanner = (text: string, filename: string) => Promise<readonly FoundSecret[]>;

/** Raised when another set of rules searches, so that what was searched before is searched again. */
export const scannerEdition = 'secretlint 13.1.0';

/** It lets a comment say that nothing was found: who writes an artifact does not decide whether it is searched. */
const silencing = '@secretlint/secretlint-rule-filter-comments';

const shortName = (id: string): string => id.replace(/^@secretlint\/secretlint-rule-/, '');

/** Loads the scanner with all its recommended rules. What it says of a finding quotes the secret, so only where is kept. */
export const loadScanner = async (): Promise<SecretScanner> => {
  const [{ lintSource }, { rules }] = await Promise.all([
    import('@secretlint/core'),
    import('@secretlint/secretlint-rule-preset-recommend'),
  ]);
  const chosen = rules.filter(({ meta }) => meta.id !== silencing).map((rule) => ({ id: rule.meta.id, rule }));
  return async (content, filePath) => {
    const { messages } = await lintSource({
      source: { content, filePath, ext: /\.[^./]+$/.exec(filePath)?.[0] ?? '', contentType: 'text' },
      options: { config: { rules: chosen }, noPhysicFilePath: true, maskSecrets: true },
    });
    return messages
      .filter(({ type }) => type === 'message')
      .map(({ ruleId, range, loc }) => ({ rule: shortName(ruleId), index: range[0], line: loc.start.line }));
  };
};
