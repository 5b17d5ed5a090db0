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

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** RFC 5322 section 4.3, and the European names that servers write beside a number or alone. */
const ZONE_HOURS: Readonly<Record<string, number>> = {
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
};

function zoneMinutes(word: string): number | null {
  const offset = /^([+-])(\d{2}):?(\d{2})$/.exec(word);
  if (offset !== null) {
    const minutes = Number(offset[2]) * 60 + Number(offset[3]);
    return Number(offset[3]) > 59 || minutes > 24 * 60 ? null : offset[1] === '-' ? -minutes : minutes;
  }
  const hours = ZONE_HOURS[word.toUpperCase()];
  return hours === undefined ? null : hours * 60;
}

/** RFC 5322 section 4.3: two digits below 50 are 20xx, the others and three digits count from 1900. */
function fullYear(word: string): number | null {
  if (!/^\d{2,4}$/.test(word)) return null;
  const year = Number(word);
  if (word.length === 4) return year;
  return year < 50 && word.length === 2 ? 2000 + year : 1900 + year;
}

/** `words` as split at white space, commas gone. Null when they do not begin with a whole date-time and its zone. */
export function parseDateTime(words: readonly string[]): DateTime | null {
  let at = 0;
  const next = (): string => words[at++] ?? '';
  if (/^[A-Za-z]{3,9}$/.test(words[0] ?? '')) at = 1;
  const day = next();
  const month = MONTHS.indexOf(next().slice(0, 3).toLowerCase());
  const year = fullYear(next());
  const time = /^(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?$/.exec(next());
  const zone = zoneMinutes(next());
  if (!/^\d{1,2}$/.test(day) || month < 0 || year === null || time === null || zone === null) return null;
  const [hour, minute, second] = [Number(time[1]), Number(time[2]), Number(time[3] ?? '0')];
  // RFC 5322 section 3.3 allows the leap second 60.
  if (Number(day) < 1 || hour > 23 || minute > 59 || second > 60) return null;
  const epochMs = Date.UTC(year, month, Number(day), hour, minute, second) - zone * 60_000;
  const isRealDay = new Date(Date.UTC(year, month, Number(day))).getUTCDate() === Number(day);
  return isRealDay ? { epochMs, words: at } : null;
}
