import { useState } from 'react';
import { useT } from '../../i18n/i18n.ts';
import { isNoDay } from '../../text/day-text.ts';
import { ActForm } from '../../ui/act-form.tsx';
import { Button } from '../../ui/button.tsx';
import { DateField, DateFields } from '../../ui/date-field.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import type { DayRange } from './search-filters.ts';

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
  const [insist, setInsist] = useState(false);
  const choose = (): void => {
    if (isNoDay(from) || isNoDay(to)) return setInsist(true);
    onChoose(from === '' && to === '' ? null : turned ? { from: to, to: from } : { from, to });
    onClose();
  };
  return (
    <Dialog
      title={t('search.rangeTitle')}
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
      <ActForm act={choose}>
        <DateFields>
          <DateField
            label={t('search.rangeFrom')}
            value={from}
            insist={insist}
            autofocus
            onChange={setFrom}
          />
          <DateField label={t('search.rangeTo')} value={to} insist={insist} onChange={setTo} />
        </DateFields>
      </ActForm>
    </Dialog>
  );
}
