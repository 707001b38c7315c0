import { type Diagnostic, type DiagnosticCode, Refusal } from '../../diagnostics/index.ts';

/**
 * `ok`: as it should be; `warning`: works, and will not for ever or not for everybody; `broken`: something that is asked
 * for cannot be done; `skipped`: could not be looked at, because of something that is named elsewhere.
 */
export type Verdict = 'ok' | 'warning' | 'broken' | 'skipped';

/** What was seen of one thing. */
export interface Finding {
  /** What was looked at, such as `Git` or `state database`. */
  readonly check: string;
  readonly verdict: Verdict;
  readonly detail: string;
  /** What to do about it; a command to copy stands alone on an indented line. Null where nothing is to be done. */
  readonly remedy: string | null;
}

export const ok = (check: string, detail: string): Finding => ({ check, verdict: 'ok', detail, remedy: null });

export const skipped = (check: string, detail: string): Finding => ({
  check,
  verdict: 'skipped',
  detail,
  remedy: null,
});

export const finding = (verdict: 'warning' | 'broken', check: string, detail: string, remedy: string): Finding => ({
  check,
  verdict,
  detail,
  remedy,
});

/** That somebody else is at work is nothing that is broken; a variable that is missing is said once, by its own check. */
const verdicts: Readonly<Partial<Record<DiagnosticCode, Verdict>>> = {
  'database-embedded-locked': 'warning',
  'config-missing-variable': 'skipped',
};

const ofDiagnostic = (check: string, { code, detail, hint }: Diagnostic): Finding => ({
  check,
  verdict: verdicts[code] ?? 'broken',
  detail,
  remedy: hint ?? `What to do is said in docs/reference/diagnostics.md under ${code}.`,
});

/** Looks at something; what it refuses becomes what was found. */
export const examine = async (check: string, look: () => Promise<readonly Finding[]>): Promise<readonly Finding[]> => {
  try {
    return await look();
  } catch (error) {
    if (error instanceof Refusal) return error.diagnostics.map((diagnostic) => ofDiagnostic(check, diagnostic));
    throw error;
  }
};
