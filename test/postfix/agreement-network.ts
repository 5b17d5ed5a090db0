/**
 * The lab as a sender's machine meets it: in a network of its own, where mail is on port 25, the machine's resolver
 * is an unbound that validates the lab's signatures, and /etc/resolv.conf names it. There posttls-finger and
 * mailtls judge the same domains; what they said is printed as JSON. Run under `unshare --mount --net`.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { exportDomain, exportRules } from '../../functions/presenters/export.ts';
import type { Report } from '../../functions/presenters/report-schema.ts';
import { makeAuthority } from '../lab/authority.ts';
import { CANARY_STATES, INTERNET } from '../lab/internet.ts';
import { startMailServers } from '../lab/mail-servers.ts';
import { startPolicyHosts } from '../lab/policy-hosts.ts';
import { startSignedDns } from '../lab/signed-dns.ts';
import { startUnbound } from '../lab/unbound.ts';
import { makeZone } from '../lab/zone.ts';
import { runMailtls } from '../local/run-mailtls.ts';
import type { FingerLevel, Judged } from './posttls-finger.ts';

const SMTP_PORT = 25;
const DNS_PORT = 53;
const AT_ONCE = 4;
/** Longer than any server of the lab takes that answers at all; posttls-finger counts in seconds. */
const PATIENCE_SECONDS = 5;
const pace = { delayMs: 0, secondMs: 20 };

const run = promisify(execFile);
const domains = process.argv.slice(2);
const folder = await mkdtemp(join(tmpdir(), 'mailtls-agreement-'));
const caFile = join(folder, 'root.pem');
const resolvers = join(folder, 'resolv.conf');
const authority = makeAuthority();
await writeFile(caFile, authority.rootPem);
await writeFile(resolvers, 'nameserver 127.0.0.1\noptions trust-ad\n');
await run('ip', ['link', 'set', 'lo', 'up']);
await run('mount', ['--bind', resolvers, '/etc/resolv.conf']);

const zone = makeZone(INTERNET, authority);
const dns = await startSignedDns(zone);
const unbound = await startUnbound(dns, DNS_PORT);
const mail = await startMailServers(zone.addresses, authority, pace, SMTP_PORT);
const policies = await startPolicyHosts(zone.policyHosts, authority, pace);

/** With what it trusts at `secure`, with its TLSA records at `dane`. */
const FINGER: Readonly<Record<FingerLevel, (domain: string) => readonly string[]>> = {
  dane: (domain) => ['-l', 'dane', '-L', 'summary,certmatch,verbose', domain],
  // The names that a certificate may have: the MX host's, as in RFC 8461 section 4.1.
  secure: (domain) => ['-l', 'secure', '-L', 'summary,certmatch', '-F', caFile, domain, 'hostname'],
};

/** What posttls-finger prints. */
async function finger(asked: readonly string[]): Promise<string> {
  const timeouts = ['-t', `${PATIENCE_SECONDS}`, '-T', `${PATIENCE_SECONDS}`];
  const name = ['-o', 'myhostname=finger.example', '-o', 'inet_protocols=all'];
  const args = [...timeouts, ...name, ...asked];
  return new Promise((resolve) => {
    // Where a server breaks off it ends with a fatal error, which is what it has to say.
    execFile('posttls-finger', args, (_error, stdout, stderr) => resolve(stdout + stderr));
  });
}

/** What it prints when it is held to the rule that `mailtls export --postfix` writes for a domain; null: none. */
async function fingerUnderRule(report: Report): Promise<Judged['underRule']> {
  const [rule] = report.mailServers.length === 1 ? exportRules([exportDomain(report)]) : [];
  if (rule === undefined || rule.level === null) return null;
  const [host = ''] = rule.hosts;
  const level = rule.level === 'verify' ? ['secure', '-F', caFile, '-s', host] : [rule.level];
  const match = rule.level === 'verify' ? rule.hosts : [];
  const said = await finger(['-L', 'summary', '-l', ...level, report.domain, ...match]);
  return { level: rule.level, said };
}

async function mailtls(): Promise<ReadonlyMap<string, Report>> {
  const { out, error } = await runMailtls(['check', '--json', '--file', '-'], {
    input: domains.join('\n'),
    environment: {
      MAILTLS_RESOLVERS: `udp://127.0.0.1:${DNS_PORT}`,
      MAILTLS_HTTPS_PORT: String(policies.port),
      MAILTLS_ALLOW_PRIVATE: 'true',
      MAILTLS_CANARIES: CANARY_STATES.healthy.map((canary) => `mx.${canary.name}`).join(','),
      ...Object.fromEntries(
        ['GREETING', 'REPLY', 'HANDSHAKE', 'POLICY'].map((stage) => [
          `MAILTLS_${stage}_TIMEOUT_MS`,
          `${PATIENCE_SECONDS * 1000}`,
        ]),
      ),
      NODE_EXTRA_CA_CERTS: caFile,
    },
  });
  const lines = out.split('\n').filter((line) => line !== '');
  if (lines.length === 0) throw new Error(`mailtls said nothing: ${error}`);
  return new Map(
    lines.map((line) => {
      const report: Report = JSON.parse(line);
      return [report.domain, report];
    }),
  );
}

const said = new Map<string, Judged['finger']>();
const waiting = [...domains];
const fingers = async (): Promise<void> => {
  for (let domain = waiting.shift(); domain !== undefined; domain = waiting.shift()) {
    said.set(domain, {
      dane: await finger(FINGER.dane(domain)),
      secure: await finger(FINGER.secure(domain)),
    });
  }
};
await Promise.all(Array.from({ length: AT_ONCE }, fingers));
const reports = await mailtls();
const judged = [];
for (const domain of domains) {
  const report = reports.get(domain);
  if (report === undefined) throw new Error(`no report of ${domain}`);
  judged.push({ domain, finger: said.get(domain), report, underRule: await fingerUnderRule(report) });
}
process.stdout.write(JSON.stringify(judged));

await Promise.all([mail.close(), policies.close(), unbound.close(), rm(folder, { recursive: true })]);
await dns.close();
