/**
 * What Slack hands to an app for a short time: a `trigger_id` opens one modal within three seconds, a
 * `response_url` takes five posts within thirty minutes (docs.slack.dev, "Handling user interaction").
 */
export const TRIGGER_MS = 3_000;
export const RESPONSE_URL_MS = 30 * 60_000;
export const RESPONSE_URL_POSTS = 5;

export interface HandedOut {
  readonly trigger: () => string;
  /** @returns null when it opens a modal, else Slack's error */
  readonly useTrigger: (
    id: string,
  ) => 'invalid_trigger_id' | 'expired_trigger_id' | 'exchanged_trigger_id' | null;
  readonly responsePath: () => string;
  /** @returns null when it takes this post, else Slack's error */
  readonly useResponse: (path: string) => 'expired_url' | 'used_url' | 'invalid_url' | null;
}

/** @param now milliseconds since 1970 */
export function createHandedOut(now: () => number): HandedOut {
  const triggers = new Map<string, { readonly at: number; used: boolean }>();
  const responses = new Map<string, { readonly at: number; posts: number }>();
  return {
    trigger() {
      const id = `9876543210.1234.${(triggers.size + 1).toString().padStart(8, '0')}`;
      triggers.set(id, { at: now(), used: false });
      return id;
    },
    useTrigger(id) {
      const known = triggers.get(id);
      if (known === undefined) return 'invalid_trigger_id';
      if (now() - known.at > TRIGGER_MS) return 'expired_trigger_id';
      if (known.used) return 'exchanged_trigger_id';
      known.used = true;
      return null;
    },
    responsePath() {
      const path = `/response/T0LABTEAM/${responses.size + 1}/secret`;
      responses.set(path, { at: now(), posts: 0 });
      return path;
    },
    useResponse(path) {
      const known = responses.get(path);
      if (known === undefined) return 'invalid_url';
      if (now() - known.at > RESPONSE_URL_MS) return 'expired_url';
      if (known.posts >= RESPONSE_URL_POSTS) return 'used_url';
      known.posts += 1;
      return null;
    },
  };
}
