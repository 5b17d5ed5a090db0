/**
 * What a sending configuration asks of TLS towards other servers: nothing (`off`), encryption where it is
 * offered (`opportunistic`), encryption or no delivery (`mandatory`), or that and a proof of who the server is
 * (`authenticated`). Each judgement names the line that decides it.
 */
import type {
  SendingConfiguration,
  SendingGroup,
  SendingSetting,
  SendingSoftware,
} from '../received/sending/sending-settings.ts';
import { settingOf } from '../received/sending/sending-settings.ts';

export type SendingLevel = 'off' | 'opportunistic' | 'mandatory' | 'authenticated' | 'unknown';

export type SendingReason =
  | 'starttls-ignored'
  | 'domain-secured'
  | 'tls-required-name-checked'
  | 'tls-required-chain-checked'
  | 'tls-required'
  | 'tls-where-offered'
  | 'tls-off'
  | 'dane-where-published'
  | 'dane-required'
  | 'dane-without-dnssec'
  | 'only-some-hosts'
  | 'not-set'
  | 'level-not-known';

export interface SendingJudgement {
  /** The connector, service, transport or destination; null: everything not named. */
  readonly name: string | null;
  readonly level: SendingLevel;
  readonly reason: SendingReason;
  /** The line that decides; null when it is that a setting is missing. */
  readonly decidingLine: string | null;
  /** The configuration says it is switched off. */
  readonly disabled: boolean;
}

interface Ruling {
  readonly level: SendingLevel;
  readonly reason: SendingReason;
  readonly setting: SendingSetting | null;
}

const ruling = (level: SendingLevel, reason: SendingReason, setting: SendingSetting | null): Ruling => ({
  level,
  reason,
  setting,
});
const isTrue = (setting: SendingSetting | null): setting is SendingSetting =>
  setting !== null && /^(?:\$?true|yes|1)$/i.test(setting.value);

/** Microsoft, Set-SendConnector: TlsAuthLevel is used only with RequireTLS, and DomainValidation checks the name too. */
function judgeSendConnector(group: SendingGroup): Ruling {
  const ignore = settingOf(group, 'ignorestarttls');
  if (isTrue(ignore)) return ruling('off', 'starttls-ignored', ignore);
  const domainSecure = settingOf(group, 'domainsecureenabled');
  if (isTrue(domainSecure)) return ruling('authenticated', 'domain-secured', domainSecure);
  const require = settingOf(group, 'requiretls');
  if (!isTrue(require)) return ruling('opportunistic', 'tls-where-offered', require ?? ignore);
  return byAuthLevel(settingOf(group, 'tlsauthlevel'), require);
}

/** Microsoft, Set-OutboundConnector: an empty TlsSettings is opportunistic. */
function judgeOutboundConnector(group: SendingGroup): Ruling {
  const settings = settingOf(group, 'tlssettings');
  if (settings === null || settings.value === '')
    return ruling('opportunistic', 'tls-where-offered', settings);
  return byAuthLevel(settings, settings);
}

function byAuthLevel(level: SendingSetting | null, otherwise: SendingSetting): Ruling {
  const checks = level?.value.toLowerCase();
  if (checks === 'domainvalidation') return ruling('authenticated', 'tls-required-name-checked', level);
  // Any certificate of a trusted authority will do, whatever its name.
  if (checks === 'certificatevalidation') return ruling('mandatory', 'tls-required-chain-checked', level);
  return ruling('mandatory', 'tls-required', otherwise);
}

/** postconf(5) smtp_tls_security_level. */
const POSTFIX_LEVELS: Readonly<Record<string, readonly [SendingLevel, SendingReason]>> = {
  none: ['off', 'tls-off'],
  may: ['opportunistic', 'tls-where-offered'],
  encrypt: ['mandatory', 'tls-required'],
  dane: ['opportunistic', 'dane-where-published'],
  'dane-only': ['authenticated', 'dane-required'],
  fingerprint: ['authenticated', 'tls-required-name-checked'],
  verify: ['authenticated', 'tls-required-name-checked'],
  secure: ['authenticated', 'tls-required-name-checked'],
};

