import picomatch from 'picomatch';

/** Whether a path (forward slashes, relative) or an address matches one of the globs. `**` crosses slashes, `*` does not. */
export const globMatcher = (globs: readonly string[]): ((text: string) => boolean) =>
  globs.length === 0 ? () => false : picomatch([...globs], { dot: true, nonegate: true, strictSlashes: true });
