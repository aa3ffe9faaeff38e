import { useId, useState } from 'react';
import { MAX_REMINDER_DAYS } from '../../../shared/ipc/contract/bookmarks.ts';
import { useT } from '../../i18n/i18n.ts';
import { fieldsOf, reminderTimes, timeOf } from '../../text/reminder-times.ts';
import { Button } from '../../ui/button.tsx';
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
  const choose = (): void => {
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
      <form
        className={css['fields']}
        onSubmit={(event) => {
          event.preventDefault();
          choose();
        }}
      >
        <label>
          {t('remind.day')}
          <input
            type="date"
            min={start.today}
            value={day}
            aria-invalid={wrong}
            aria-describedby={wrong ? noteId : undefined}
            data-autofocus
            onChange={(event) => {
              setDay(event.target.value);
              setWrong(false);
            }}
          />
        </label>
        <label>
          {t('remind.time')}
          <input
            type="time"
            value={time}
            aria-invalid={wrong}
            aria-describedby={wrong ? noteId : undefined}
            onChange={(event) => {
              setTime(event.target.value);
              setWrong(false);
            }}
          />
        </label>
        <button type="submit" hidden tabIndex={-1} aria-label={t('action.ok')} />
      </form>
      {wrong && (
        <p id={noteId} role="alert" className={css['wrong']}>
          {t('remind.past')}
        </p>
      )}
    </Dialog>
  );
}
