/**
 * First file of the app. Before the app's own code is read, Node is told where it keeps what V8 made of it
 * (accounts/code-cache.ts). Nothing is kept by runs that are to leave nothing, or to remove it.
 */
import { enableCompileCache } from 'node:module';
import { app } from 'electron';
import { codeCacheOf } from './accounts/code-cache.ts';
import { parseLaunchOptions, userDataDirOf } from './settings/launch-options.ts';

// What is wrong with an argument is said by main.ts, when there is a log.
const launch = parseLaunchOptions(process.argv, () => undefined);
if (launch.selfCheck === null && launch.forget === null) {
  const folder = codeCacheOf(userDataDirOf(launch, app.getPath('userData')), process.env);
  // As everything that this process writes: for this user alone.
  process.umask(0o077);
  if (folder !== null) enableCompileCache(folder);
}
// Electron is not ready before this has run: what has to be said before, main.ts says in time.
await import('./main.ts');
