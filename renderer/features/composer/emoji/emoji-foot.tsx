import { Clock, Flag, Hash, Lightbulb, PawPrint, Plane, Smile, Trophy, User, Utensils } from 'lucide-react';
import { useT } from '../../../i18n/i18n.ts';
import { changeSettings } from '../../../state/session/settings.ts';
import { cx } from '../../../ui/cx.ts';
import { Icon } from '../../../ui/icon.tsx';
import type { PanelRow, SectionId } from './emoji-rows.ts';
import { ToneButton } from './tone-button.tsx';
import css from './emoji-panel.module.css';

const TABS = [
  ['recent', Clock],
  ['smileys', Smile],
  ['people', User],
  ['nature', PawPrint],
  ['food', Utensils],
  ['travel', Plane],
  ['activities', Trophy],
  ['objects', Lightbulb],
  ['symbols', Hash],
  ['flags', Flag],
] as const;

/** Where in the panel to go, and the tone of the hands in it. */
export function EmojiFoot({
  rows,
  current,
  tone,
  onSection,
}: {
  rows: readonly PanelRow[];
  current: SectionId | undefined;
  tone: number;
  /** Index of the head of the section. */
  onSection: (index: number) => void;
}) {
  const t = useT();
  return (
    <div className={css['foot']} role="toolbar" aria-label={t('emoji.categories')}>
      {TABS.map(([section, icon]) => {
        const index = rows.findIndex((row) => row.section === section);
        return (
          <button
            key={section}
            type="button"
            className={cx(css['category'], current === section && css['current'])}
            aria-label={t(`emoji.${section}`)}
            title={t(`emoji.${section}`)}
            aria-pressed={current === section}
            disabled={index < 0}
            onClick={() => onSection(index)}
          >
            <Icon of={icon} size={18} />
          </button>
        );
      })}
      <ToneButton tone={tone} onChange={(next) => void changeSettings({ emojiTone: next })} />
    </div>
  );
}
