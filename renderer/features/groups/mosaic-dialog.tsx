import { useEffect, useState } from 'react';
import { useT } from '../../i18n/i18n.ts';
import { ActionDialog } from '../../ui/action-dialog.tsx';
import { type Face, mosaicOf } from './mosaic.ts';
import css from './pages.module.css';

/** Shows what the members' pictures make before it becomes the group's. */
export function MosaicDialog({
  people,
  onUse,
  onClose,
}: {
  people: readonly Face[];
  onUse: (bytes: Uint8Array<ArrayBuffer>) => Promise<unknown>;
  onClose: () => void;
}) {
  const t = useT();
  const [made, setMade] = useState<{ bytes: Uint8Array<ArrayBuffer>; url: string } | null>(null);
  useEffect(() => {
    let current = true;
    let url = '';
    const show = (bytes: Uint8Array<ArrayBuffer>): void => {
      if (!current) return;
      url = URL.createObjectURL(new Blob([bytes], { type: 'image/jpeg' }));
      setMade({ bytes, url });
    };
    void mosaicOf(people).then(show, () => undefined);
    return () => {
      current = false;
      if (url !== '') URL.revokeObjectURL(url);
    };
    // Who is in it when the dialog is opened.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, []);
  return (
    <ActionDialog
      title={t('grp.mosaicTitle')}
      actionLabel={t('grp.mosaicUse')}
      why={made === null ? t('why.wait') : null}
      onClose={onClose}
      onAction={async (isOpen) => {
        if (made) await onUse(made.bytes);
        if (isOpen()) onClose();
      }}
    >
      <div className={css['mosaic']}>
        {made && <img src={made.url} alt={t('crop.preview')} width={128} height={128} />}
      </div>
    </ActionDialog>
  );
}
