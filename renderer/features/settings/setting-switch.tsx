import type { Settings } from '../../../shared/settings.ts';
import { useSession } from '../../state/session/session-store.ts';
import { changeSettings, useSettings } from '../../state/session/settings.ts';
import { SwitchRow } from '../../ui/card.tsx';

type OnOffSetting = { [Key in keyof Settings]: Settings[Key] extends boolean ? Key : never }[keyof Settings];

interface SettingSwitchProps {
  of: OnOffSetting;
  label: string;
  detail?: string;
  why?: string | null;
}

/** A row that turns one setting on and off. */
export function SettingSwitch({ of, ...row }: SettingSwitchProps) {
  const checked = useSettings()[of];
  const managed = useSession((state) => state.shell?.managed.settings.includes(of) ?? false);
  const onChange = (on: boolean) => changeSettings({ [of]: on });
  return <SwitchRow {...row} checked={checked} managed={managed} onChange={onChange} />;
}
