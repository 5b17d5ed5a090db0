/**
 * Slack's file host. Whoever writes a message could make it name a file anywhere, so an address is only followed
 * below the one place that Slack's files are at; a redirect leads to a sign-in page and is not followed.
 */
import { LONGEST_INPUT_BYTES } from '../received/message-text.ts';
import type { FetchFile } from './file-answer.ts';

export interface SlackFilesOptions {
  /** `https://files.slack.com/` */
  readonly filesUrl: string;
  /** Null: it cannot be had now. */
  readonly botToken: () => Promise<string | null>;
  readonly fetch: typeof fetch;
  /** Of the whole download. */
  readonly timeoutMs: number;
}

/** @returns reads the first 256 KiB of a file, and a byte more where there is more */
export function createFetchFile({ filesUrl, botToken, fetch, timeoutMs }: SlackFilesOptions): FetchFile {
  const place = new URL(filesUrl);
  return async (url) => {
    const token = isBelow(url, place) ? await botToken() : null;
    if (token === null) return null;
    try {
      const response = await fetch(url, {
        headers: { Authorization: `Bearer ${token}` },
        redirect: 'manual',
        signal: AbortSignal.timeout(timeoutMs),
      });
      if (response.status === 200 && response.body !== null) return await readStart(response.body);
      await response.body?.cancel();
      return null;
    } catch {
      return null;
    }
  };
}

function isBelow(address: string, place: URL): boolean {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url === null || url.username !== '' || url.password !== '') return false;
  return url.origin === place.origin && url.pathname.startsWith(place.pathname);
}

async function readStart(body: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    sizeBytes += chunk.byteLength;
    // Leaving the loop lets the rest go unread.
    if (sizeBytes > LONGEST_INPUT_BYTES) break;
  }
  return Buffer.concat(chunks).subarray(0, LONGEST_INPUT_BYTES + 1);
}
