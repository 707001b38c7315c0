/**
 * Whether rows of the sequence to go back to were changed by hand when the section was planned: going back would restore
 * them. Takes a section as it is planned, or as it was recorded, perhaps by an older m3forge and in another shape.
 */
export const wayBackIsDrifted = (section: unknown): boolean => {
  const { drift } = (section ?? {}) as { readonly drift?: unknown };
  if (!Array.isArray(drift)) return false;
  return (drift as readonly { readonly field?: unknown }[]).some(({ field }) => field === 'row' || field === 'digest');
};
