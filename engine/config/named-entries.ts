/** The named entries of a part of the file. A list is refused before; what was taken out as wrong is not looked at. */
export const entriesOf = <T extends object>(
  part: Readonly<Record<string, T>> | readonly unknown[] | undefined,
): readonly (readonly [name: string, entry: T])[] =>
  part === undefined || Array.isArray(part)
    ? []
    : Object.entries(part as Readonly<Record<string, T>>).filter(
        ([, entry]) => typeof entry === 'object' && entry !== null,
      );
