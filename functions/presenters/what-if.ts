/** A report of what would be, never without the word that it is supposed and what is true today beside it. */
import type { ChangedEvidence, WhatIf } from '../assessment/what-if.ts';
import { verdictLook } from './answer-look.ts';
import type { Report } from './report-schema.ts';
import type { WhatIfReport } from './what-if-schema.ts';

export function presentWhatIf(changes: readonly WhatIf[], today: Report, supposed: Report): WhatIfReport {
  return { schema: 'mailtls.what-if/1', changes: changes.map(wordChange), today, supposed };
}

/** @returns a line to stand by a report that supposes changes */
export function wordSupposed(changes: readonly WhatIf[], today: Report): string {
  const now = verdictLook(today.verdict).word;
  return `(Supposing ${changes.map(wordChange).join(', ')}. As things are: ${now}.)`;
}

function wordChange(change: WhatIf): string {
  switch (change.change) {
    case 'mta-sts':
      return `mta-sts=${change.mode}`;
    case 'drop-server':
      return `drop-server=${change.host}`;
    case 'dane':
    case 'tls-rpt':
      return `${change.change}=${change.state}`;
    default:
      return change satisfies never;
  }
}

/** @returns why the changes cannot be supposed, in a sentence or two */
export function wordImpossible(
  { displayDomain, verdict, mailServers }: Report,
  impossible: Extract<ChangedEvidence<unknown>, { ok: false }>,
): string {
  switch (impossible.because) {
    case 'no-servers':
      return `${verdict.sentence} So nothing can be supposed of its servers.`;
    case 'no-such-server':
      return `No MX record of ${displayDomain} names ${impossible.host}, so it cannot be dropped. Its servers are ${mailServers.map(({ host }) => host).join(', ')}.`;
    case 'last-server':
      return `${impossible.host} is the last mail server of ${displayDomain}: without it no mail could arrive.`;
    default:
      return impossible satisfies never;
  }
}
