/** Recognises which server's sending configuration a paste is, if any. */
import { parseEximTransports } from './exim-transport.ts';
import { parseExchangeConnectors } from './exchange-connector.ts';
import { parsePostfixParameters } from './postfix-parameters.ts';
import { parseSendmailAccess } from './sendmail-access.ts';
import type { SendingConfiguration } from './sending-settings.ts';

/** The most telling form first: an Exim option and a Postfix parameter look alike, an access map does not. */
const PARSERS = [parseExchangeConnectors, parseSendmailAccess, parsePostfixParameters, parseEximTransports];

/** `text` with LF line ends. Null when it is none of the configurations known. */
export function parseSendingConfiguration(text: string): SendingConfiguration | null {
  if (!/[:=]/.test(text)) return null;
  for (const parse of PARSERS) {
    const configuration = parse(text);
    if (configuration !== null) return configuration;
  }
  return null;
}
