/**
 * Was this mail encrypted on its way? The pipeline in order: bytes to text, text to header sections (or to a
 * sending configuration that was pasted to the same place), Received fields to facts, facts to a judgement of
 * each hop and of the whole way. Nothing is looked up, stored or logged; sentences are made by `presenters/`.
 */
import type { Hop } from './assessment/hop.ts';
import { assessHops } from './assessment/hop.ts';
import type { TlsGrading } from './assessment/hop-encryption.ts';
import type { Route } from './assessment/route.ts';
import { assessRoute } from './assessment/route.ts';
import type { SendingJudgement } from './assessment/sending-configuration.ts';
import { assessSendingConfiguration } from './assessment/sending-configuration.ts';
import type { HeaderSection } from './received/header-section.ts';
import { endsInHeader, readHeaderSections } from './received/header-section.ts';
import { decodeMessageText } from './received/message-text.ts';
import { parseReceivedField } from './received/received-field.ts';
import type { ReceivedField } from './received/received-field.ts';
import type { SendingSoftware } from './received/sending/sending-settings.ts';
import { parseSendingConfiguration } from './received/sending/sending-configuration.ts';
import type { TransportHint } from './received/transport-fields.ts';
import { readTransportHints } from './received/transport-fields.ts';

/**
 * RFC 5321 section 6.3: servers take about a hundred hops for a loop and refuse; more than this is no message's way, nor
 * that of all messages that fit into the input: real fields are longer.
 */
const MOST_HOPS = 1000;

export interface HeaderCheckOptions {
  /** Host names or domains of the reader's own servers, lower case, no trailing dot; empty: the topmost `by` and its siblings. */
  readonly ownServers: readonly string[];
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly nowMs: number;
  readonly gradeTls: TlsGrading;
}

/** One message's header, judged. */
export interface AssessedHeaders {
  readonly kind: 'headers';
  readonly hops: readonly Hop[];
  readonly route: Route;
  readonly hints: readonly TransportHint[];
  /** Received fields in which nothing of a Received field was found, and those beyond the first thousand of the input. */
  readonly unreadable: number;
  /** The input was longer than 256 KiB, and its end was not read. */
  readonly truncated: boolean;
}

export interface AssessedSending {
  readonly kind: 'sending';
  readonly software: SendingSoftware;
  readonly judgements: readonly SendingJudgement[];
}

/**
 * `input`: a header section, a message, a mailbox, or a sending configuration, as bytes. One result a message,
 * in their order; at least one, without hops when there is no header in the input.
 */
export function checkHeaders(
  input: Uint8Array,
  options: HeaderCheckOptions,
): readonly (AssessedHeaders | AssessedSending)[] {
  const { text, truncated } = decodeMessageText(input);
  const sections = readHeaderSections(text);
  const hasReceived = sections.some((section) => section.some((field) => field.name === 'received'));
  if (!hasReceived) {
    const sending = parseSendingConfiguration(text);
    if (sending !== null) {
      return [
        { kind: 'sending', software: sending.software, judgements: assessSendingConfiguration(sending) },
      ];
    }
  }
  // RFC 5322 section 2.1: a blank line ends a header. One that was longer than what was read may have had more hops.
  const lastIsCut = truncated && endsInHeader(text);
  let hopsLeft = MOST_HOPS;
  return (sections.length === 0 ? [[]] : sections).map((section, at) => {
    const isCut = lastIsCut && at === sections.length - 1;
    const assessed = assessSection(section, options, isCut, hopsLeft);
    hopsLeft -= assessed.hops.length;
    return { ...assessed, truncated };
  });
}

function assessSection(
  section: HeaderSection,
  options: HeaderCheckOptions,
  isCut: boolean,
  mostHops: number,
): Omit<AssessedHeaders, 'truncated'> {
  const values = section.filter((field) => field.name === 'received').map((field) => field.value);
  const parsed = values.slice(0, mostHops).map(parseReceivedField);
  const fields = parsed.filter((field) => field !== null);
  const hops = assessHops(fields, options);
  const unreadable = values.length - fields.length;
  return {
    kind: 'headers',
    hops,
    route: assessRoute(hops, isCut ? unreadable + 1 : unreadable, unreadableTrusted(parsed, hops)),
    hints: readTransportHints(section),
    unreadable,
  };
}

/** How many unreadable fields stand above the last trusted hop, which is the first one in travel order. */
function unreadableTrusted(parsed: readonly (ReceivedField | null)[], hops: readonly Hop[]): number {
  const last = hops.find((hop) => hop.trusted);
  const above = last === undefined ? [] : parsed.slice(0, parsed.indexOf(last.field));
  return above.filter((field) => field === null).length;
}
