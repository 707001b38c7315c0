import { styleText } from 'node:util';

type Paint = (text: string) => string;

/** How a view marks its text; without colours each of these changes nothing. */
export interface Style {
  readonly bold: Paint;
  readonly dim: Paint;
  readonly red: Paint;
  readonly green: Paint;
  readonly yellow: Paint;
  readonly cyan: Paint;
}

/** Whether to colour was decided before: `styleText` must not look at the process's own streams again. */
export const createStyle = (coloured: boolean): Style => {
  const paint = (name: keyof Style): Paint =>
    coloured ? (text) => styleText(name, text, { validateStream: false }) : (text) => text;
  return {
    bold: paint('bold'),
    dim: paint('dim'),
    red: paint('red'),
    green: paint('green'),
    yellow: paint('yellow'),
    cyan: paint('cyan'),
  };
};

export const plainStyle = createStyle(false);
