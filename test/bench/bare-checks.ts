/** The least that could check many domains: all at once. Started as `bare-checks.ts RESOLVER SMTP-PORT DOMAIN...`. */
import { bareCheck, bareResolver } from './bare-check.ts';

const [address = '', port = '', ...domains] = process.argv.slice(2);
const { lookUp, close } = bareResolver(address);
const checks = await Promise.all(domains.map(async (domain) => bareCheck(domain, lookUp, Number(port))));
process.stdout.write(`${checks.length}\n`);
await Promise.all(checks.map(async ({ gone }) => gone));
close();
