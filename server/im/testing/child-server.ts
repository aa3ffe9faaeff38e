/** Runs an IM server in a process of its own, for tests that kill it: `node child-server.ts DATA_DIR`. */
import { startImServer } from '../im-server.ts';

const dataDir = process.argv[2];
if (dataDir === undefined) throw new Error('usage: child-server.ts DATA_DIR');
const { tcp, ws, api } = await startImServer({ dataDir, tokenAuth: false });
process.stdout.write(`${JSON.stringify({ tcp, ws, api })}\n`);
