import { DefaultRenderer, Listr, ListrLogger, ProcessOutput } from 'listr2';
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
  readonly gone: Promise<void>;
}

const openStep = (title: string, stream: NodeJS.WriteStream): OpenStep => {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let say = (_text: string): void => undefined;
  let rename = (_text: string): void => undefined;
  const list = new Listr(
    [
      {
        title,
        task: (_, task) => {
          say = (text) => {
            task.output = text;
          };
          rename = (text) => {
            task.title = text;
          };
          return promise;
        },
      },
    ],
    {
      renderer: ErrorStreamRenderer,
      rendererOptions: {
        logger: new ListrLogger({
          useIcons: true,
          toStderr: [],
          processOutput: new ProcessOutput(stream, stream, { dump: [] }),
        }),
        showErrorMessage: false,
        collapseErrors: false,
      },
      exitOnError: false,
      // Ctrl-C is handled in one place, and that is not here.
      registerSignalListeners: false,
    },
  );
  const gone = list.run().then(
    () => undefined,
    () => undefined,
  );
  return {
    say: (text) => say(text),
    close: (outcome, detail) => {
      rename(`${title}: ${detail}`);
      if (outcome === 'done') resolve();
      else reject(new Error(detail));
    },
    gone,
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
        open = delayedStep(title, drawn, last);
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

/** A step that comes on the screen when `before` has left it; what is said earlier is kept. */
const delayedStep = (title: string, stream: NodeJS.WriteStream, before: Promise<void>): OpenStep => {
  const actions: ((step: OpenStep) => void)[] = [];
  let step: OpenStep | undefined;
  const act = (action: (step: OpenStep) => void): void => {
    if (step) action(step);
    else actions.push(action);
  };
  const gone = before.then(() => {
    const opened = openStep(title, stream);
    step = opened;
    for (const action of actions) action(opened);
    return opened.gone;
  });
  return {
    say: (text) => act((opened) => opened.say(text)),
    close: (outcome, detail) => act((opened) => opened.close(outcome, detail)),
    gone,
  };
};
