/**
 * Slack on loopback: its Web API, the address a `response_url` leads to, its file host and Socket Mode, in one
 * server. It records every call, refuses payloads that Slack would refuse, and fails as a test scripts it.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { TEAM } from './events.ts';
import type { Deed, SlackFile } from './events.ts';
import { createFaults } from './faults.ts';
import type { Faults } from './faults.ts';
import { createHandedOut } from './handed-out.ts';
import { faultsOfAcknowledgement, faultsOfMessage } from './limits.ts';
import type { Expected, PayloadFault } from './limits.ts';
import { SOCKET_PATH, startSocketMode } from './socket-mode.ts';
import type { SocketMode } from './socket-mode.ts';
import { METHODS, failed, refused } from './web-api.ts';
import type { Arguments, MethodAnswer, Workspace } from './web-api.ts';

export const SIGNING_SECRET = 'lab-signing-secret';
export const BOT_TOKEN = 'xoxb-lab-bot-token';
export const APP_TOKEN = 'xapp-lab-app-token';

/** What an app sent to Slack. */
export interface Call {
  /** A Web API method, `response_url`, or `files` for a download. */
  readonly to: string;
  /** The `response_url` itself, or the address of the file. */
  readonly url: string;
  readonly payload: Arguments;
  readonly token: string | null;
  /** What Slack, or the rules of this project, have against the payload. */
  readonly faults: readonly PayloadFault[];
  /** HTTP status of the answer; 0: cut off. */
  readonly status: number;
}

export interface SlackApiOptions {
  /** Milliseconds since 1970, for what Slack hands out for a time; default the machine's clock. */
  readonly now?: () => number;
  /** Who may be mentioned, and which addresses may be linked. */
  readonly expected?: Expected;
}

export interface SlackApi {
  /** `MAILTLS_SLACK_API_URL`. */
  readonly apiUrl: string;
  /** `MAILTLS_SLACK_FILES_URL`. */
  readonly filesUrl: string;
  /** Settings of a process that takes this for Slack; with `socket` it connects by Socket Mode. */
  readonly environment: (mode?: 'http' | 'socket') => Readonly<Record<string, string>>;
  /** Somebody does something: a fresh trigger and `response_url`. */
  readonly deed: (who?: { readonly user?: string; readonly channel?: string }) => Deed;
  /** Puts a file in the workspace. */
  readonly upload: (file: UploadedFile) => SlackFile;
  readonly calls: readonly Call[];
  readonly callsTo: (to: string) => readonly Call[];
  /** What was posted to one `response_url`. */
  readonly posts: (deed: Deed) => readonly Call[];
  /** The first `count` calls to a place, as soon as there are so many; rejects after `timeoutMs`. */
  readonly waitFor: (to: string, count?: number, timeoutMs?: number) => Promise<readonly Call[]>;
  readonly faults: Faults;
  readonly socket: SocketMode;
  /** Checks an acknowledgement, which reaches Slack as a response and not as a call. */
  readonly acknowledged: (payload: unknown) => readonly PayloadFault[];
  readonly close: () => Promise<void>;
}

export interface UploadedFile {
  readonly name: string;
  readonly content: string | Uint8Array;
  readonly mimetype?: string;
  readonly mode?: SlackFile['mode'];
  readonly user?: string;
  /** What Slack says of its size when that is not the truth. */
  readonly size?: number;
  /** Another host than Slack's, which the bot's token must never be sent to. */
  readonly url?: string;
}

const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' };
const WAIT_MS = 10_000;
const HOLDS_JSON: ReadonlySet<string> = new Set([
  'blocks',
  'view',
  'attachments',
  'outputs',
  'unfurl_links',
  'unfurl_media',
]);

