import { DefaultRenderer, Listr, ListrLogger, type ListrTaskWrapper, ProcessOutput, type SimpleRenderer } from 'listr2';
import { stepTitles } from '../../apply/index.ts';
import type { Output } from '../output.ts';
import type { OutputStream } from '../terminal.ts';
import { inline } from '../views/escape.ts';
import { eventMessage } from '../views/events.ts';
import type { Progress } from './progress.ts';

/** listr2 asks whether standard output is a terminal; progress goes to standard error, and that one is. */
class ErrorStreamRenderer extends DefaultRenderer {
  static override nonTTY = true;
}

/**
 * listr2 takes over the streams it is given while it draws. It gets a stand-in for standard error, so that what we write
 * ourselves meanwhile is not held back until it is done.
 */
const standIn = (stream: OutputStream, redact: (text: string) => string): NodeJS.WriteStream =>
  ({
    write: (text: string) => stream.write(redact(text)),
    get columns() {
      // A terminal that does not know its size says 0.
      return stream.columns || 80;
    },
    get rows() {
      return (stream as NodeJS.WriteStream).rows || 24;
    },
    isTTY: true,
    on: () => undefined,
    off: () => undefined,
  }) as unknown as NodeJS.WriteStream;

/** One step on the screen, open until `close`. */
interface OpenStep {
  readonly say: (text: string) => void;
  readonly close: (outcome: 'done' | 'failed', detail: string) => void;
  /** Resolves when the step has left the screen. */
  readonly gone: Promise<void>;
}

/** What can be changed about a step while it is drawn. */
type DrawnTask = Pick<ListrTaskWrapper<unknown, typeof DefaultRenderer, typeof SimpleRenderer>, 'title' | 'output'>;

const draw = (title: string, stream: NodeJS.WriteStream, work: (task: DrawnTask) => Promise<void>): Promise<void> => {
  const processOutput = new ProcessOutput(stream, stream, { dump: [] });
  const list = new Listr([{ title, task: (_, task) => work(task as DrawnTask) }], {
    renderer: ErrorStreamRenderer,
    rendererOptions: {
      logger: new ListrLogger({ useIcons: true, toStderr: [], processOutput }),
      showErrorMessage: false,
      collapseErrors: false,
    },
    exitOnError: false,
    // Ctrl-C is handled in one place, and that is not here.
    registerSignalListeners: false,
  });
  return list.run().then(
    () => undefined,
    () => undefined,
  );
};

/** A step that comes on the screen when `before` has left it; what is said until then is kept. */
const openStep = (title: string, stream: NodeJS.WriteStream, before: Promise<void>): OpenStep => {
  const { promise: ended, resolve, reject } = Promise.withResolvers<void>();
  const waiting: ((task: DrawnTask) => void)[] = [];
  let drawn: DrawnTask | undefined;
  const act = (action: (task: DrawnTask) => void): void => {
    if (drawn) action(drawn);
    else waiting.push(action);
  };
  const work = (task: DrawnTask): Promise<void> => {
    drawn = task;
    for (const action of waiting) action(task);
    return ended;
  };
  return {
    say: (text) =>
      act((task) => {
        task.output = text;
      }),
    close: (outcome, detail) =>
      act((task) => {
        task.title = `${title}: ${detail}`;
        if (outcome === 'done') resolve();
        else reject(new Error(detail));
      }),
    gone: before.then(() => draw(title, stream, work)),
  };
};

/** Steps with a spinner each, for people at a terminal. */
export const createListProgress = (stream: OutputStream, output: Output): Progress => {
  const drawn = standIn(stream, output.redact);
  let open: OpenStep | undefined;
  // A step is drawn only when the one before has left the screen.
  let last: Promise<void> = Promise.resolve();
  const write = (text: string): void => {
    if (open) open.say(text);
    else last = last.then(() => output.message(text));
  };
  return {
    report: (target, event) => {
      const { message } = eventMessage(event);
      if (event.type === 'step_start') {
        const title = `${inline(target)}: ${stepTitles[event.step]}`;
        open = openStep(title, drawn, last);
        return;
      }
      if (event.type === 'step_complete' && open) {
        open.close(event.outcome, inline(event.detail));
        last = open.gone;
        open = undefined;
        return;
      }
      write(message);
    },
    note: write,
    end: async () => {
      open?.close('failed', 'not ended');
      await (open?.gone ?? last);
      await last;
    },
  };
};
