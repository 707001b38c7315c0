/** What a change set is for. */
export const changeSetTypes = ['feature', 'bugfix', 'hotfix', 'performance', 'other'] as const;

export type ChangeSetType = (typeof changeSetTypes)[number];

const longest = { name: 100, label: 100, description: 1000 } as const;

/** What is wrong with what somebody wrote of a change set, as the rest of a sentence about it; undefined where nothing is. */
export const faultOfText = (kind: keyof typeof longest, text: string): string | undefined => {
  if (text.trim() === '') return 'is empty';
  if (text !== text.trim()) return 'begins or ends with a space';
  if (/[\p{Cc}\u2028\u2029]/u.test(text) || !text.isWellFormed()) return 'holds control characters';
  return Array.from(text).length > longest[kind] ? `has more than ${longest[kind]} characters` : undefined;
};

/** Whether two labels are one: hosts do not tell upper and lower case apart. */
export const isSameLabel = (left: string, right: string): boolean => left.toLowerCase() === right.toLowerCase();
