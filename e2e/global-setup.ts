/** Before all specs: the app is built, the runtime is there and named in one line, and so are the people. */
import { join } from 'node:path';
import { buildIfNeeded } from '../scripts/build.ts';
import { ROOT } from '../scripts/paths.ts';
import { chooseRuntime, installedApp } from '../scripts/runtime.ts';
import { prepareWorld } from './fixtures/people/prepared-world.ts';

const say = (line: string): void => console.log(line);

export default async function setUp(): Promise<() => void> {
  // Each spec starts several Node processes of the same code: compiled once, a start costs an eighth less.
  process.env['NODE_COMPILE_CACHE'] ??= join(ROOT, 'node_modules/.cache/node-compile');
  const runtime = await chooseRuntime(say);
  if (installedApp() === null) {
    // Workers do not ask again.
    process.env['WUKONG_RUNTIME'] = runtime.kind;
    await buildIfNeeded(say);
  }
  return prepareWorld();
}
