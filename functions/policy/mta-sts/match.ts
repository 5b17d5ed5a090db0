/** Whether a mail server is one that an MTA-STS policy names. */

/**
 * States whether an MX host is named by a policy (RFC 8461 section 4.1). A wildcard stands for exactly one
 * whole label on the left: `*.example.com` names `mail.example.com`, neither `example.com` nor
 * `a.mail.example.com`.
 * @param host A-label, lower case, no trailing dot
 * @param patterns the policy's mx values, lower case
 */
export function isNamedByMtaStsPolicy(host: string, patterns: readonly string[]): boolean {
  const dot = host.indexOf('.');
  const wildcard = dot > 0 ? `*${host.slice(dot)}` : null;
  return patterns.some((pattern) => pattern === host || pattern === wildcard);
}
