/** The words after `mailtls check`, understood. */
import type { WhatIf } from '../assessment/what-if.ts';
import { parseWhatIf, WHAT_IF_FORMS } from '../assessment/what-if.ts';
import { gatherDomains } from './domain-file.ts';
import { REQUIREMENTS } from './exit-status.ts';
import type { Requirement } from './exit-status.ts';
import { parseOptions } from './options.ts';

export interface CheckArguments {
  /** What was asked, as typed: one entry a domain. */
  readonly asked: readonly string[];
  readonly json: boolean;
  readonly transcript: boolean;
  readonly confirm: boolean;
  readonly required: Requirement | null;
  /** The service to ask instead of the mail servers, as typed; null: none. */
  readonly via: string | null;
  /** Changes to suppose, in the order in which they are made. */
  readonly whatIf: readonly WhatIf[];
}

export type ReadArguments =
  | { readonly outcome: 'check'; readonly check: CheckArguments }
  | { readonly outcome: 'help' }
  | { readonly outcome: 'mistake'; readonly sentence: string };

export const CHECK_HELP = `mailtls check: is mail to this domain encrypted?

  mailtls check vendor.com           the answer, its servers, why, what to do
  mailtls check alice@vendor.com bücher.example
                                     several at once, one line each
  mailtls check --file vendors.txt --json
                                     one report a line, as each is done
  mailtls check --require encrypted vendor.com
                                     for scripts: exits 0 only if it is
  mailtls check --what-if mta-sts=enforce vendor.com
                                     the answer as it would be

  --file FILE        domains, one a line; "-" is standard input
  --json             the report as JSON (mailtls.report/1), one a line
  --transcript       with the dialogues, as one would have them by hand
  --confirm          take the second look, after a minute, that a refusal or
                     a bare "no" calls for
  --require LEVEL    encrypted: exit 0 only if mail is encrypted now
                     enforced: only if nobody on the way can switch that off
  --via URL          ask a mailtls service, where port 25 is blocked from
                     here; MAILTLS_VIA_TOKEN holds its token
  --what-if CHANGE   suppose a change to what is seen today; may be repeated:
                     mta-sts=enforce, mta-sts=testing, mta-sts=none,
                     dane=none, tls-rpt=on, tls-rpt=off, drop-server=HOST

Exit status: 0 encrypted, 1 partly or not, 2 could not be tested, 3 takes no
mail, 4 undeliverable or no such domain, 64 wrong usage, 130 interrupted; of a
list the worst, in the order 1, 4, 2, 64, 3, 0. With --what-if it is that of
the answer as it would be.
`;

const OPTIONS = {
  file: { type: 'string', multiple: true },
  json: { type: 'boolean' },
  transcript: { type: 'boolean' },
  confirm: { type: 'boolean' },
  require: { type: 'string' },
  via: { type: 'string' },
  'what-if': { type: 'string', multiple: true },
  help: { type: 'boolean', short: 'h' },
} as const;

/** @returns what to check, or the sentence that says what is wrong with the words */
export function readCheckArguments(args: readonly string[]): ReadArguments {
  const parsed = parseOptions(args, OPTIONS);
  if (typeof parsed === 'string') return { outcome: 'mistake', sentence: parsed };
  const { values, positionals } = parsed;
  if (values.help === true) return { outcome: 'help' };
  const required = values.require ?? null;
  if (required !== null && !isRequirement(required)) {
    return { outcome: 'mistake', sentence: '--require takes "enforced" or "encrypted".' };
  }
  const via = values.via ?? null;
  const whatIf: WhatIf[] = [];
  for (const text of values['what-if'] ?? []) {
    const change = parseWhatIf(text);
    if (change === null) {
      return { outcome: 'mistake', sentence: `--what-if takes one of ${WHAT_IF_FORMS.join(', ')}.` };
    }
    whatIf.push(change);
  }
  if (whatIf.length > 0 && via !== null) {
    const sentence = '--what-if needs all that was seen, which a service does not give. Leave --via out.';
    return { outcome: 'mistake', sentence };
  }
  const asked = gatherDomains(positionals, values.file ?? [], 'mailtls check vendor.com');
  if (typeof asked === 'string') return { outcome: 'mistake', sentence: asked };
  return {
    outcome: 'check',
    check: {
      asked,
      json: values.json === true,
      transcript: values.transcript === true,
      confirm: values.confirm === true,
      required,
      via,
      whatIf,
    },
  };
}

const isRequirement = (word: string): word is Requirement => Object.hasOwn(REQUIREMENTS, word);
