import { useId, useState } from 'react';
import type { Licence } from '../../../shared/ipc/contract/shell.ts';
import { useT } from '../../i18n/i18n.ts';
import { Card } from '../../ui/card.tsx';
import { Chip } from '../../ui/chip.tsx';
import { SearchBox } from '../../ui/search-box.tsx';
import css from './licence-list.module.css';

/** What the app is made with, to search in; the text of the chosen one stands below its name (more.md 14). */
export function LicenceList({ licences }: { licences: readonly Licence[] }) {
  const t = useT();
  const id = useId();
  const [typed, setTyped] = useState('');
  const [chosen, setChosen] = useState<string | null>(null);
  const term = typed.trim().toLowerCase();
  const found = licences.filter(({ name, licence }) => `${name} ${licence}`.toLowerCase().includes(term));
  return (
    <Card>
      <div className={css['search']}>
        <SearchBox
          tone="sunken"
          label={t('set.about.searchLicences')}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
      </div>
      <ul className={css['list']} aria-label={t('set.about.licences')}>
        {found.map((one) => {
          const key = `${one.name} ${one.version}`;
          const isOpen = key === chosen;
          return (
            <li key={key}>
              <button
                type="button"
                className={css['entry']}
                aria-expanded={isOpen}
                aria-controls={isOpen ? id : undefined}
                onClick={() => setChosen(isOpen ? null : key)}
              >
                <span className={css['name']}>{one.name}</span>
                <span className={css['version']}>{one.version}</span>
                <Chip>{one.licence}</Chip>
              </button>
              {isOpen && (
                // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- the keyboard scrolls long texts
                <div id={id} role="region" aria-label={key} tabIndex={0} className={css['text']}>
                  {one.homepage !== null && <div className={css['home']}>{one.homepage}</div>}
                  <pre>{one.text}</pre>
                </div>
              )}
            </li>
          );
        })}
      </ul>
      {found.length === 0 && (
        <p role="status" className={css['none']}>
          {t('set.about.noLicence')}
        </p>
      )}
    </Card>
  );
}
