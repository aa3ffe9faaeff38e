import css from './list-section.module.css';

/** A heading between the rows of a list, with a word at the end. Readers hear the rows only. */
export function ListSection({ title, note }: { title: string; note?: string }) {
  return (
    <div className={css['section']} role="presentation">
      <span>{title}</span>
      {note && <span>{note}</span>}
    </div>
  );
}
