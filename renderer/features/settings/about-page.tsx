import { ChevronRight } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { About } from '../../../shared/ipc/contract/shell.ts';
import { useT } from '../../i18n/i18n.ts';
import { call } from '../../state/bridge.ts';
import { useMe } from '../../state/session/session-store.ts';
import { ActionRow, Card, ValueRow } from '../../ui/card.tsx';
import { Icon } from '../../ui/icon.tsx';
import { LicenceList } from './licence-list.tsx';
import { UpdateRows } from './update-rows.tsx';
import css from './settings.module.css';

/** Version, commit, runtime, server, licences (more.md 14). */
export function AboutPage() {
  const t = useT();
  const me = useMe();
  const [about, setAbout] = useState<About | null>(null);
  const [isListOpen, setListOpen] = useState(false);
  useEffect(() => {
    // Logged by `call`; the rows that need it are left out.
    void call('shell.about', undefined).then(setAbout, () => undefined);
  }, []);
  return (
    <>
      <UpdateRows />
      <div className={css['top']}>
        <Card>
          {about?.commit != null && <ValueRow label={t('set.about.commit')} value={about.commit} />}
          {about && <ValueRow label={t('set.about.runtime')} value={about.runtime} />}
          {about && <ValueRow label={t('set.about.platform')} value={about.system} />}
          {me && <ValueRow label={t('set.about.server')} value={me.server} />}
          <ValueRow label={t('set.about.licence')} value="MIT" />
          {about && about.licences.length > 0 && (
            <ActionRow
              label={t('set.about.licences')}
              expanded={isListOpen}
              trailing={
                <span className={css['trailing']}>
                  {t('set.about.licencesN', { n: about.licences.length })}
                  <Icon of={ChevronRight} size={16} />
                </span>
              }
              onClick={() => setListOpen(!isListOpen)}
            />
          )}
        </Card>
      </div>
      {about && isListOpen && (
        <div className={css['top']}>
          <LicenceList licences={about.licences} />
        </div>
      )}
    </>
  );
}
