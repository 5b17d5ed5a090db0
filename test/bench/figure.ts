/**
 * One figure: what was measured of mailtls, beside what it is compared with in the same run. Every measure shows
 * its median and, as the machine's noise, its smallest and largest sample; a figure is read as a ratio.
 */
export interface Measure {
  readonly name: string;
  /** One sample is a number that was counted or reckoned, not measured. */
  readonly samples: readonly number[];
  readonly unit: string;
  /** In a word or two, behind the numbers. */
  readonly note?: string;
}

export interface Aim {
  readonly ratio: number;
  /** `at-most`: what is measured is a cost; `at-least`: an achievement. */
  readonly is: 'at-most' | 'at-least';
}

export interface Compared extends Measure {
  readonly aim?: Aim;
}

export interface Figure {
  readonly title: string;
  /** What one has to know to read it. */
  readonly about?: string;
  readonly ours: Measure & { readonly below?: number };
  readonly beside: readonly Compared[];
}

/** A bench tells its figures as they are ready. */
export interface Bench {
  readonly title: string;
  /** What is needed on this machine and not there, in a sentence; null: it can run. */
  readonly lack?: () => string | null;
  readonly run: (tell: (figure: Figure) => void, signal: AbortSignal) => Promise<void>;
}

const NAME_COLUMNS = 58;
const NUMBER_COLUMNS = 32;

/** @returns the figure as lines of a table, ended by a line end */
export function presentFigure({ title, about, ours, beside }: Figure): string {
  const lines = [title];
  if (about !== undefined) lines.push(`  ${about}`);
  lines.push(row(ours, ours.below === undefined ? '' : belowVerdict(ours, ours.below)));
  for (const other of beside) lines.push(row(other, ratioVerdict(ours, other)));
  return `${lines.join('\n')}\n`;
}

function row(measure: Measure, verdict: string): string {
  const name = `  ${measure.name}${measure.note === undefined ? '' : ` (${measure.note})`}`;
  return `${name.padEnd(NAME_COLUMNS)} ${numbers(measure).padEnd(NUMBER_COLUMNS)} ${verdict}`.trimEnd();
}

function numbers({ samples, unit }: Measure): string {
  const middle = `${short(median(samples))} ${unit}`.padStart(14);
  return samples.length === 1
    ? middle
    : `${middle}  (${short(Math.min(...samples))}-${short(Math.max(...samples))})`;
}

function ratioVerdict(ours: Measure, other: Compared): string {
  const ratio = median(ours.samples) / median(other.samples);
  const { aim } = other;
  if (aim === undefined) return `x ${ratio.toFixed(2)}`;
  const met = aim.is === 'at-most' ? ratio <= aim.ratio : ratio >= aim.ratio;
  return `x ${ratio.toFixed(2)}  aim ${aim.is.replace('-', ' ')} ${aim.ratio}: ${met ? 'met' : 'missed'}`;
}

function belowVerdict({ samples, unit }: Measure, limit: number): string {
  return `aim below ${limit} ${unit}: ${median(samples) < limit ? 'met' : 'missed'}`;
}

export function median(samples: readonly number[]): number {
  const sorted = samples.toSorted((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

const short = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));
