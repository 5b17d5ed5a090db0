/**
 * The probe as a Lambda function: one `ProbeRequest` in, one `ProbeResult` out. It stands where port 25 is open and
 * may reach nothing else, neither data nor AWS. What could make it a tool against others is not the caller's to
 * say: port, EHLO name and manners come from its own environment, and private addresses are refused here again.
 */
import { readSettings } from './environment.ts';
import { wordSettingMistake } from './presenters/setting-wording.ts';
import { configuredProber } from './probe/configured-prober.ts';
import { readProbeRequest } from './probe/probe-request.ts';
import type { ProbeResult } from './probe/prober.ts';

/** What is used of Lambda's context. */
interface Context {
  readonly getRemainingTimeInMillis: () => number;
}

/** Kept for what is left of a connection, QUIT and its reply, and for the answer. */
const LEAVE_MS = 12_000;

const environment = readSettings(process.env);
if (!environment.ok) throw new Error(environment.mistakes.map(wordSettingMistake).join(' '));
const { settings } = environment;
/** One for all events: who refused us a minute ago is remembered. */
const prober = configuredProber(settings);

/**
 * @param event a `ProbeRequest`; its port is not looked at
 * @throws Error when it is none: only a mistake of the caller's program comes to that
 */
export async function handler(event: unknown, context: Context): Promise<ProbeResult> {
  const asked = readProbeRequest(event);
  if (asked === null) throw new Error('the event is not a probe request');
  const leftMs = Math.max(0, context.getRemainingTimeInMillis() - LEAVE_MS);
  const deadline = AbortSignal.timeout(Math.min(settings.MAILTLS_DEADLINE_MS, leftMs));
  const result = await prober.probe({ ...asked, port: settings.MAILTLS_SMTP_PORT }, deadline);
  // Lambda freezes the process once it has its answer, and no server should be left in the middle of QUIT.
  await prober.allClosed();
  return result;
}
