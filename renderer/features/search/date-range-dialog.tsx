import { useState } from 'react';
import { useT } from '../../i18n/i18n.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import type { DayRange } from './search-filters.ts';
import css from './date-range-dialog.module.css';

/** From which day to which; one of them may stay open. */
export function DateRangeDialog({
  range,
  onClose,
  onChoose,
}: {
  range: DayRange | null;
  onClose: () => void;
  onChoose: (range: DayRange | null) => void;
}) {
  const t = useT();
  const [from, setFrom] = useState(range?.from ?? '');
  const [to, setTo] = useState(range?.to ?? '');
  const turned = from !== '' && to !== '' && from > to;
  const choose = (): void => {
    onChoose(from === '' && to === '' ? null : turned ? { from: to, to: from } : { from, to });
    onClose();
  };
  return (
    <Dialog
      title={t('search.range')}
      closeButton
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t('action.cancel')}</Button>
          <Button variant="primary" onClick={choose}>
            {t('action.ok')}
          </Button>
        </>
      }
    >
      <form
        className={css['days']}
        onSubmit={(event) => {
          event.preventDefault();
          choose();
        }}
      >
        <label>
          {t('search.rangeFrom')}
          <input type="date" value={from} onChange={(event) => setFrom(event.target.value)} data-autofocus />
        </label>
        <label>
          {t('search.rangeTo')}
          <input type="date" value={to} onChange={(event) => setTo(event.target.value)} />
        </label>
      </form>
    </Dialog>
  );
}
