/** What each server said and showed, folded away: the dialogue and the certificate. */
import { html } from 'hono/html';
import { DIALOGUE_MARKS, dialogueOf } from './dialogue.ts';
import { render } from './page-layout.ts';
import type { Markup } from './page-layout.ts';
import type { Report, ReportAddress, ReportServer } from './report-schema.ts';
import { wordTlsVersion } from './tls-version-wording.ts';

/** @param mostBytes how much room there is; what does not fit is in the report as JSON, and said to be there */
export function presentEvidence({ mailServers, domain }: Report, mostBytes: number): Markup {
  const shown: Markup[] = [];
  let roomBytes = mostBytes;
  let leftOut = 0;
  for (const server of mailServers) {
    for (const address of server.addresses) {
      if (address.transcript.length === 0) continue;
      const part = onServer(server, address);
      const sizeBytes = Buffer.byteLength(render(part));
      if (sizeBytes > roomBytes) leftOut += 1;
      else {
        shown.push(part);
        roomBytes -= sizeBytes;
      }
    }
  }
  if (shown.length + leftOut === 0) return html``;
  const more = html`<p>
    There is no room here for the dialogues with ${leftOut} more addresses: they are in the
    <a href="/v1/domains/${domain}">report as JSON</a>.
  </p>`;
  return html`<section aria-labelledby="evidence">
    <h2 id="evidence">What they said and showed</h2>
    <p class="soft">${DIALOGUE_MARKS}</p>
    ${shown}${leftOut > 0 ? more : ''}
  </section>`;
}

function onServer(server: ReportServer, address: ReportAddress): Markup {
  const dialogue = dialogueOf(address.transcript)
    .map(({ time, text }) => `${time} ${text}`.trimEnd())
    .join('\n');
  return html`<details>
    <summary>${server.host} <span class="ip">[${address.ip}]</span></summary>
    <p>${address.detail}</p>
    ${certificate(address)}
    <pre aria-label="Dialogue with ${server.host}" tabindex="0">${dialogue}</pre>
  </details> `;
}

function certificate({ certificate: sent, tls, software }: ReportAddress): Markup {
  const session =
    tls === null
      ? ''
      : html`<dt>Session</dt>
          <dd>
            ${wordTlsVersion(tls.version)}, ${tls.cipher}${tls.group === null ? '' : `, ${tls.group}`}
            (${tls.grade})
          </dd>`;
  const server =
    software === null
      ? ''
      : html`<dt>Software</dt>
          <dd>${software}</dd>`;
  const shown =
    sent === null
      ? ''
      : html`<dt>Certificate</dt>
          <dd>${sent.subject}</dd>
          <dt>Issued by</dt>
          <dd>${sent.issuer}</dd>
          <dt>For</dt>
          <dd>
            ${sent.names.slice(0, 12).join(', ')}${sent.names.length > 12 ? ` and ${sent.names.length - 12} more` : ''}
          </dd>
          <dt>Valid</dt>
          <dd>${sent.notBefore.slice(0, 10)} to ${sent.notAfter.slice(0, 10)}</dd>
          <dt>Key</dt>
          <dd>${sent.key}, ${sent.grade}</dd>
          <dt>SHA-256</dt>
          <dd><code>${sent.sha256}</code></dd>`;
  return html`<dl class="pairs">${server}${session}${shown}</dl> `;
}
