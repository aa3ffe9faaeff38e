import { useT } from '../../i18n/i18n.ts';
import { spanOf } from '../../i18n/time-format.ts';
import { useRules } from '../../state/session/session-store.ts';
import { Card, ValueRow } from '../../ui/card.tsx';
import { LeakCheckBlock } from './leak-check.tsx';
import { SettingSwitch } from './setting-switch.tsx';
import css from './settings.module.css';

/** The server's rules, read-only, and how recalling behaves here. */
export function RecallPage() {
  const t = useT();
  const rules = useRules();
  const own = (): string => {
    if (!rules) return t('set.recall.unknown');
    if (rules.revokeSecond < 0) return t('set.recall.unlimited');
    const span = spanOf(rules.revokeSecond);
    return t('set.recall.ownLimit', { t: t(span.key, { n: span.n }) });
  };
  return (
    <>
      <p className={css['lead']}>{t('set.recall.lead')}</p>
      <h2 className={css['section']}>{t('set.recall.rules')}</h2>
      <Card>
        <ValueRow label={t('set.recall.own')} value={own()} />
        <ValueRow label={t('set.recall.members')} value={t('set.recall.unlimited')} />
      </Card>
      <h2 className={css['section']}>{t('set.recall.ways')}</h2>
      <Card>
        <SettingSwitch
          of="confirmRecall"
          label={t('set.recall.confirm')}
          detail={t('set.recall.confirmHint')}
        />
        <SettingSwitch of="offerReedit" label={t('set.recall.reedit')} detail={t('set.recall.reeditHint')} />
        <SettingSwitch of="showRecalledKind" label={t('set.recall.kind')} detail={t('set.recall.kindHint')} />
        <SettingSwitch
          of="notificationText"
          label={t('set.recall.notifyText')}
          detail={t('set.recall.notifyTextHint')}
        />
      </Card>
      <LeakCheckBlock />
      <p className={css['note']}>{t('set.recall.limitsHint')}</p>
      <p className={css['note']}>{t('set.recall.favourites')}</p>
    </>
  );
}
