/**
 * Rules that a sender can enforce today for a list of domains: for Postfix a policy table, for Exchange commands
 * that make connectors. A rule is written only where the evidence says that mail will still go through with it;
 * what would break, or is not known, is left out and the reason given.
 */
import type { SenderJudgement } from '../assessment/senders.ts';
import type { Report } from './report-schema.ts';

/** What is known of one domain. */
export interface ExportDomain {
  readonly domain: string;
  /** When the evidence was collected, in the report's form of time. */
  readonly checkedAt: string;
  readonly answer: Report['verdict']['answer'];
  /** How many MX hosts there are and how many of them have a tested address. */
  readonly coverage: Pick<Report['verdict']['coverage'], 'hosts'>;
  readonly provisional: boolean;
  readonly hosts: readonly string[];
  readonly dane: Report['policy']['dane']['status'];
  readonly senders: readonly Pick<SenderJudgement, 'sender' | 'outcome'>[];
}

/** States what a report says of a domain, as far as rules depend on it. */
export function exportDomain({
  domain,
  checkedAt,
  provisional,
  verdict,
  mailServers,
  policy,
  senders,
}: Report): ExportDomain {
  const { answer, coverage } = verdict;
  const hosts = mailServers.map(({ host }) => host);
  return { domain, checkedAt, answer, coverage, provisional, hosts, dane: policy.dane.status, senders };
}

/** How much can be asked of mail to a domain: encryption, or a server that proves its name as well. */
export type Enforceable = 'dane-only' | 'verify' | 'encrypt';

export type ExportRule =
  | {
      readonly domain: string;
      readonly checkedAt: string;
      readonly level: Enforceable;
      readonly hosts: readonly string[];
    }
  | {
      readonly domain: string;
      readonly checkedAt: string;
      readonly level: null;
      readonly because: ExportRefusal;
    };

export type ExportRefusal =
  /** Some server may take the mail in clear, or no server encrypts. */
  | 'not-encrypted'
  /** Some MX host has no tested address, so the rule could stop mail that goes through today. */
  | 'not-fully-tested'
  /** A second look is due. */
  | 'provisional'
  | 'untested'
  | 'no-mail'
  /** A name that cannot be written safely. */
  | 'unsafe-name';

/** States for each domain the strongest rule that is safe today. */
export function exportRules(domains: readonly ExportDomain[]): readonly ExportRule[] {
  return domains.map((one) => {
    const { domain, checkedAt, hosts } = one;
    const because = refusal(one);
    if (because !== null) return { domain, checkedAt, level: null, because };
    return { domain, checkedAt, level: strongest(one), hosts };
  });
}

function refusal({ domain, hosts, answer, coverage, provisional }: ExportDomain): ExportRefusal | null {
  if (![domain, ...hosts].every(isPlainName)) return 'unsafe-name';
  if (answer === 'no-mail' || answer === 'undeliverable') return 'no-mail';
  if (answer === 'untested') return 'untested';
  if (answer === 'plaintext' || answer === 'partial') return 'not-encrypted';
  if (provisional) return 'provisional';
  // An untested address of a tested host stops no mail: the sender goes on to the one that was tested.
  return coverage.hosts.tested === coverage.hosts.total ? null : 'not-fully-tested';
}

/** What goes into a command or a table is a host name and nothing else. */
const isPlainName = (name: string): boolean =>
  /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$/.test(name);

function strongest({ dane, senders }: ExportDomain): Enforceable {
  if (dane === 'valid') return 'dane-only';
  const verifies = senders.find(({ sender }) => sender === 'must-verify');
  return verifies?.outcome === 'authenticated' ? 'verify' : 'encrypt';
}

/**
 * A table for Postfix's `smtp_tls_policy_maps`.
 * @see https://www.postfix.org/TLS_README.html#client_tls_policy
 */
export function presentPostfix(rules: readonly ExportRule[]): string {
  const lines = rules.map((rule) => {
    const { domain, checkedAt } = rule;
    if (rule.level === null) return leftOut(rule, '#');
    // Level verify asks for the MX host's name, which DNS alone gives; the hosts that were seen are pinned instead.
    // Their certificates were seen under their names, which Postfix (3.4 and later) sends only when told to.
    const level =
      rule.level === 'verify' ? `secure match=${rule.hosts.join(':')} servername=hostname` : rule.level;
    return `# checked ${checkedAt}\n${domain} ${level}`;
  });
  const needsDnssec = rules.some(({ level }) => level === 'dane-only');
  const header = needsDnssec
    ? '# dane-only needs smtp_dns_support_level = dnssec and a resolver that validates.\n'
    : '';
  return `${header}${lines.join('\n')}\n`;
}

/**
 * PowerShell commands for Exchange Online (`New-OutboundConnector`) or Exchange Server (`New-SendConnector`).
 * @see https://learn.microsoft.com/en-us/powershell/module/exchange/new-outboundconnector
 */
export function presentExchange(rules: readonly ExportRule[], kind: 'online' | 'server'): string {
  const lines = rules.map((rule) => {
    if (rule.level === null) return leftOut(rule, '#');
    return `# checked ${rule.checkedAt}\n${COMMANDS[kind](rule)}`;
  });
  return `${lines.join('\n')}\n`;
}

type WrittenRule = Extract<ExportRule, { level: Enforceable }>;

const COMMANDS: Readonly<Record<'online' | 'server', (rule: WrittenRule) => string>> = {
  online: ({ domain, level, hosts }) => {
    const common = `New-OutboundConnector -Name 'TLS to ${domain}' -ConnectorType Partner -RecipientDomains '${domain}' -UseMXRecord $true`;
    if (level === 'dane-only') return `${common} -TlsSettings EncryptionOnly -SmtpDaneMode Mandatory`;
    if (level === 'encrypt') return `${common} -TlsSettings EncryptionOnly`;
    const [only] = hosts;
    // A connector names one host or one wildcard; of several hosts only the authority can be asked about.
    return hosts.length === 1 && only !== undefined
      ? `${common} -TlsSettings DomainValidation -TlsDomain '${only}'`
      : `${common} -TlsSettings CertificateValidation`;
  },
  server: ({ domain, level, hosts }) => {
    const common = `New-SendConnector -Name 'TLS to ${domain}' -AddressSpaces '${domain}' -Custom -DNSRoutingEnabled $true -RequireTLS $true`;
    const [only] = hosts;
    if (level !== 'verify') return `${common} -TlsAuthLevel EncryptionOnly`;
    return hosts.length === 1 && only !== undefined
      ? `${common} -TlsAuthLevel DomainValidation -TlsDomain '${only}'`
      : `${common} -TlsAuthLevel CertificateValidation`;
  },
};

const REFUSALS: Readonly<Record<ExportRefusal, string>> = {
  'not-encrypted': 'a server may take mail in clear, so a rule would stop mail',
  'not-fully-tested': 'not every server could be tested, so a rule might stop mail',
  provisional: 'a second look is due',
  untested: 'no server could be tested',
  'no-mail': 'no mail can be delivered to it',
  'unsafe-name': 'a name in it cannot be written safely',
};

function leftOut(
  { domain, checkedAt, because }: Extract<ExportRule, { level: null }>,
  comment: string,
): string {
  const shown = isPlainName(domain) ? domain : domain.replaceAll(/[^a-z0-9.-]/gi, '?').slice(0, 253);
  return `${comment} ${shown} left out: ${REFUSALS[because]} (checked ${checkedAt})`;
}
