/**
 * Slack's side of Socket Mode: after `hello`, each thing that happened is an envelope with an id, and the app
 * acknowledges it by that id, with a payload where one is accepted. Slack asks an app to connect again when a
 * host is about to go (docs.slack.dev, "Using Socket Mode").
 */
import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import { APP } from './events.ts';
import type { Sent } from './events.ts';

/** What came back for an envelope; `payload` is what an HTTP response's body would have been. */
export interface Acknowledgement {
  readonly envelopeId: string;
  readonly payload: unknown;
  readonly tookMs: number;
}

export interface SocketMode {
  /** Connections made so far. */
  readonly connections: () => number;
  /** Resolves when an app is connected that was not asked to go. */
  readonly connected: () => Promise<void>;
  /** Rejects when it is not acknowledged in time. */
  readonly send: (
    sent: Sent,
    options?: { readonly timeoutMs?: number; readonly retry?: number },
  ) => Promise<Acknowledgement>;
  readonly disconnect: (reason: 'refresh_requested' | 'warning' | 'link_disabled') => void;
  readonly close: () => void;
}

export const SOCKET_PATH = '/link';
const ACKNOWLEDGED_MS = 10_000;

export function startSocketMode(server: Server): SocketMode {
  const sockets = new WebSocketServer({ server, path: SOCKET_PATH });
  const waiting = new Map<string, (payload: unknown) => void>();
  const comers: (() => void)[] = [];
  let current: WebSocket | null = null;
  let connections = 0;

  sockets.on('connection', (socket) => {
    connections += 1;
    current = socket;
    socket.on('message', (data: Buffer) => {
      const { envelope_id: id, payload }: { envelope_id: string; payload: unknown } = JSON.parse(
        data.toString(),
      );
      waiting.get(id)?.(payload);
    });
    socket.on('close', () => {
      if (current === socket) current = null;
    });
    socket.send(
      JSON.stringify({
        type: 'hello',
        num_connections: 1,
        connection_info: { app_id: APP },
        debug_info: { host: 'lab', build_number: 1, approximate_connection_time: 18_060 },
      }),
    );
    for (const came of comers.splice(0)) came();
  });

  const connected = async (): Promise<void> => {
    if (current !== null) return;
    await new Promise<void>((resolve) => comers.push(resolve));
  };

  return {
    connections: () => connections,
    connected,
    async send({ type, payload }, { timeoutMs = ACKNOWLEDGED_MS, retry } = {}) {
      await connected();
      const envelopeId = randomUUID();
      const started = performance.now();
      let overdue: NodeJS.Timeout | undefined;
      try {
        const acknowledged = new Promise<unknown>((resolve, reject) => {
          waiting.set(envelopeId, resolve);
          overdue = setTimeout(
            () => reject(new Error(`${type} was not acknowledged in ${timeoutMs} ms`)),
            timeoutMs,
          );
        });
        current?.send(
          JSON.stringify({
            type,
            envelope_id: envelopeId,
            payload,
            accepts_response_payload: type !== 'events_api',
            ...(retry === undefined ? {} : { retry_attempt: retry, retry_reason: 'timeout' }),
          }),
        );
        return { envelopeId, payload: await acknowledged, tookMs: performance.now() - started };
      } finally {
        clearTimeout(overdue);
        waiting.delete(envelopeId);
      }
    },
    disconnect(reason) {
      const asked = current;
      current = null;
      asked?.send(JSON.stringify({ type: 'disconnect', reason, debug_info: { host: 'lab' } }));
    },
    close() {
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
    },
  };
}
