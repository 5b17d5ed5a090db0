// Loaded into every Node process of a run that must not use the network: whoever tries ends at once, and says so.
import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';

const refuse = (what) => {
  process.stderr.write(`network used: ${what}\n`);
  process.exit(70);
};
net.Socket.prototype.connect = () => refuse('a connection');
dns.lookup = (name) => refuse(`a lookup of ${name}`);
syncBuiltinESMExports();
