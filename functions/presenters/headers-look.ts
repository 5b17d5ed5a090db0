/** How the route of a mail, each step of it and a way of sending look: an icon, a word and a colour, never colour alone. */
import type { Look } from './answer-look.ts';
import type { HeadersReport, HopReport, SendingReport } from './headers-schema.ts';

export const ROUTE_LOOKS: Readonly<Record<HeadersReport['verdict']['answer'], Look>> = {
  encrypted: { icon: '✔', word: 'encrypted', tone: 'good' },
  partly: { icon: '✘', word: 'partly encrypted', tone: 'bad' },
  'not-encrypted': { icon: '✘', word: 'not encrypted', tone: 'bad' },
  unknown: { icon: '?', word: 'not known', tone: 'unknown' },
};

export const HOP_LOOKS: Readonly<Record<HopReport['encryption'], Look>> = {
  encrypted: { icon: '🔒', word: 'encrypted', tone: 'good' },
  'not-encrypted': { icon: '✘', word: 'not encrypted', tone: 'bad' },
  unknown: { icon: '?', word: 'not recorded', tone: 'unknown' },
  local: { icon: '–', word: 'did not leave the machine', tone: 'quiet' },
};

export const LEVEL_LOOKS: Readonly<Record<SendingReport['rules'][number]['level'], Look>> = {
  authenticated: { icon: '✔', word: 'encrypted, to the right server', tone: 'good' },
  mandatory: { icon: '✔', word: 'always encrypted', tone: 'good' },
  opportunistic: { icon: '!', word: 'encrypted where offered', tone: 'fair' },
  off: { icon: '✘', word: 'not encrypted', tone: 'bad' },
  unknown: { icon: '?', word: 'not known', tone: 'unknown' },
};

/** Stands between the steps that anyone could have written and those that the reader's own side did. */
export const TRUST_BEGINS = 'From here on your own side recorded it; above, anyone could have written it.';
