/** What is not known, and why: never to be taken for "not encrypted". */
import { addressLack } from './address-lack.ts';
import { ANSWER_LOOKS, OUTCOME_LOOKS } from './answer-look.ts';
import type { Report } from './report-schema.ts';

/** @returns a sentence for each address and policy that could not be looked at */
export function untestedTexts({ mailServers, policy }: Report): readonly string[] {
  const servers = mailServers.flatMap((server) => {
    if (server.addresses.length === 0) return [`${server.host}: ${addressLack(server).word}.`];
    return server.addresses
      .filter(({ outcome }) => ['unknown', 'quiet'].includes(OUTCOME_LOOKS[outcome].tone))
      .map(({ ip, detail }) => (detail.includes(server.host) ? detail : `${server.host} [${ip}]: ${detail}`));
  });
  const policies = [
    ['MTA-STS', policy.mtaSts.status],
    ['DANE', policy.dane.status],
    ['TLS reporting', policy.tlsReporting.status],
  ].flatMap(([name, status]) => (status === 'unavailable' ? [`${name} could not be looked up.`] : []));
  return [...new Set([...servers, ...policies])];
}

const BASES = {
  provider: 'What the mail service documents lets one expect',
  policy: 'What the domain publishes lets one expect',
} as const;

/** @returns what may be hoped for where nobody could look, and that nobody did */
export function wordExpected({ answer, basis }: NonNullable<Report['expected']>): string {
  return `${BASES[basis]}: ${ANSWER_LOOKS[answer].word}. Nobody has seen it from here.`;
}

/** What is said of one of several, where the same could be said of each. */
export interface AlikeTexts {
  readonly text: string;
  /** The others of which it holds as well, as a sentence would have them. */
  readonly others: readonly string[];
}

/**
 * Texts that differ in nothing but the server or address they are about are said once.
 * @param subjects what a text may be about, in the forms that sentences have them
 */
export function alikeTexts(texts: readonly string[], subjects: readonly string[]): readonly AlikeTexts[] {
  const longestFirst = subjects.toSorted((a, b) => b.length - a.length);
  const about = texts.map((text) => ({ text, subject: longestFirst.find((name) => text.includes(name)) }));
  const groups = Map.groupBy(about, ({ text, subject }) =>
    subject === undefined ? text : text.replaceAll(subject, ''),
  );
  return [...groups.values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : [{ text: first.text, others: others.flatMap(({ subject }) => subject ?? []) }],
  );
}

/** Servers and addresses in the forms that sentences have them. */
export const subjectsOf = ({ mailServers }: Report): readonly string[] =>
  mailServers.flatMap(({ host, addresses }) => [
    host,
    ...addresses.flatMap(({ ip }) => [`${host}[${ip}]`, `${host} [${ip}]`]),
  ]);
