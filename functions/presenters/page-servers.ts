/** The mail servers as a matrix: a row an address, a column a stage of the session. */
import { html } from 'hono/html';
import type { DomainEvidence, HostEvidence } from '../assessment/domain-evidence.ts';
import { addressLack } from './address-lack.ts';
import { OUTCOME_LOOKS } from './answer-look.ts';
import type { Look } from './answer-look.ts';
import type { Markup } from './page-layout.ts';
import { stagesOf } from './page-stages.ts';
import type { Cell } from './page-stages.ts';
import type { Report, ReportAddress, ReportServer } from './report-schema.ts';

/** Rows of addresses that could be asked; of a domain with more, the others are counted. */
const MOST_ROWS = 60;

export function presentServers({ mailServers }: Report, evidence: DomainEvidence): Markup {
  if (mailServers.length === 0) return html``;
  const rows = mailServers.flatMap((server) => serverRows(server, evidence));
  const more = rows.length - MOST_ROWS;
  return html`<section aria-labelledby="servers">
    <h2 id="servers">The mail servers, stage by stage</h2>
    <table class="stages" role="table">
      <thead role="rowgroup">
        <tr role="row">
          ${HEADINGS}
        </tr>
      </thead>
      <tbody role="rowgroup">
        ${rows.slice(0, MOST_ROWS)}
      </tbody>
    </table>
    ${more > 0 ? html`<p>And ${more} more, which are in the <a href="#record">record</a>.</p>` : ''}
    <p class="soft">
      Times count from the start of the connection. Senders try the servers with the lowest number first.
    </p>
  </section>`;
}

const HEADINGS = ['Server', 'Connect', 'Greeting', 'STARTTLS', 'Handshake', 'Certificate', 'Policy'].map(
  (name) => html`<th scope="col" role="columnheader">${name}</th>`,
);

function serverRows(server: ReportServer, evidence: DomainEvidence): readonly Markup[] {
  const host = evidence.hosts.find(({ exchanger }) => exchanger.host === server.host);
  if (server.addresses.length === 0) return [row(server, '', lack(addressLack(server)))];
  return server.addresses.map((address) => row(server, address.ip, cells(server, address, host)));
}

function row(server: ReportServer, ip: string, cells: Markup | readonly Markup[]): Markup {
  const provider = server.provider === null ? '' : html`<span class="soft">${server.provider}</span>`;
  return html`<tr role="row">
    <th scope="row" role="rowheader">
      <b>${server.preference} ${server.host}</b
      >${ip === '' ? '' : html`<span class="ip">${ip}</span>`}${provider}
    </th>
    ${cells}
  </tr> `;
}

function cells(server: ReportServer, address: ReportAddress, host: HostEvidence | undefined) {
  const stages = host === undefined ? null : stagesOf(server, address, host);
  if (stages === null) return lack(OUTCOME_LOOKS[address.outcome]);
  return stages.map(stageCell);
}

const stageCell = ({ icon, word, tone }: Cell): Markup =>
  html`<td role="cell" class="${tone}">${icon} ${word}</td>`;
const lack = ({ icon, word, tone }: Look): Markup =>
  html`<td role="cell" colspan="6" class="${tone}">${icon} ${word}</td>`;
