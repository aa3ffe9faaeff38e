/** The policies of this computer, read once at the start: they hold until the app is started again. */
import { app, systemPreferences } from 'electron';
import { filePolicies, POLICY_FILE } from './file-policies.ts';
import { managedPreferences } from './managed-preferences.ts';
import { type Policies, policiesOf } from './policy-values.ts';
import type { PolicySource } from './policy-source.ts';
import { registryPolicies } from './registry-policies.ts';

const TEST_FILE = '--policies=';

/** `argv`: an app that is not installed takes a file in place of the system's policies (`--policies=FILE`). */
export function readPolicies(
  argv: readonly string[],
  warn: (message: string) => void,
  platform: NodeJS.Platform = process.platform,
): Policies {
  const file = app.isPackaged ? undefined : argv.find((argument) => argument.startsWith(TEST_FILE));
  const source =
    file === undefined
      ? systemPolicies(platform)
      : filePolicies(file.slice(TEST_FILE.length), process.getuid?.() ?? 0);
  const policies = policiesOf(source);
  for (const problem of policies.problems) warn(problem);
  return policies;
}

function systemPolicies(platform: NodeJS.Platform): PolicySource {
  if (platform === 'win32') return registryPolicies();
  if (platform === 'darwin') return managedPreferences(systemPreferences);
  return filePolicies(POLICY_FILE);
}
