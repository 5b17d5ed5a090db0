/** Colour for a terminal that wants it, plain text for one that does not. */
import { styleText } from 'node:util';
import type { Tone } from './answer-look.ts';

export interface Terminal {
  readonly colour: boolean;
  /** Width in characters. */
  readonly columns: number;
}

type Format = Parameters<typeof styleText>[0];

const TONES: Readonly<Record<Tone, Format>> = {
  good: ['bold', 'green'],
  fair: ['bold', 'cyan'],
  bad: ['bold', 'red'],
  unknown: ['bold', 'yellow'],
  quiet: ['bold', 'white'],
};

const plain = (text: string): string => text;

/** @returns functions that dress a text, or leave it as it is where colour is off */
export function terminalStyle({ colour }: Terminal) {
  const dress = (format: Format) =>
    colour ? (text: string) => styleText(format, text, { validateStream: false }) : plain;
  return {
    tone: (tone: Tone, text: string): string => dress(TONES[tone])(text),
    heading: dress('bold'),
    faint: dress('dim'),
  };
}
