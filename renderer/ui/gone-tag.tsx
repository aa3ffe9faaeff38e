import { useT } from '../i18n/i18n.ts';
import { cx } from './cx.ts';
import css from './role-tag.module.css';

/** The account was closed by its owner: the name stays beside what it said. */
export function GoneTag() {
  const t = useT();
  return <span className={cx(css['tag'], css['gone'])}>{t('person.gone')}</span>;
}
