/** What a service of Amazon's answered instead, and which failures may be met by asking again. */
import { isThrottlingError, isTransientError } from '@smithy/core/retry';
import { jsonFields } from '../json-fields.ts';

/** What a service answered instead. Its `name` is the error's code: `ResourceNotFoundException`. */
export class ServiceError extends Error {
  /** As Amazon's parts look for it, to tell what may be repeated. */
  readonly $metadata: { readonly httpStatusCode: number };

  constructor(code: string, message: string, httpStatusCode: number) {
    super(message);
    this.name = code;
    this.$metadata = { httpStatusCode };
  }
}

/** Source: AWS JSON 1.0 protocol and AWS REST JSON protocol, "Operation error serialization" (smithy.io). */
export function errorIn(
  status: number,
  headers: Readonly<Record<string, string>>,
  body: string,
): ServiceError {
  const fields = jsonFields(body);
  const type = headers['x-amzn-errortype'] ?? fields['__type'] ?? fields['code'];
  const code = typeof type === 'string' ? (/^(?:[^#:,]*#)?([^:,]*)/.exec(type)?.[1] ?? '') : '';
  const message = fields['message'] ?? fields['Message'];
  return new ServiceError(
    code === '' ? `HTTP ${status}` : code,
    typeof message === 'string' ? message : 'the service said no more',
    status,
  );
}

type SdkError = Parameters<typeof isTransientError>[0];
/** Amazon's type of an error has no causes but errors; nothing else of it differs. */
const isSdkError = (failed: unknown): failed is SdkError => failed instanceof Error;

/** States what kind of failure it is, which says whether and when a request may be made again. */
export function errorType(failed: unknown): 'THROTTLING' | 'TRANSIENT' | 'CLIENT_ERROR' {
  if (!isSdkError(failed)) return 'CLIENT_ERROR';
  if (isThrottlingError(failed)) return 'THROTTLING';
  return isTransientError(failed) ? 'TRANSIENT' : 'CLIENT_ERROR';
}
