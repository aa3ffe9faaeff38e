import { useId, useState } from 'react';
import { MAX_REMINDER_DAYS } from '../../../shared/ipc/contract/bookmarks.ts';
import { useT } from '../../i18n/i18n.ts';
import { fieldsOf, reminderTimes, timeOf } from '../../text/reminder-times.ts';
import { readDay, readTime } from '../../text/day-text.ts';
import { ActForm } from '../../ui/act-form.tsx';
import { Button } from '../../ui/button.tsx';
import { DateField, DateFields, TimeField } from '../../ui/date-field.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import css from './remind-dialog.module.css';

/** A day and a time of one's own. `from`: Unix seconds of what is set already. */
export function RemindDialog({
  from,
  onChoose,
  onClose,
}: {
  from: number | null;
  onChoose: (at: number) => void;
  onClose: () => void;
}) {
  const t = useT();
  const noteId = useId();
  const [start] = useState(() => ({
    ...fieldsOf((from ?? reminderTimes(Date.now()).tomorrow) * 1000),
    today: fieldsOf(Date.now()).day,
  }));
  const [day, setDay] = useState(start.day);
  const [time, setTime] = useState(start.time);
  const [wrong, setWrong] = useState(false);
  const [insist, setInsist] = useState(false);
  const choose = (): void => {
    // What is wrong stands under its field.
    if (readDay(day) === null || readTime(time) === null) return setInsist(true);
    const at = timeOf(day, time);
    const now = Math.floor(Date.now() / 1000);
    if (at !== null && at > now && at <= now + MAX_REMINDER_DAYS * 86_400) onChoose(at);
    else setWrong(true);
  };
  return (
    <Dialog
      title={t('remind.customTitle')}
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
            label={t('remind.day')}
            min={start.today}
            insist={insist}
            value={day}
            wrong={wrong ? noteId : null}
            autofocus
            onChange={(chosen) => {
              setDay(chosen);
              setWrong(false);
            }}
          />
          <TimeField
            label={t('remind.time')}
            value={time}
            insist={insist}
            wrong={wrong ? noteId : null}
            onChange={(chosen) => {
              setTime(chosen);
              setWrong(false);
            }}
          />
        </DateFields>
      </ActForm>
      {wrong && (
        <p id={noteId} role="alert" className={css['wrong']}>
          {t('remind.past')}
        </p>
      )}
    </Dialog>
  );
}