export async function startSlackApi(options: SlackApiOptions = {}): Promise<SlackApi> {
  const { now = Date.now, expected = {} } = options;
  const handedOut = createHandedOut(now);
  const faults = createFaults();
  const files = new Map<string, SlackFile>();
  const contents = new Map<string, Uint8Array>();
  const calls: Call[] = [];
  const mentioned = new Set<string>();
  const watchers = new Set<() => void>();
  let messages = 0;

  const server = createServer((request, response) => {
    response.on('error', () => {});
    serve(request, response).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(500);
      response.end(String(error));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('not bound to a port');
  const origin = `http://127.0.0.1:${bound.port}`;
  const socket = startSocketMode(server);

  const expects = (): Expected => ({ ...expected, users: [...(expected.users ?? []), ...mentioned] });
  const workspace = (): Workspace => ({
    handedOut,
    files,
    expected: expects(),
    socketUrl: () => `${origin.replace('http', 'ws')}${SOCKET_PATH}?ticket=lab&app_id=lab`,
    nextTs: () => `1763790010.${String((messages += 1)).padStart(6, '0')}`,
  });

  const record = (call: Call): void => {
    calls.push(call);
    for (const watcher of watchers) watcher();
  };

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', origin);
    const body = await text(request);
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? null;
    const payload = argumentsOf(request.headers['content-type'] ?? '', body);
    const [, method] = /^\/api\/([\w.]+)$/.exec(pathname) ?? [];
    const to = method ?? (pathname.startsWith('/response/') ? 'response_url' : 'files');
    const note = (status: number, found: readonly PayloadFault[] = []): void =>
      record({ to, url: `${origin}${pathname}`, payload, token, faults: found, status });

    if (await faults.play(to, response)) {
      note(response.headersSent ? response.statusCode : 0, checked(to, payload));
    } else if (method !== undefined) {
      const { answer, faults: found } = call(method, payload, token);
      note(200, found);
      response.writeHead(200, JSON_TYPE).end(JSON.stringify(answer));
    } else if (to === 'response_url') {
      const lapsed = handedOut.useResponse(pathname);
      const found = checked(to, payload);
      const status = lapsed === null ? (found.length === 0 ? 200 : 400) : 404;
      note(status, found);
      response.writeHead(status, JSON_TYPE);
      if (lapsed !== null) response.end(JSON.stringify({ ok: false, error: lapsed }));
      else response.end(found.length === 0 ? 'ok' : JSON.stringify(refused('invalid_blocks', found).answer));
    } else {
      const content = contents.get(pathname);
      // Slack sends whoever it does not know to its sign-in page, which answers 200.
      const status =
        pathname === '/sign-in' ? 200 : token !== BOT_TOKEN ? 302 : content === undefined ? 404 : 200;
      note(status);
      if (status === 302) response.writeHead(302, { location: '/sign-in' }).end();
      else if (content === undefined)
        response.writeHead(status, { 'content-type': 'text/html' }).end('<!doctype html>');
      else response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(content);
    }
  }

  function call(method: string, payload: Arguments, token: string | null): MethodAnswer {
    const known = METHODS[method];
    if (known === undefined) return failed('unknown_method');
    const given = token ?? (typeof payload['token'] === 'string' ? payload['token'] : null);
    if (given === null) return failed('not_authed');
    const wanted = method === 'apps.connections.open' ? APP_TOKEN : BOT_TOKEN;
    const ofStep = method.startsWith('functions.') && given.startsWith('xwfp-');
    if (given !== wanted && !ofStep) return failed('invalid_auth');
    return known(payload, workspace());
  }

  const checked = (to: string, payload: Arguments): readonly PayloadFault[] =>
    to === 'response_url' ? faultsOfMessage(payload, { ...expects(), to: 'response' }) : [];

  const callsTo = (to: string): readonly Call[] => calls.filter((one) => one.to === to);

  return {
    apiUrl: `${origin}/api/`,
    filesUrl: `${origin}/files-pri/`,
    environment: (mode = 'http') => ({
      MAILTLS_SLACK_API_URL: `${origin}/api/`,
      MAILTLS_SLACK_FILES_URL: `${origin}/files-pri/`,
      ...(mode === 'socket' ? { SLACK_APP_TOKEN: APP_TOKEN, SLACK_BOT_TOKEN: BOT_TOKEN } : {}),
    }),
    deed({ user = 'U0ANN', channel = 'C0GENERAL' } = {}) {
      mentioned.add(user);
      return {
        user,
        channel,
        triggerId: handedOut.trigger(),
        responseUrl: origin + handedOut.responsePath(),
      };
    },
    upload({ name, content, mimetype = 'text/plain', mode = 'hosted', user = 'U0ANN', size, url }) {
      const bytes = typeof content === 'string' ? Buffer.from(content) : content;
      const id = `F0LAB${String(files.size + 1).padStart(5, '0')}`;
      const path = `/files-pri/${TEAM}-${id}/`;
      const plain = `${path}${encodeURIComponent(name)}`;
      const download = `${path}download/${encodeURIComponent(name)}`;
      const file: SlackFile = {
        id,
        name,
        mimetype,
        filetype: name.split('.').at(-1) ?? 'text',
        mode,
        size: size ?? bytes.length,
        user,
        url_private: url ?? origin + plain,
        url_private_download: url ?? origin + download,
      };
      files.set(id, file);
      contents.set(plain, bytes).set(download, bytes);
      return file;
    },
    calls,
    callsTo,
    posts: ({ responseUrl }) => calls.filter(({ url }) => url === responseUrl),
    async waitFor(to, count = 1, timeoutMs = WAIT_MS) {
      const enough = Promise.withResolvers<void>();
      const watcher = (): void => {
        if (callsTo(to).length >= count) enough.resolve();
      };
      const overdue = setTimeout(() => {
        const seen = calls.map((one) => `${one.to} ${one.status}`).join(', ');
        enough.reject(
          new Error(`${callsTo(to).length} of ${count} calls to ${to} came; there were: ${seen}`),
        );
      }, timeoutMs);
      watchers.add(watcher);
      watcher();
      try {
        await enough.promise;
      } finally {
        clearTimeout(overdue);
        watchers.delete(watcher);
      }
      return callsTo(to).slice(0, count);
    },
    faults,
    socket,
    acknowledged: (payload) => faultsOfAcknowledgement(payload, expects()),
    async close() {
      socket.close();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Fields of a form that hold JSON come as what they hold; Slack reads both forms alike. */
function argumentsOf(contentType: string, body: string): Arguments {
  if (contentType.startsWith('application/json')) return JSON.parse(body);
  if (!contentType.startsWith('application/x-www-form-urlencoded')) return {};
  return Object.fromEntries(
    [...new URLSearchParams(body)].map(([name, value]) => [
      name,
      HOLDS_JSON.has(name) ? JSON.parse(value) : value,
    ]),
  );
}
