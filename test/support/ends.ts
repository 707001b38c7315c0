type End = () => void | Promise<void>;

const ends: End[] = [];

/** Has something taken away after the tests of the file that asks: what was made last, first. */
export const afterThisFile = (end: End): void => void ends.push(end);

/** Takes everything away, and says the first thing that could not be. */
export const endAll = async (): Promise<void> => {
  const failed: unknown[] = [];
  for (const end of ends.splice(0).reverse()) {
    try {
      await end();
    } catch (error) {
      failed.push(error);
    }
  }
  if (failed.length > 0) throw failed[0];
};
