/** A request's body, read up to a bound: what is longer is not read to its end. */

export const LONGEST_BODY_BYTES = 256 * 1024;

export type ReadBody =
  | { readonly outcome: 'read'; readonly bytes: Uint8Array }
  | { readonly outcome: 'too-large' }
  /** The client went away, or what it sent is not a body. */
  | { readonly outcome: 'broken' };

export async function readBody(request: Request): Promise<ReadBody> {
  if (Number(request.headers.get('content-length') ?? '0') > LONGEST_BODY_BYTES)
    return { outcome: 'too-large' };
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  try {
    for await (const chunk of request.body ?? []) {
      sizeBytes += chunk.length;
      if (sizeBytes > LONGEST_BODY_BYTES) return { outcome: 'too-large' };
      chunks.push(chunk);
    }
  } catch {
    return { outcome: 'broken' };
  }
  return { outcome: 'read', bytes: Buffer.concat(chunks) };
}

/** @returns the media type alone, lower case, without parameters (RFC 9110 section 8.3.1); empty when absent */
export function mediaTypeOf(request: Request): string {
  return (request.headers.get('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}
