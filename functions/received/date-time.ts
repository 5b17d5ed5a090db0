/**
 * The date-time at the end of a Received field: RFC 5322 section 3.3, with the obsolete zones of section 4.3 and
 * what real servers leave out: the day of the week, the seconds, a four-digit year. The day of the week is not
 * compared with the date, because forged and rewritten fields get it wrong and the rest right.
 */
export interface DateTime {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly epochMs: number;
  /** How many of the words were used; what follows is not the date's. */
  readonly words: number;
}

const MONTHS = new Map(
  ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'].map(
    (name, month) => [name, month] as const,
  ),
);
const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/**
 * RFC 5322 section 4.3, and other names that servers write beside a number or alone. It would have all others read as
 * UTC, and delays be hours off: a date with one of those is none.
 */
const ZONE_HOURS: ReadonlyMap<string, number> = new Map(
  Object.entries({
    UT: 0,
    UTC: 0,
    GMT: 0,
    Z: 0,
    EST: -5,
    EDT: -4,
    CST: -6,
    CDT: -5,
    MST: -7,
    MDT: -6,
    PST: -8,
    PDT: -7,
    CET: 1,
    CEST: 2,
    MET: 1,
    MEST: 2,
    BST: 1,
    JST: 9,
  }),
);

const COLON = 58;
const ZERO = 48;
const NINE = 57;

/** The number that the digits of `word` from `start` to before `end` write, at least one and at most four; else -1. */
function numberIn(word: string, start: number, end: number): number {
  if (end <= start || end - start > 4 || end > word.length) return -1;
  let value = 0;
  for (let at = start; at < end; at += 1) {
    const code = word.charCodeAt(at);
    if (code < ZERO || code > NINE) return -1;
    value = value * 10 + code - ZERO;
  }
  return value;
}

/** `+0100`, `-08:00`, `PST`; null for anything else. */
function zoneMinutes(word: string): number | null {
  const isBehind = word.startsWith('-');
  if (!isBehind && !word.startsWith('+')) {
    const hours = ZONE_HOURS.get(word) ?? ZONE_HOURS.get(word.toUpperCase());
    return hours === undefined ? null : hours * 60;
  }
  const split = word.charCodeAt(3) === COLON ? 4 : 3;
  const hours = numberIn(word, 1, 3);
  const minutes = word.length === split + 2 ? numberIn(word, split, split + 2) : -1;
  const offset = hours * 60 + minutes;
  if (hours < 0 || minutes < 0 || minutes > 59 || offset > 24 * 60) return null;
  return isBehind ? -offset : offset;
}

/**
 * RFC 5322 section 4.3: two digits below 50 are 20xx, the others and three digits count from 1900, before which
 * there was no mail (RFC 5322 section 3.3); -1 for anything else.
 */
function fullYear(word: string): number {
  const year = word.length < 2 ? -1 : numberIn(word, 0, word.length);
  if (year < 0) return -1;
  if (word.length === 4) return year < 1900 ? -1 : year;
  return year < 50 && word.length === 2 ? 2000 + year : 1900 + year;
}

/** `9:05`, `09:05:30`, `09:05:30.123` as seconds since midnight, fractions dropped; -1 for anything else. */
function secondsOfDay(word: string): number {
  const colon = word.charCodeAt(1) === COLON ? 1 : 2;
  const hour = numberIn(word, 0, colon);
  const minute = numberIn(word, colon + 1, colon + 3);
  if (word.charCodeAt(colon) !== COLON || hour < 0 || hour > 23 || minute < 0 || minute > 59) return -1;
  const rest = colon + 3;
  if (word.length === rest) return (hour * 60 + minute) * 60;
  const second = word.charCodeAt(rest) === COLON ? numberIn(word, rest + 1, rest + 3) : -1;
  const isWhole = word.length === rest + 3 || /^\.\d{1,9}$/.test(word.slice(rest + 3));
  // RFC 5322 section 3.3 allows the leap second 60.
  if (second < 0 || second > 60 || !isWhole) return -1;
  return (hour * 60 + minute) * 60 + second;
}

const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);

const DAY_OF_WEEK = /^[A-Za-z]{3,9}$/;

/** `words` as split at white space, commas gone. Null when they do not begin with a whole date-time and its zone. */
export function parseDateTime(words: readonly string[]): DateTime | null {
  const first = DAY_OF_WEEK.test(words[0] ?? '') ? 1 : 0;
  const day = words[first] ?? '';
  const dayOfMonth = day.length > 2 ? -1 : numberIn(day, 0, day.length);
  const month = MONTHS.get((words[first + 1] ?? '').slice(0, 3).toLowerCase());
  if (dayOfMonth < 1 || month === undefined) return null;
  const year = fullYear(words[first + 2] ?? '');
  const seconds = secondsOfDay(words[first + 3] ?? '');
  const zone = zoneMinutes(words[first + 4] ?? '');
  if (year < 0 || seconds < 0 || zone === null) return null;
  const days = month === 1 && isLeap(year) ? 29 : (MONTH_DAYS[month] ?? 0);
  if (dayOfMonth > days) return null;
  const epochMs = Date.UTC(year, month, dayOfMonth) + seconds * 1000 - zone * 60_000;
  return { epochMs, words: first + 5 };
}
