const longest = 500;

/** What a provider says, as one line without secrets and without an end. Redacted before it is cut: half a secret is not known. */
export const said = (text: string, redact: (text: string) => string): string => {
  const line = redact(text.slice(0, 64 * longest))
    .replaceAll(/\s+/g, ' ')
    .trim()
    .replace(/\.$/, '');
  return line.length > longest ? `${line.slice(0, longest)} …` : line;
};
