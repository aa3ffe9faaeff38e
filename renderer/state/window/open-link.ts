import { t } from '../../i18n/i18n.ts';
import { showToast } from '../../ui/toast.tsx';
import { call } from '../bridge.ts';
import { attempt } from '../errors.ts';

/** Some systems have no program for it, or take no address that long: then it can be copied. */
export function openLink(url: string): void {
  call('shell.openExternal', { url }).catch(() =>
    showToast({
      tone: 'error',
      text: t('msg.linkFailed'),
      action: {
        label: t('msg.copyLink'),
        onSelect: () => void attempt(() => call('shell.copyText', { text: url })),
      },
    }),
  );
}
