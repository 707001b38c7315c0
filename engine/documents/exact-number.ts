/** The digits and the power of ten that a decimal literal stands for, the same for every spelling of one value. */
const normalForm = (literal: string): string => {
  const [, whole = '', fraction = '', power = '0'] = /^-?(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(literal) ?? [];
  const digits = (whole + fraction).replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  if (significant === '') return '0';
  return `${significant}e${BigInt(power) - BigInt(fraction.length) + BigInt(digits.length - significant.length)}`;
};

/**
 * Whether a JSON number literal still has its value after it was read into a double and written again. Digits beyond a
 * double's precision would silently be others in the database than in the file.
 */
export const isExactNumber = (literal: string): boolean => {
  const value = Number(literal);
  // An absurd power of ten is out of range or zero; its digits need not be looked at.
  if (!Number.isFinite(value)) return false;
  if (literal.length > 1100) return false;
  return normalForm(literal) === normalForm(String(value));
};
