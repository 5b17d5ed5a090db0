/** The service with scripted answers behind it, asked without a network. */
import type { LogLine } from '../../functions/http/request-log.ts';
import { createService } from '../../functions/http/service.ts';
import type { ServiceTools } from '../../functions/http/service.ts';
import { fakeAnswers } from './fake-answers.ts';
import type { FakeAnswers } from './fake-answers.ts';

export interface TestService {
  readonly service: ReturnType<typeof createService>;
  readonly answers: FakeAnswers;
  readonly log: readonly LogLine[];
  readonly routes: readonly { readonly method: string; readonly path: string }[];
  /** Asks as a program on this machine would, unless told otherwise. */
  readonly get: (path: string, headers?: Readonly<Record<string, string>>) => Promise<Response>;
  readonly post: (
    path: string,
    body: string | Uint8Array<ArrayBuffer> | FormData,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<Response>;
  readonly send: (request: Request, from?: string) => Promise<Response>;
  /** Lets time pass. */
  readonly pass: (ms: number) => void;
}

export const ORIGIN = 'http://127.0.0.1:8025';

export function testService(changes: Partial<ServiceTools> = {}): TestService {
  const answers = fakeAnswers();
  const log: LogLine[] = [];
  let nowMs = Date.parse('2026-11-22T01:05:03.456Z');
  const service = createService({
    answers,
    access: { tokenDigests: [], anyone: false },
    sender: '',
    hosts: [],
    checksPerMinute: { client: 60, all: 600 },
    longestCheckMs: 90_000,
    ownServers: [],
    clock: () => nowMs,
    log: (line) => log.push(line),
    ...changes,
  });
  const send = async (request: Request, from = '127.0.0.1'): Promise<Response> =>
    service.fetch(request, { clientAddress: from });
  return {
    service,
    answers,
    log,
    routes: service.routes.filter(({ method }) => method !== 'ALL'),
    get: (path, headers = {}) => send(new Request(ORIGIN + path, { headers })),
    post: (path, body, headers = {}) => send(new Request(ORIGIN + path, { method: 'POST', body, headers })),
    send,
    pass(ms) {
      nowMs += ms;
    },
  };
}
