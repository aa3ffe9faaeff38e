/** Before all specs: the app is built, the runtime is there, and one line says which it is. */
import { buildIfNeeded } from '../scripts/build.ts';
import { chooseRuntime, installedApp } from '../scripts/runtime.ts';

const say = (line: string): void => console.log(line);

export default async function setUp(): Promise<void> {
  const runtime = await chooseRuntime(say);
  if (installedApp() !== null) return;
  // Workers do not ask again.
  process.env['WUKONG_RUNTIME'] = runtime.kind;
  await buildIfNeeded(say);
}
