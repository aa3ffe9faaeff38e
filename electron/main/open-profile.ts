/** What is stored in the profile: settings, accounts, the device's id; and the language that follows from it. */
import type { Language, Translate } from '../../shared/strings/index.ts';
import { translate } from '../../shared/strings/index.ts';
import { type Accounts, openAccounts } from './accounts/accounts.ts';
import { systemVault, type TokenVault } from './accounts/token-vault.ts';
import { withPolicies } from './policies/enforced.ts';
import type { Policies } from './policies/policy-values.ts';
import { readPolicies } from './policies/read-policies.ts';
import { appLanguage } from './settings/app-language.ts';
import { deviceIdOf, openSettings, type SettingsFile } from './settings/settings-file.ts';

export interface Profile {
  policies: Policies;
  /** Under what the policies set. */
  settings: SettingsFile;
  deviceId: string;
  vault: TokenVault;
  accounts: Accounts;
  /** In effect now. */
  language: () => Language;
  t: Translate;
}

/** `launched`: what `--lang` said. */
export function openProfile(
  userDataDir: string,
  launched: Language | null,
  warn: (message: string) => void,
): Profile {
  const policies = readPolicies(process.argv, warn);
  const settings = withPolicies(openSettings(userDataDir, warn), policies);
  const vault = systemVault(warn);
  const language = (): Language => appLanguage(settings.value.language, launched);
  return {
    policies,
    settings,
    deviceId: deviceIdOf(userDataDir),
    vault,
    accounts: openAccounts(userDataDir, vault, warn),
    language,
    t: (key, ...params) => translate(language(), key, ...params),
  };
}
