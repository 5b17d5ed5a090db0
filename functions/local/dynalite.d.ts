declare module 'dynalite' {
  import type { Server } from 'node:http';

  /** @param options `path`: the folder to keep data in; the others say how long a table takes to change state */
  export default function dynalite(options: {
    readonly path: string;
    readonly createTableMs: number;
    readonly deleteTableMs: number;
    readonly updateTableMs: number;
  }): Server;
}
