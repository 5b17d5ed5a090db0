/** Who can do what about it: for each finding that somebody can act on, and for each answer. */
import type { AnswerCode } from './assessment.ts';
import type { Advice, AdviceCode, Finding, FindingCode } from './finding-codes.ts';
import type { PolicyAdvice, PolicyAdviceCode } from './policy-finding-codes.ts';

/** Advice on policies comes with their judgement; this file has the rest. */
type ServerAdviceCode = Exclude<AdviceCode, PolicyAdviceCode>;

/** What the one who runs the mail server, or else our own side, can do about a finding. */
const REMEDIES: { readonly [Code in FindingCode]?: ServerAdviceCode } = {
  'dnssec-invalid': 'repair-dnssec',
  'exchange-localhost': 'repair-exchange',
  'exchange-address-literal': 'repair-exchange',
  'exchange-not-a-host-name': 'repair-exchange',
  'null-mx-among-others': 'remove-null-mx',
  'host-name-error': 'repair-exchange',
  'host-without-address': 'repair-exchange',
  'not-public': 'repair-exchange',
  'starttls-masked': 'stop-masking-starttls',
  'starttls-not-supported': 'enable-starttls',
  'ehlo-not-understood': 'enable-starttls',
  'starttls-refused': 'repair-starttls',
  'starttls-broke-off': 'repair-starttls',
  'handshake-failed': 'repair-starttls',
  'handshake-broke-off': 'repair-starttls',
  'unusable-cipher': 'repair-starttls',
  'starttls-inconsistent': 'make-starttls-constant',
  'clear-bytes-after-starttls': 'find-clear-bytes',
  'legacy-tls': 'enable-tls-1.2',
  'legacy-hello-only': 'take-modern-hello',
  'egress-blocked': 'run-doctor',
  'egress-interfered': 'run-doctor',
  'egress-degraded': 'run-doctor',
  'second-look-due': 'look-again',
  'backing-off': 'look-again',
  'mx-lookup-failed': 'look-again',
  'host-lookup-failed': 'look-again',
  'connection-refused': 'look-again',
  'connect-timeout': 'look-again',
  'broke-off': 'look-again',
  'out-of-time': 'look-again',
  'nothing-obliges-senders': 'publish-policy',
  'certificate-expired': 'renew-certificate',
  'certificate-not-yet-valid': 'renew-certificate',
  'common-name-only': 'name-the-host-in-the-certificate',
  'certificate-host-mismatch': 'name-the-host-in-the-certificate',
  'self-signed': 'use-a-public-authority',
  'certificate-not-trusted': 'use-a-public-authority',
  'chain-incomplete': 'send-the-whole-chain',
  'key-too-small': 'strengthen-certificate',
  'signature-too-weak': 'strengthen-certificate',
  'version-grade': 'strengthen-tls',
  'cipher-grade': 'strengthen-tls',
  'group-grade': 'strengthen-tls',
  'key-grade': 'strengthen-certificate',
  'signature-grade': 'strengthen-certificate',
};

/** Advice to the person about to send; all other advice is for whoever runs the domain's mail. */
const FOR_SENDERS: ReadonlySet<ServerAdviceCode> = new Set([
  'run-doctor',
  'look-again',
  'send-secrets-another-way',
  'require-tls',
]);

const FOR_ANSWERS: { readonly [Answer in AnswerCode]?: ServerAdviceCode } = {
  plaintext: 'send-secrets-another-way',
  partial: 'send-secrets-another-way',
  opportunistic: 'require-tls',
};

/** Who is told how to mend a policy, or to go on with it, is not told to publish one. */
const OF_A_POLICY_THAT_IS_THERE: ReadonlySet<PolicyAdviceCode> = new Set([
  'repair-mta-sts-policy',
  'repair-mta-sts-host',
  'enforce-mta-sts',
]);

/**
 * Gathers advice, the most important first.
 * @param domain A-label
 * @param reasons in order of importance
 * @param onPolicies what is advised on the domain's policies, which is not repeated here
 */
export function adviceFor(
  domain: string,
  answer: AnswerCode,
  reasons: readonly Finding[],
  onPolicies: readonly Pick<PolicyAdvice, 'code'>[],
): readonly Advice[] {
  const first = FOR_ANSWERS[answer];
  const publishes = onPolicies.some(({ code }) => OF_A_POLICY_THAT_IS_THERE.has(code));
  const all = [
    ...(first === undefined ? [] : [advice(first, 'domain', domain)]),
    ...reasons.flatMap((reason) => {
      const code = remedyFor(reason);
      if (code === null || (code === 'publish-policy' && publishes)) return [];
      return FOR_SENDERS.has(code)
        ? [advice(code, 'domain', domain)]
        : [advice(code, reason.scope, reason.subject)];
    }),
  ];
  return [...new Map(all.map((one) => [`${one.code} ${one.subject}`, one])).values()];
}

function remedyFor({ code, facts }: Finding): ServerAdviceCode | null {
  // Nobody should be told to change what is good enough.
  if ('grade' in facts && facts.grade === 'sufficient') return null;
  return REMEDIES[code] ?? null;
}

function advice(code: ServerAdviceCode, scope: Advice['scope'], subject: string): Advice {
  return { code, facts: {}, audience: FOR_SENDERS.has(code) ? 'sender' : 'receiver', scope, subject };
}
