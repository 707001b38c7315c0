export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** Diagnostic chatter for operators, on standard error. What users must read is not logged: it is returned and viewed. */
export interface Log {
  readonly debug: (message: string) => void;
  readonly info: (message: string) => void;
  readonly warn: (message: string) => void;
  readonly error: (message: string) => void;
}

/** A log that writes lines at or above `level` through `write`, each passed through `redact` first. */
export const createLog = (
  level: LogLevel,
  write: (line: string) => void,
  redact: (text: string) => string = (text) => text,
): Log => {
  const threshold = logLevels.indexOf(level);
  const at = (name: LogLevel) => (message: string) => {
    if (logLevels.indexOf(name) >= threshold) write(`${name}: ${redact(message)}`);
  };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
};