function judgePostfix(group: SendingGroup, global: SendingGroup): Ruling {
  const find = (name: string): SendingSetting | null => settingOf(group, name) ?? settingOf(global, name);
  const level = find('smtp_tls_security_level');
  if (level !== null && level.value !== '') {
    const [judged, reason] = POSTFIX_LEVELS[level.value.toLowerCase()] ?? ['unknown', 'level-not-known'];
    const hasDnssec = find('smtp_dns_support_level')?.value === 'dnssec';
    if (reason === 'dane-where-published' && !hasDnssec) {
      return ruling('opportunistic', 'dane-without-dnssec', level);
    }
    return ruling(judged, reason, level);
  }
  // postconf(5): the older parameters count while the level is empty.
  const enforce = find('smtp_enforce_tls');
  if (isTrue(enforce)) {
    return find('smtp_tls_enforce_peername')?.value.toLowerCase() === 'no'
      ? ruling('mandatory', 'tls-required', enforce)
      : ruling('authenticated', 'tls-required-name-checked', enforce);
  }
  const use = find('smtp_use_tls');
  if (isTrue(use)) return ruling('opportunistic', 'tls-where-offered', use);
  return ruling('unknown', 'not-set', null);
}

const isEveryHost = (setting: SendingSetting | null): setting is SendingSetting =>
  setting !== null && setting.value.replaceAll(/[\s"]/g, '') === '*';

/** Exim specification, chapter 30: host lists; only `*` decides for every destination. */
function judgeExim(group: SendingGroup): Ruling {
  const avoid = settingOf(group, 'hosts_avoid_tls');
  if (isEveryHost(avoid)) return ruling('off', 'tls-off', avoid);
  const dane = settingOf(group, 'hosts_require_dane');
  if (isEveryHost(dane)) return ruling('authenticated', 'dane-required', dane);
  const require = settingOf(group, 'hosts_require_tls');
  const verify = settingOf(group, 'tls_verify_hosts');
  if (isEveryHost(require)) {
    return isEveryHost(verify)
      ? ruling('authenticated', 'tls-required-name-checked', verify)
      : ruling('mandatory', 'tls-required', require);
  }
  const partial = [require, verify, dane, avoid].find((setting) => setting !== null && setting.value !== '');
  if (partial != null) return ruling('opportunistic', 'only-some-hosts', partial);
  return ruling('opportunistic', 'tls-where-offered', settingOf(group, 'hosts_try_dane'));
}

/** Sendmail cf/README, STARTTLS: VERIFY asks for a verified certificate, ENCR for encryption, PERM+ and TEMP+ say how to refuse. */
function judgeSendmail(group: SendingGroup): Ruling {
  const [setting] = group.settings;
  if (setting === undefined) return ruling('unknown', 'not-set', null);
  const value = setting.value.toUpperCase().replace(/^(?:PERM|TEMP)\+/, '');
  if (setting.name === 'try_tls') {
    return value === 'NO'
      ? ruling('off', 'tls-off', setting)
      : ruling('opportunistic', 'tls-where-offered', setting);
  }
  if (value.startsWith('VERIFY')) return ruling('authenticated', 'tls-required-name-checked', setting);
  if (value.startsWith('ENCR')) return ruling('mandatory', 'tls-required', setting);
  return ruling('unknown', 'level-not-known', setting);
}

type Judge = (group: SendingGroup, global: SendingGroup) => Ruling;

const JUDGES: Readonly<Record<SendingSoftware, Judge>> = {
  'exchange-server': judgeSendConnector,
  'exchange-online': judgeOutboundConnector,
  postfix: judgePostfix,
  exim: judgeExim,
  sendmail: judgeSendmail,
};

/** Judges every connector, service, transport or destination of a configuration, in its order. */
export function assessSendingConfiguration(configuration: SendingConfiguration): readonly SendingJudgement[] {
  const global = configuration.groups.find((group) => group.name === null) ?? { name: null, settings: [] };
  return configuration.groups.map((group) => {
    const { level, reason, setting } = JUDGES[configuration.software](group, global);
    const enabled = settingOf(group, 'enabled');
    const disabled = enabled !== null && /^\$?false$/i.test(enabled.value);
    return { name: group.name, level, reason, decidingLine: setting?.line ?? null, disabled };
  });
}
