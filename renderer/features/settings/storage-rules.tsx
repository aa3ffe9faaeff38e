import type { StorageUsage } from '../../../shared/ipc/contract/storage.ts';
import { AUTO_LOAD_MB, MEDIA_DAYS, MEDIA_LIMITS_MB } from '../../../shared/media-rules.ts';
import { type Translate, useLanguage, useT } from '../../i18n/i18n.ts';
import { byteSize, fullTime } from '../../i18n/time-format.ts';
import { useSession } from '../../state/session/session-store.ts';
import { changeSettings, useSettings } from '../../state/session/settings.ts';
import { Card } from '../../ui/card.tsx';
import { ManagedNote } from '../../ui/managed-note.tsx';
import { SelectRow } from '../../ui/select-row.tsx';
import { Spinner } from '../../ui/spinner.tsx';
import { SettingSwitch } from './setting-switch.tsx';
import css from './storage.module.css';

const MIB = 1024 * 1024;

/** Which files go by themselves, and which come (system.png 6). */
export function StorageRules({ cleanup }: { cleanup: StorageUsage['cleanup'] }) {
  const t = useT();
  const settings = useSettings();
  // An organisation's days take whole messages, their files too: only less can be chosen.
  const most = useSession((state) => state.shell?.managed.localStorageDays ?? null);
  const days = MEDIA_DAYS.filter((each) => each > 0 && (most === null || each < most)).toReversed();
  const own = days.some((each) => each === settings.mediaDays);
  const loads = settings.autoLoadImages || settings.autoLoadVideos || settings.autoLoadFiles;
  return (
    <>
      <Card>
        <SelectRow
          label={t('set.storage.keep')}
          detail={most === null ? t('set.storage.keepHint') : <ManagedNote />}
          value={own ? String(settings.mediaDays) : '0'}
          managed={days.length === 0}
          options={[
            { value: '0', label: most === null ? t('set.storage.never') : t('pol.daysValue', { n: most }) },
            ...days.map((each) => ({ value: String(each), label: daysText(each, t) })),
          ]}
          onChange={(value) => {
            const mediaDays = MEDIA_DAYS.find((each) => String(each) === value);
            if (mediaDays !== undefined) void changeSettings({ mediaDays });
          }}
        />
        <SelectRow
          label={t('set.storage.limit')}
          detail={t('set.storage.limitHint')}
          value={String(settings.mediaLimitMb)}
          options={MEDIA_LIMITS_MB.map((each) => ({
            value: String(each),
            label: each === 0 ? t('set.storage.noLimit') : sizeText(each),
          }))}
          onChange={(value) => {
            const mediaLimitMb = MEDIA_LIMITS_MB.find((each) => String(each) === value);
            if (mediaLimitMb !== undefined) void changeSettings({ mediaLimitMb });
          }}
        />
      </Card>
      <CleanupLine cleanup={cleanup} />
      <h2 className={css['section']}>{t('set.storage.auto')}</h2>
      <Card>
        <SettingSwitch
          of="autoLoadImages"
          label={t('set.storage.autoImages')}
          detail={t('set.storage.autoImagesHint')}
        />
        <SettingSwitch
          of="autoLoadVideos"
          label={t('set.storage.autoVideos')}
          detail={t('set.storage.autoVideosHint')}
        />
        <SettingSwitch
          of="autoLoadFiles"
          label={t('set.storage.autoFiles')}
          detail={t('set.storage.autoFilesHint')}
        />
        <SelectRow
          label={t('set.storage.autoSize')}
          detail={t('set.storage.autoSizeHint')}
          value={String(settings.autoLoadMb)}
          why={loads ? null : t('set.storage.autoNone')}
          options={AUTO_LOAD_MB.map((each) => ({
            value: String(each),
            label: t('set.storage.upTo', { size: sizeText(each) }),
          }))}
          onChange={(value) => {
            const autoLoadMb = AUTO_LOAD_MB.find((each) => String(each) === value);
            if (autoLoadMb !== undefined) void changeSettings({ autoLoadMb });
          }}
        />
      </Card>
    </>
  );
}

const daysText = (days: number, t: Translate): string =>
  days === 365 ? t('set.storage.afterYear') : t('set.storage.after', { n: days });

/** `5 GB`: chosen sizes are round. */
const sizeText = (mib: number): string => byteSize(mib * MIB).replace('.0', '');

/** What the rules are doing, or did last. */
function CleanupLine({ cleanup: { running, failed, waiting, freed } }: { cleanup: StorageUsage['cleanup'] }) {
  const t = useT();
  const language = useLanguage();
  const lines = [
    running ? t('set.storage.cleaning') : failed ? t('set.storage.cleanFailed') : null,
    freed &&
      t('set.storage.freed', {
        t: fullTime(language, freed.atMs),
        size: byteSize(freed.bytes),
        n: freed.files,
      }),
    waiting > 0 && !running ? t('set.storage.waiting', { n: waiting }) : null,
  ].filter((line) => line !== null);
  return (
    <div role="status" className={css['status']} data-testid="cleanup">
      {lines.map((line, at) => (
        <p key={line} className={failed && at === 0 ? css['failed'] : undefined}>
          {running && at === 0 && <Spinner size={12} />}
          {line}
        </p>
      ))}
    </div>
  );
}
