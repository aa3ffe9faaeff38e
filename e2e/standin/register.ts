/**
 * `node --import register.ts out/main/index.js …` runs the unmodified built app without Electron: `electron` resolves
 * to our module (index.ts), which shows the windows in the system's Chromium (docs/stand-in.md).
 */
import { registerHooks } from 'node:module';
import { dirname } from 'node:path';
import { isMainThread } from 'node:worker_threads';

// Account workers are plain Node, as under Electron: they get no `electron`.
if (isMainThread) {
  const moduleUrl = new URL('./index.ts', import.meta.url).href;
  registerHooks({
    resolve(specifier, context, next) {
      if (specifier === 'electron' || specifier === 'electron/main') {
        return { url: moduleUrl, format: 'module-typescript', shortCircuit: true };
      }
      return next(specifier, context);
    },
  });
  Object.defineProperty(process.versions, 'electron', { value: '45.4.1-standin', enumerable: true });
  // Electron's own process is not started through Node's options: the two of scripts/runtime.ts are not the app's.
  const own = new Set(['--disable-warning=ExperimentalWarning', '--import', import.meta.url]);
  process.execArgv = process.execArgv.filter((argument) => !own.has(argument));
  Object.defineProperty(process, 'type', { value: 'browser' });
  Object.defineProperty(process, 'resourcesPath', {
    value: dirname(process.argv[1] ?? process.cwd()),
    configurable: true,
  });
}
