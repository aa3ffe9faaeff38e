import { useT } from '../../i18n/i18n.ts';
import { useMe, useSession } from '../../state/session/session-store.ts';
import { Card, ValueRow } from '../../ui/card.tsx';
import { UpdateRows } from './update-rows.tsx';
import css from './settings.module.css';

export function AboutPage() {
  const t = useT();
  const me = useMe();
  const shell = useSession((state) => state.shell);
  return (
    <>
      <UpdateRows />
      <div className={css['top']}>
        <Card>
          <ValueRow label={t('set.about.version')} value={`${t('app.name')} ${shell?.version ?? ''}`} />
          <ValueRow label={t('set.about.licence')} value="MIT" />
          <ValueRow label={t('set.about.platform')} value={shell?.platform ?? ''} />
          {me && <ValueRow label={t('set.about.server')} value={me.server} />}
        </Card>
      </div>
    </>
  );
}
