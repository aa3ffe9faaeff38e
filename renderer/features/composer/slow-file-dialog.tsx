import { isolated, shownFileName } from '../../../shared/display-name.ts';
import { useT } from '../../i18n/i18n.ts';
import { byteSize } from '../../i18n/time-format.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import type { SlowFiles } from './slow-files.ts';

/** Before something is sent that takes long at the pace of this connection. */
export function SlowFileDialog({
  slow,
  onSend,
  onCancel,
}: {
  slow: SlowFiles;
  onSend: () => void;
  onCancel: () => void;
}) {
  const t = useT();
  const { minutes, names, bytes, bytesPerSecond } = slow;
  const [only] = names;
  const name =
    names.length === 1 ? isolated(shownFileName(only ?? '')) : t('file.slowMany', { n: names.length });
  return (
    <ConfirmDialog
      title={t('file.slow', { n: minutes })}
      confirmLabel={t('file.sendAnyway')}
      onConfirm={onSend}
      onCancel={onCancel}
    >
      <p>{t('file.slowBody', { name, size: byteSize(bytes), rate: byteSize(Math.round(bytesPerSecond)) })}</p>
    </ConfirmDialog>
  );
}
