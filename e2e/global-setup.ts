/** Before all specs: the app is built, the runtime is there, and one line says which it is. */
import { join } from 'node:path';
import { buildIfNeeded } from '../scripts/build.ts';
import { ROOT } from '../scripts/paths.ts';
import { chooseRuntime, installedApp } from '../scripts/runtime.ts';

const say = (line: string): void => console.log(line);

export default async function setUp(): Promise<void> {
  // Each spec starts several Node processes of the same code: compiled once, a start costs an eighth less.
  process.env['NODE_COMPILE_CACHE'] ??= join(ROOT, 'node_modules/.cache/node-compile');
  const runtime = await chooseRuntime(say);
  if (installedApp() !== null) return;
  // Workers do not ask again.
  process.env['WUKONG_RUNTIME'] = runtime.kind;
  await buildIfNeeded(say);
}
