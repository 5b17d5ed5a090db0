/** Progress for a person who waits: a bar that the lines of a list scroll above. Silent in a pipe. */
import type { CheckStep } from '../check-domain.ts';
import type { Console } from './console.ts';

export interface Progress {
  /** A step of the one check that is watched. */
  readonly step: (step: CheckStep) => void;
  /** A finished entry of a list. */
  readonly line: (line: { readonly to: 'out' | 'error'; readonly text: string }) => void;
  /** A finished entry of a list that has no line. */
  readonly done: () => void;
  readonly end: () => void;
}

/**
 * @param title what is going on, in a word or two
 * @param total how many entries a list has; absent for a single check, whose addresses are counted instead
 */
export async function createProgress(console: Console, title: string, total?: number): Promise<Progress> {
  if (!console.watched) {
    return {
      step: () => {},
      line: ({ to, text }) => console[to](`${text}\n`),
      done: () => {},
      end: () => {},
    };
  }
  // Nobody who is not watching should wait for what draws the bar.
  const [{ MultiBar }, { wrapAnsi }] = await Promise.all([import('cli-progress'), import('fast-wrap-ansi')]);
  const bars = new MultiBar({
    format: `${title} [{bar}] {value} of {total}, {duration} s`,
    barsize: 24,
    clearOnComplete: true,
    hideCursor: false,
    gracefulExit: false,
    stream: process.stderr,
  });
  const bar = bars.create(total ?? 1, 0);
  return {
    step: (step) => {
      if (step.step === 'addresses') bar.setTotal(Math.max(1, step.addresses));
      if (step.step === 'probe') bar.increment();
    },
    line: ({ text }) => {
      // The bar's own terminal cuts what is wider than a line.
      bars.log(`${wrapAnsi(text, console.columns - 1, { hard: true })}\n`);
      bar.increment();
    },
    done: () => bar.increment(),
    end: () => bars.stop(),
  };
}
